"""What no page may be, live or out of a file."""

MAX_PAGE_BYTES = 5 * 2**20


class UnreadableRecord(ValueError):  # noqa: N818 (a noun of the domain)
    """One record cannot be taken; those after it can."""


class PageTooLong(UnreadableRecord):
    """A page is over the limit."""
