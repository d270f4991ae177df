"""Retry-After (RFC 9110, 10.2.3): seconds, or a date."""

import datetime as dt
import email.utils

_MAX_DIGITS = 9


def retry_after_s(value: str, now: dt.datetime) -> float | None:
    """Returns how many seconds a server wants us to wait, None where it says nothing readable."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value[:_MAX_DIGITS])
    try:
        until = email.utils.parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    aware = until if until.tzinfo else until.replace(tzinfo=dt.UTC)
    return max(0.0, (aware - now).total_seconds())
