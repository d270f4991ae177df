"""Times as strangers write them: read, or not, and never an error."""

import datetime as dt
from email.utils import parsedate_to_datetime

from schemas.ids import to_milliseconds

_EARLIEST = dt.datetime(1990, 1, 1, tzinfo=dt.UTC)
_MAX_DIGITS = 9


def parse_time(text: object) -> dt.datetime | None:
    """Returns aware UTC in milliseconds, UTC where no zone is named; None for what is no time."""
    read = from_iso(text) or from_rfc2822(text)
    return to_milliseconds(read) if read else None


def from_iso(text: object) -> dt.datetime | None:
    """Returns a time written as RFC 3339 or W3C date, UTC where it names no zone."""
    if not isinstance(text, str):
        return None
    try:
        return _aware(dt.datetime.fromisoformat(text.strip()))
    except (ValueError, OverflowError):
        return None


def from_rfc2822(text: object) -> dt.datetime | None:
    """Returns a time written as mail and HTTP do, UTC where it names no zone."""
    if not isinstance(text, str):
        return None
    try:
        return _aware(parsedate_to_datetime(text.strip()))
    except (ValueError, OverflowError, IndexError, TypeError):
        return None


def _aware(read: dt.datetime) -> dt.datetime:
    return (read if read.tzinfo else read.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)


def plausible(time: dt.datetime | None, fetched_at: dt.datetime) -> dt.datetime | None:
    """Returns `time` unless it lies before 1990 or more than a day after `fetched_at`."""
    if time is None or not _EARLIEST <= time <= fetched_at + dt.timedelta(days=1):
        return None
    return time


def retry_after_s(value: str, now: dt.datetime) -> float | None:
    """Returns how many seconds a server wants us to wait, None where it says nothing readable.

    Args:
        value: of Retry-After (RFC 9110, 10.2.3): seconds, or a date.
    """
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value[:_MAX_DIGITS])
    until = from_rfc2822(value)
    return None if until is None else max(0.0, (until - now).total_seconds())
