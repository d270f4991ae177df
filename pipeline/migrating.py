"""`newsbeam setup --migrate`: which indices, and how far the copy is."""

from collections.abc import Iterator

from elasticsearch import Elasticsearch
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from pipeline.errors import UsageError
from schemas.templates import Choices
from transforms.elasticsearch.copying import MigrationError
from transforms.elasticsearch.live_indices import live_indices
from transforms.elasticsearch.migration import (
    Migration,
    clean_up,
    migrate,
    plan_migrations,
)


def run_migrations(
    client: Elasticsearch, prefix: str, choices: Choices, *, dry_run: bool, console: Console
) -> Iterator[str]:
    """Migrates what has to be and yields a line for each index that is done.

    Raises:
        UsageError: an index cannot be migrated; those before it are done.
    """
    if dry_run:
        half_made = (index.name for index in live_indices(client, prefix) if index.half_made)
        yield from (f"remove {name}, half made" for name in half_made)
        yield from map(str, plan_migrations(client, prefix, choices))
        return
    for name in clean_up(client, prefix):
        yield f"removed {name}, which an earlier run had left half made"
    for migration in plan_migrations(client, prefix, choices):
        try:
            _migrate(client, migration, console)
        except MigrationError as error:
            raise UsageError(str(error)) from error
        yield str(migration)


def _migrate(client: Elasticsearch, migration: Migration, console: Console) -> None:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as shown:
        task = shown.add_task(migration.old, total=migration.documents)
        migrate(
            client.options(max_retries=0),  # a switch that went through must not be sent again
            migration,
            lambda done, total: shown.update(task, completed=done, total=total),
        )
