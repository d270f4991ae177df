"""What `newsbeam check` finds."""

from typing import NamedTuple


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
