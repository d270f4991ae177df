"""English days and months: their names, and months beside a number, "Sept. 3" or "3 September"."""

from __future__ import annotations

import re

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# A pattern of each.
ANY_DAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b"
_MONTHS = {name[:3]: name for name in MONTHS}
# The stop of "3 Sept. He left" ends a sentence.
_ANY = rf"(?:{'|'.join(_MONTHS.values())})\b|(?:{'|'.join(_MONTHS)}|Sept)\b(?:\.(?!\s+[A-Z]|\s*$))?"
_BESIDE_NUMBER = re.compile(
    rf"\b(?:{_ANY})(?=\s\d)|(?:(?<=\d\s)|(?<=\d(?:st|nd|rd|th)\s))(?:{_ANY})"
)
# Neither a time of day nor an amount: "at 8pm May 5", "since June 1.5 million fled".
_DAY_OR_YEAR = re.compile(r"\d{1,2}(?:st|nd|rd|th)?|\d{4}", re.IGNORECASE)


def full_months(text: str) -> str:
    """`text` with its months in full."""
    return _BESIDE_NUMBER.sub(lambda month: _MONTHS[month.group()[:3]], text)


def is_day(text: str, start: int, end: int) -> bool:
    """Whether the number that stands there is a day or year beside a month."""
    if not _DAY_OR_YEAR.fullmatch(text, start, end):
        return False
    months = _BESIDE_NUMBER.finditer(text, max(0, start - 12), end + 12)
    return any(month.end() + 1 == start or end + 1 == month.start() for month in months)


def months_as_in(other: str, text: str) -> str:
    """`text` with the months that `other` says as well printed as there."""
    forms = {form[:3]: form for form in _BESIDE_NUMBER.findall(other)}

    def printed(month: re.Match[str]) -> str:
        form = forms.get(month.group()[:3], month.group())
        return form.rstrip(".") if text.startswith(".", month.end()) else form

    return _BESIDE_NUMBER.sub(printed, text)
