"""The names of indices and aliases, made and read in one place.

Writers address an index by `<prefix>-<family>-<month>` (`-all` for families with one index); it is
an index, or, once `newsbeam setup --migrate` has rebuilt it, an alias of `<that name>-r<number>`.
Readers take the alias `<prefix>-<family>`.
"""

import re
from typing import NamedTuple

from schemas.documents import FAMILIES

_REST = re.compile(r"(?P<month>\d{4}\.\d{2}|all)(-r(?P<number>[1-9]\d*))?")


class IndexName(NamedTuple):
    """What the name of an index says.

    Attributes:
        month: `2026.11`; "" for families that have one index.
        number: how often the index was rebuilt; 0 for one that was made by the first document.
    """

    prefix: str
    family: str
    month: str
    number: int = 0

    @property
    def write_name(self) -> str:
        """The name that writers use."""
        return index_name(self.prefix, self.family, self.month)

    @property
    def family_alias(self) -> str:
        """The name that readers use."""
        return alias(self.prefix, self.family)

    @property
    def next_build(self) -> str:
        """The name of the index that would replace this one."""
        return f"{self.write_name}-r{self.number + 1}"


def alias(prefix: str, family: str) -> str:
    """Returns the name that readers use for all indices of `family`."""
    return f"{prefix}-{family}"


def index_name(prefix: str, family: str, month: str) -> str:
    """Returns the name that a document is written to.

    Args:
        month: `2026.11`; "" for families that have one index.
    """
    return f"{alias(prefix, family)}-{month or 'all'}"


def parse(prefix: str, name: str) -> IndexName | None:
    """Returns what the name of an index says; None where it is not one of ours."""
    for family in FAMILIES:
        start = f"{alias(prefix, family)}-"
        rest = _REST.fullmatch(name.removeprefix(start)) if name.startswith(start) else None
        if rest:
            month = rest["month"].removesuffix("all")
            return IndexName(prefix, family, month, int(rest["number"] or 0))
    return None
