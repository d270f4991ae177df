"""The numbers that a sentence says, in one form, with what they count: "7k" is "seven thousand"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

_ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
_SPELT = {word: Decimal(value) for value, word in enumerate(_ONES.split())}
_SPELT |= {"fifteen": Decimal(15), "sixteen": Decimal(16), "seventeen": Decimal(17)}
_SPELT |= {"eighteen": Decimal(18), "nineteen": Decimal(19)}
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_SPELT |= {
    word: Decimal(value) for value, word in zip(range(20, 100, 10), _TENS.split(), strict=True)
}
_SCALES = {"hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12}
_SCALES |= {"k": 3, "m": 6, "mn": 6, "bn": 9, "b": 9, "tn": 12}
_UNITS = {
    "%": "% percent percentage pct",
    "$": "$ dollar dollars usd",
    "€": "€ euro euros eur",
    "£": "£ pound pounds gbp",
    "km": "km kilometre kilometres kilometer kilometers",
    "mile": "mile miles mi",
    "m": "metre metres meter meters",
    "ft": "foot feet ft",
    "kg": "kg kilo kilos kilogram kilograms",
    "t": "ton tons tonne tonnes",
    "degree": "degree degrees °",
    "second": "second seconds",
    "minute": "minute minutes",
    "hour": "hour hours",
    "day": "day days",
    "week": "week weeks",
    "month": "month months",
    "year": "year years",
}
_UNIT_OF = {word: unit for unit, words in _UNITS.items() for word in words.split()}
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_SPELT_WORD = "|".join(_SPELT)
_SAID = re.compile(
    r"(?P<before>[$€£])?\s?"
    rf"\b(?:(?P<digits>\d[\d,]*(?:[.:]\d+)*)(?P<short>k|mn?|bn?|tn)?\b"
    rf"|(?P<spelt>(?:{_SPELT_WORD})(?:[ -](?:{_SPELT_WORD}))?|an?(?=\s+(?:hundred|thousand|million"
    r"|billion|trillion|dozen)\b)))"
    r"(?P<scales>(?:[\s-](?:hundred|thousand|million|billion|trillion|dozen))*)\b"
    r"(?:\s?per cent\b|[\s-]?(?P<after>%|°|[a-z]+))?",
    re.IGNORECASE,
)


class Number(NamedTuple):
    """One number.

    Attributes:
        said: plain decimal with its unit: `7000`, `3.9%`; a time or a score as it stands: `3:2`.
        start, end: its place in the sentence, the unit included.
    """

    said: str
    start: int
    end: int


def numbers_said(sentence: str) -> Iterator[Number]:
    """The numbers of an English sentence, in order; words for units belong to them.

    "One" alone is left out: it is a pronoun more often than a number. Digits are read in any
    language, with commas for thousands.
    """
    for match in _SAID.finditer(sentence):
        unit, end = _unit(match)
        value = _value(match)
        if value is not None and not (value == "1" and match["spelt"] and not unit):
            yield Number(value + unit, match.start(), end)


def _unit(match: re.Match[str]) -> tuple[str, int]:
    after = (match["after"] or "").lower()
    if match["before"]:
        return match["before"], match.end() if after in _UNIT_OF else _bare_end(match)
    if after in _UNIT_OF:
        return _UNIT_OF[after], match.end()
    if match.group().lower().endswith("per cent"):
        return "%", match.end()
    return "", _bare_end(match)


def _bare_end(match: re.Match[str]) -> int:
    return max(match.end(name) for name in ("digits", "short", "spelt", "scales"))


def _value(match: re.Match[str]) -> str | None:
    digits = match["digits"]
    if digits and (":" in digits or digits.count(".") > 1):
        return digits  # a time of day, a score, a date
    value = _written(digits) if digits else _spelt_value(match["spelt"].lower())
    if value is None:
        return None
    for scale in re.split(r"[\s-]+", match["scales"].lower().strip(" -")):
        value *= 12 if scale == "dozen" else 10 ** _SCALES.get(scale, 0)
    value *= 10 ** _SCALES.get((match["short"] or "").lower(), 0)
    return f"{value.normalize():f}"


def _written(digits: str) -> Decimal:
    """Commas part thousands, or stand for the decimal point where they cannot."""
    if _THOUSANDS.fullmatch(digits):
        return Decimal(digits.replace(",", ""))
    whole, _, rest = digits.partition(",")
    return Decimal(f"{whole}.{rest.replace(',', '').replace('.', '')}" if rest else whole)


def _spelt_value(words: str) -> Decimal | None:
    if words in {"a", "an"}:
        return Decimal(1)
    parts = [_SPELT[word] for word in re.split(r"[ -]", words)]
    if len(parts) == 2 and not (parts[0] >= 20 and 1 <= parts[1] <= 9):
        return None
    return sum(parts, Decimal(0))
