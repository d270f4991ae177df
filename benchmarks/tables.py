"""The tables that benchmarks print."""

from typing import Any

from rich.table import Table


def table_with(title: str, what: str, *figures: str, **options: Any) -> Table:
    """Returns an empty table: a column that says what, and others for figures.

    Options are those of rich's `Table`.
    """
    table = Table(title=title, title_justify="left", **options)
    table.add_column(what)
    for name in figures:
        table.add_column(name, justify="right")
    return table
