"""When a feed wants to be asked again, and how long it may be silent before that is remarkable."""

import datetime as dt
import re
from typing import NamedTuple

_HEAD_BYTES = 65_536
_LIST_BYTES = 2000
_SKIP_HOURS = re.compile(rb"<skipHours\b[^<>]*>", re.I)
_SKIP_DAYS = re.compile(rb"<skipDays\b[^<>]*>", re.I)
_HOUR = re.compile(rb"<hour>\s*(\d{1,2})\s*</hour>", re.I)
_DAY = re.compile(rb"<day>\s*([a-z]{3})[a-z]*\s*</day>", re.I)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MAX_AGE = re.compile(r"(?:^|[\s,])(?:s-maxage|max-age)\s*=\s*\"?(\d{1,9})", re.I)
_HOUR_LONG = dt.timedelta(hours=1)

_SMOOTHED = 0.3
_SILENT_TIMES = 6
_SILENT_AT_LEAST_S = 86_400.0


class Skips(NamedTuple):
    """Hours of the day (0 to 23) and days of the week (0 is Monday), in UTC, without polls."""

    hours: tuple[int, ...] = ()
    days: tuple[int, ...] = ()


NO_SKIPS = Skips()


def skips_of(body: bytes) -> Skips:
    """Returns RSS's skipHours and skipDays (https://www.rssboard.org/skip-hours-days).

    Looked for in the first 64 kB, as ASCII; hour 24, which old feeds write, is midnight. What
    would skip every hour of the week counts as nothing said.
    """
    head = body[:_HEAD_BYTES]
    hours = {int(hour) % 24 for hour in _named(_SKIP_HOURS, _HOUR, head) if int(hour) <= 24}
    names = {day.decode().lower() for day in _named(_SKIP_DAYS, _DAY, head)}
    days = {_DAYS.index(name) for name in names if name in _DAYS}
    if len(hours) == 24 or len(days) == 7:
        return NO_SKIPS
    return Skips(tuple(sorted(hours)), tuple(sorted(days)))


def _named(outer: re.Pattern[bytes], inner: re.Pattern[bytes], head: bytes) -> list[bytes]:
    opened = outer.search(head)
    if opened is None:
        return []
    listed = head[opened.end() : opened.end() + _LIST_BYTES]
    names, closed, _ = listed.partition(b"</skip")
    return inner.findall(names) if closed else []


def allowed_s(at: dt.datetime, pause_s: float, skips: Skips) -> float:
    """Returns `pause_s`, made longer until its end falls into no hour or day to be skipped."""
    due = at + dt.timedelta(seconds=pause_s)
    while due.hour in skips.hours or due.weekday() in skips.days:
        due = due.replace(minute=0, second=0, microsecond=0) + _HOUR_LONG
    return (due - at).total_seconds()


def max_age_s(cache_control: str) -> float:
    """Returns how long an answer stays fresh by its Cache-Control, 0 where it does not say."""
    if re.search(r"\bno-(cache|store)\b", cache_control, re.I):
        return 0.0
    found = _MAX_AGE.search(cache_control)
    return float(found[1]) if found else 0.0


def habit_after(habit_s: float, last: dt.datetime | None, at: dt.datetime) -> float:
    """Returns how far apart a feed's news usually come, now that some came; 0 for not known."""
    if last is None:
        return 0.0
    gap_s = (at - last).total_seconds()
    return gap_s if not habit_s else (1 - _SMOOTHED) * habit_s + _SMOOTHED * gap_s


def is_silent(habit_s: float, last: dt.datetime | None, at: dt.datetime) -> bool:
    """Tells whether a feed has been silent for over six times its habit, and for over a day."""
    if last is None or not habit_s:
        return False
    return (at - last).total_seconds() > max(_SILENT_TIMES * habit_s, _SILENT_AT_LEAST_S)
