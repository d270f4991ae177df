"""Times as strangers write them: read, or not, and never an error."""

import datetime as dt
import re
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

from schemas.ids import to_milliseconds
from transforms.text.dates import DAYS, MONTHS

_EARLIEST = dt.datetime(1990, 1, 1, tzinfo=dt.UTC)
_MAX_DIGITS = 9

# email.utils knows those of North America alone, ISO 8601 has no names at all. IST is left out:
# India's, Israel's or Ireland's. BST is Britain's; as UTC it would be wrong in Bangladesh, too.
# Java and Go say the zone once more behind it: `-05:00[America/New_York]`, `+0000 UTC`.
# `-0000` says that the time is in UTC, and nothing of where it was written (RFC 5322, 3.3).
_ZONES = {
    **dict.fromkeys(("Z", "UT", "UTC", "GMT", "WET"), "+0000"),
    **dict.fromkeys(("CET", "MET", "WEST", "BST", "WAT"), "+0100"),
    **dict.fromkeys(("CEST", "MEST", "EET", "SAST", "CAT"), "+0200"),
    **dict.fromkeys(("EEST", "MSK", "TRT", "EAT"), "+0300"),
    **{"PKT": "+0500", "WIB": "+0700", "HKT": "+0800", "SGT": "+0800", "AWST": "+0800"},
    **{"JST": "+0900", "KST": "+0900", "ACST": "+0930", "ACDT": "+1030"},
    **{"AEST": "+1000", "AEDT": "+1100", "NZST": "+1200", "NZDT": "+1300"},
    "EDT": "-0400",
    **dict.fromkeys(("EST", "CDT"), "-0500"),
    **dict.fromkeys(("CST", "MDT"), "-0600"),
    **dict.fromkeys(("MST", "PDT"), "-0700"),
    "PST": "-0800",
    **dict.fromkeys(("ET", "CT", "MT", "PT"), ""),
}
_BY_SEASON = {
    "ET": "America/New_York",
    "CT": "America/Chicago",
    "MT": "America/Denver",
    "PT": "America/Los_Angeles",
}
_INEXACT = frozenset(("CST",))  # China's is 14 hours from Chicago's
_CLOCK = re.compile(
    r"""
    (?P<hour>(?<!\d)\d{1,2}) (?P<rest>:\d\d (?: :\d\d (?:\.\d+)? )? )
    (?: \s*+ (?P<half>[ap]\.?m\b\.?) )?+
    (?: \s*+ (?P<name>[a-z]{1,5}\b) )?+
    (?:
        \s*+ (?P<sign>[+-]) (?P<hours>\d{1,2}) (?: :?(?P<minutes>\d\d) )?\b
        (?: \s UTC\b )?+
    )?+
    (?: (?<=[Zz\d]) \[ [\w/+-]++ \] )?+
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)

# Dates as people write them, alone or before a clock: `Sat, 11/28/2026 - 15:04`.
_DATES = tuple(
    re.compile(
        rf"(?:(?P<weekday>[a-z]{{3,9}})\b\.?,?\s+)?{form}"
        r"(?:\Z|,?\s*(?:at\b|-)?\s*(?=\d{1,2}:))",
        re.IGNORECASE | re.ASCII,
    )
    for form in (
        r"(?P<month>[a-z]{3,9})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})",
        r"(?P<day>\d{1,2})(?:\.|st|nd|rd|th)?\s+(?P<month>[a-z]{3,9})\.?,?\s+(?P<year>\d{4})",
        r"(?P<year>\d{4})(?P<mark>[/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})",
        r"(?P<year>\d{4})\s?年\s?(?P<month>\d{1,2})\s?月\s?(?P<day>\d{1,2})\s?日",
        r"(?P<day>\d{1,2})(?P<mark>[/.-])(?P<month>\d{1,2})(?P=mark)(?P<year>\d{4})",
    )
)
_TAG = re.compile(r"<[^<>]*>")
# `<time datetime="2026-11-28T15:04:00-05:00">Sat, 11/28/2026 - 15:04</time>`
_FOR_MACHINES = re.compile(
    r"""\b(?:datetime|content)\s*=\s*["'](\d{4}-\d\d-\d\d[^"'<>]*)""", re.IGNORECASE
)
_MAX_CHARS = 1000


def parse_time(text: object) -> dt.datetime | None:
    """Returns aware UTC in milliseconds, UTC where no zone is named; None for what is no time.

    Whether `05/06/2026` is in May or in June nothing tells: it is none, unless the day of the week
    that is named fits one of both.
    """
    read = _aware(_read(text))
    return to_milliseconds(read) if read else None


def from_rfc2822(text: object) -> dt.datetime | None:
    """Returns a time written as mail and HTTP do, UTC where it names no zone."""
    return _aware(_rfc2822(text))


def is_exact(text: object) -> bool:
    """Tells whether a time names its hour, and a zone that is known and one."""
    read = _read(text)
    if read is None or read.tzinfo is None:
        return False
    return _zone_name(_unmarked(str(text))) not in _INEXACT


def _read(text: object) -> dt.datetime | None:
    if not isinstance(text, str) or len(text) > _MAX_CHARS:
        return None
    told = _unmarked(text)
    return _iso(told) or _rfc2822(told) or _iso(_in_numbers(told))


def _unmarked(text: str) -> str:
    """Returns a time without the markup around it; what the markup tells machines goes before."""
    if "<" not in text:
        return text
    told = _FOR_MACHINES.search(text)
    return told[1] if told else _TAG.sub("", text).strip()


def _in_numbers(text: str) -> str:
    """Returns a time whose date is written as people do, with that of ISO 8601; else ""."""
    text = text.strip()
    found = next(filter(None, (form.match(text) for form in _DATES)), None)
    day = _day(found) if found else None
    return f"{day} {text[found.end() :]}".strip() if found and day else ""


def _day(written: re.Match[str]) -> dt.date | None:
    """Returns the one day that is meant, None where there is none, or may be two."""
    year, month, day = (written[name] for name in ("year", "month", "day"))
    orders = {(_month(month), int(day))}
    if month.isdigit() and written.start("year") > written.start("day"):
        orders.add((int(day), int(month)))
    days = {one for order in orders if (one := _date(int(year), *order))}
    if len(days) > 1:
        name = (written["weekday"] or "")[:3].lower()
        days = {one for one in days if DAYS[one.weekday()][:3].lower() == name}
    return days.pop() if len(days) == 1 else None


def _month(name: str) -> int:
    """Returns a month's number, 0 for none; names in English, in full or cut."""
    if name.isdigit():
        return int(name)
    names = (month.lower().startswith(name.lower()) for month in MONTHS)
    return next((number for number, is_it in enumerate(names, start=1) if is_it), 0)


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _iso(text: object) -> dt.datetime | None:
    if not isinstance(text, str):
        return None
    try:
        told = _plain_clock(text).replace(" +", "+").replace(" -", "-")
        return _in_season(dt.datetime.fromisoformat(told), text)
    except (ValueError, OverflowError):
        return None


def _rfc2822(text: object) -> dt.datetime | None:
    if not isinstance(text, str) or " 0001 " in text:
        return None  # the year 1, .NET's word for no time, would be taken for 2001
    try:
        return _in_season(parsedate_to_datetime(_plain_clock(text)), text)
    except (ValueError, OverflowError, IndexError, TypeError):
        return None


def _plain_clock(text: str) -> str:
    """Returns a time with its hours counted to 24, and its zone as mail writes it: `+0100`."""
    return _CLOCK.sub(_plain, text.strip(), count=1)


def _plain(clock: re.Match[str]) -> str:
    hour, name = int(clock["hour"]), clock["name"] or ""
    if half := clock["half"]:
        hour = hour % 12 + (12 if half[0] in "pP" else 0)
    zone = _ZONES.get(name.upper(), name)
    if sign := clock["sign"]:
        zone = f"{sign}{clock['hours']:0>2}{clock['minutes'] or '00'}".replace("-0000", "+0000")
    return f"{hour:02}{clock['rest']} {zone}".rstrip()


def _zone_name(text: str) -> str:
    """Returns the name that tells a time's zone, "" where a number tells it, or nothing."""
    clock = _CLOCK.search(text)
    return (clock["name"] or "").upper() if clock and not clock["sign"] else ""


def _in_season(read: dt.datetime, text: str) -> dt.datetime:
    """Returns a time in a zone whose name stands for summer's and winter's, with that zone."""
    zone = _BY_SEASON.get(_zone_name(text))
    return read.replace(tzinfo=ZoneInfo(zone)) if zone else read


def _aware(read: dt.datetime | None) -> dt.datetime | None:
    if read is None:
        return None
    try:
        return (read if read.tzinfo else read.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
    except OverflowError:
        return None


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
