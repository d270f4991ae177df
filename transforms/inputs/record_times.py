"""The time of fetch that a record of a file tells of itself."""

import datetime as dt

from transforms.inputs.errors import BadFetchTime
from transforms.times import parse_time, plausible


def fetch_time(text: object, name: str, now: dt.datetime, remedy: str = "") -> dt.datetime:
    """Returns the time of fetch that the field `name` tells.

    Args:
        now: what is more than a day later is refused. remedy: what else may be done about it.
    Raises:
        BadFetchTime: no time, before 1990, or more than a day after `now`.
    """
    read = plausible(parse_time(text), now)
    if read is None:
        raise BadFetchTime(
            f"`{name}` is {text!r:.80}; give a time from 1990 to now as 2026-11-22T18:00:00Z"
            f"{remedy}"
        )
    return read
