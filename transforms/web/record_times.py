"""Times as records write them: ISO 8601, RFC 2822 or a date alone."""

import datetime as dt
from email.utils import parsedate_to_datetime

from schemas.ids import to_milliseconds
from transforms.web.feed_entries import from_iso, plausible
from transforms.web.file_errors import BadFetchTime


def parse_time(text: object) -> dt.datetime | None:
    """Returns aware UTC in milliseconds, UTC where no zone is named; None for what is no time."""
    if not isinstance(text, str):
        return None
    read = from_iso(text) or _from_rfc2822(text)
    return to_milliseconds(read) if read else None


def _from_rfc2822(text: str) -> dt.datetime | None:
    try:
        read = parsedate_to_datetime(text.strip())
        return (read if read.tzinfo else read.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
    except (ValueError, OverflowError, IndexError, TypeError):
        return None


def fetch_time(text: object, name: str, now: dt.datetime) -> dt.datetime:
    """Returns the time of fetch that the field `name` tells.

    Raises:
        BadFetchTime: no time, before 1990, or more than a day after `now`.
    """
    read = plausible(parse_time(text), now)
    if read is None:
        raise BadFetchTime(
            f"`{name}` is {text!r:.80}; give a time from 1990 to now as 2026-11-22T18:00:00Z, or "
            "leave it out: then the file's own time is taken"
        )
    return read
