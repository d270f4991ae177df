"""How much of what a number says, and whether it follows from another: "53%" from "53.2%"."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from transforms.text.units import DEGREES, EXACT, converted

# How far a measure may be from what it is in the other system, as a share; a whole number of few,
# as "six miles" for 10 km, is rounded more; more still in brackets behind it.
_CONVERTED = Decimal("0.03")
_WHOLE_CONVERTED = Decimal("0.1")
_AGREED = Decimal("0.15")

_AT_LEAST = "more than|over|above|at least|upwards of|no fewer than"
_NOT_QUITE = "nearly|almost|close to|just under|fewer than|less than|under|below|up to"
_ABOUT = "about|around|roughly|approximately|some"
_BOUND = re.compile(
    rf"\b(?:(?P<least>{_AT_LEAST})|(?P<most>{_NOT_QUITE})|(?P<about>{_ABOUT}))\s+$", re.IGNORECASE
)
# How far the exact number may be from the round one, as a share of that.
_FROM = {"least": Decimal("0.25"), "most": Decimal("0.1"), "about": Decimal("0.05")}
_AMOUNT = re.compile(r"(?P<value>\d+(?:\.\d+)?)(?P<unit>[^\d/:.].*)?")
_SHARE = re.compile(r"(\d+)/(\d+)")
_DIGITS = re.compile(r"\d[\d,]*(?:\.\d+)?")
# "Apollo 11", "F-16", "3-1", "2014"; "a 20-year-old".
_NO_AMOUNT_BEFORE = re.compile(r"[\w.][-–/]$|\b[A-Z][\w.]*\s$")
_NO_AMOUNT_BEHIND = re.compile(r"[-–/:]\w")
_YEAR = re.compile(r"(?:1[89]|20)\d\d")


class Amount(NamedTuple):
    """How much of what.

    Attributes:
        value, unit: a share is in `%`.
        step: of the last printed digit: 100,000 of "6.9 million"; 0 of words.
        digits: how many are printed, but zeros before the others.
        bound: `least` behind "more than", `most` behind "almost", `about`, or "".
        bound_start: where that begins, or the number where there is none.
    """

    value: Decimal
    unit: str
    step: Decimal
    digits: int
    bound: str
    bound_start: int


def amount_at(said: str, text: str, start: int, end: int) -> Amount | None:
    """The amount that a number says which stands there; None of times, scores, labels and names."""
    bound = _BOUND.search(text, max(0, start - 20), start)
    kind = bound.lastgroup or "" if bound else ""
    begins = bound.start() if bound else start
    # "9/11" is no share.
    share = None if "/" in text[start:end] else _SHARE.fullmatch(said)
    if share and 0 < int(share[1]) < int(share[2]):
        return Amount(100 * Decimal(share[1]) / Decimal(share[2]), "%", Decimal(0), 0, kind, begins)
    match = _AMOUNT.fullmatch(said)
    names = not bound and match and not match["unit"] and _is_name(text, start, end)
    if not match or names or _NO_AMOUNT_BEHIND.match(text, end):
        return None
    value = Decimal(match["value"])
    printed = _DIGITS.search(text, start, end)
    step, digits = Decimal(0), 0
    if printed:
        plain = Decimal(printed[0].replace(",", ""))
        scale = value / plain if plain else Decimal(1)
        step = scale * Decimal(10) ** int(plain.as_tuple().exponent)
        digits = len(plain.as_tuple().digits)
    return Amount(value, match["unit"] or "", step, digits, kind, begins)


def follows(claimed: Amount, told: Amount) -> bool:
    """Whether what is claimed holds where the other is told, and is no more exact."""
    value = converted(told.value, told.unit, claimed.unit)
    if value is None:
        return False
    if claimed.bound:
        return told.bound in {"", claimed.bound} and _is_bound(claimed, value)
    if claimed.unit == told.unit:
        return _is_rounded(claimed, told)
    return _is_converted(claimed, value)


def same_thing(one: Amount, other: Amount) -> bool:
    """Whether one is the other in another unit: "10 kilometres (six miles)"."""
    value = converted(other.value, other.unit, one.unit)
    if one.unit == other.unit or value is None:
        return False
    return one.unit in DEGREES or abs(value - one.value) <= _AGREED * one.value


def _is_name(text: str, start: int, end: int) -> bool:
    """Whether a bare number names something or is part of something else."""
    before = _NO_AMOUNT_BEFORE.search(text, max(0, start - 20), start)
    return before is not None or _YEAR.fullmatch(text, start, end) is not None


def _is_bound(claimed: Amount, value: Decimal) -> bool:
    above = value - claimed.value
    wrong_side = (claimed.bound == "least" and above < 0) or (claimed.bound == "most" and above > 0)
    most = _FROM[claimed.bound] * claimed.value
    if claimed.bound == "about":
        # "About 8,300" is not 8,550.
        most = min(most, Decimal(10) ** int(claimed.value.normalize().as_tuple().exponent) / 2)
    return not wrong_side and abs(above) <= most


def _is_rounded(claimed: Amount, told: Amount) -> bool:
    """Two digits or more of a number that is printed with more; a whole number counts exactly."""
    away = abs(claimed.value - told.value)
    if claimed.unit == "%" and 0 in {claimed.step, told.step}:
        return away <= max(claimed.step, told.step) / 2
    finer = 0 < told.step < claimed.step and (claimed.unit != "" or claimed.step > 1)
    return away == 0 or (finer and claimed.digits > 1 and away <= claimed.step / 2)


def _is_converted(claimed: Amount, value: Decimal) -> bool:
    away = abs(value - claimed.value)
    if claimed.unit in DEGREES:
        return away <= 1
    if claimed.unit in EXACT:
        return away == 0
    whole = claimed.step in {0, 1} and round(value) == claimed.value
    return away <= (_WHOLE_CONVERTED if whole else _CONVERTED) * claimed.value
