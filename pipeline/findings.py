"""What `newsbeam check` finds."""

from collections.abc import Sequence
from typing import NamedTuple

_NAMED = 5


class Finding(NamedTuple):
    """One thing looked at: whether it is well, and what it is (with the remedy where not)."""

    good: bool
    what: str


def good(what: str) -> Finding:
    """Returns a finding that all is well."""
    return Finding(True, what)


def bad(what: str) -> Finding:
    """Returns a finding that something is to be mended."""
    return Finding(False, what)


def listed(names: Sequence[str]) -> str:
    """Returns the first five of some names, and how many more there are."""
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
