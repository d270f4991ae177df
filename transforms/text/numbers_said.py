"""The numbers that a sentence says, in one form, with what they count: "7k" is "seven thousand"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from transforms.text.number_words import (
    AND_A_HALF,
    CARDINAL,
    FRACTION,
    ORDINAL,
    SCALE,
    SCALES,
    SHORT_SCALE,
    TO_TEN,
    any_of,
    cardinal,
    decimal,
    fraction,
    is_decimal,
    ordinal,
    scale_of,
)
from transforms.text.units import CURRENCY_OF, UNIT_OF

_TIMES = {"twic": "2x", "doub": "2x", "thri": "3x", "treb": "3x", "trip": "3x", "quad": "4x"}
_TIMES |= {"halv": "1/2"}
# A letter alone would take the F of "30 F-16 jets"; in any case "pc" would take the PC of "one PC",
# and "times" a paper.
_SMALL_ONLY = ("pc", "times")
_UNIT = any_of(
    " ".join(
        re.escape(word).replace(r"\-", r"[\s-]")
        # "Miles per hour" before "miles".
        for word in sorted(UNIT_OF, key=len, reverse=True)
        if word[0].isalpha() and word[-1] not in "$¥" and len(word) > 1 and word not in _SMALL_ONLY
    )
)
# A letter alone may be a road or a robot: it is money before an amount only.
_CODES = "|".join(word for word in CURRENCY_OF if word[0].isupper() and word[1:].isalpha())
_BIG = rf"(?i:\d+(?:[.,]\d|[\s-]?(?:{'|'.join(SCALES)})\b))"
_SYMBOL = r"[$£¥\u20a0-\u20c0]"
_SIGN = (
    rf"(?-i:(?:\b[A-Z][A-Za-z]{{0,2}})?{_SYMBOL}|\$[A-Z]{{1,2}}(?=\d)"
    rf"|\b(?:{_CODES})(?![A-Za-z$¥])\.?|\b[NR](?={_BIG}))"
)
# Not "a million and a half-empty hall".
_ONE_AND_A_HALF = rf"\b(?:an?|one)\s+(?P<one>{SCALE}|{_UNIT}){AND_A_HALF}(?![\s-]+{SCALE}|-)"
_AMOUNT = rf"(?:\b\d[\d,]*\b|{CARDINAL})"
_FORMS = (
    r"\b(?P<hour>\d{1,2})(?:[:.](?P<minutes>\d\d))?\s?(?P<half>[ap])\.?m\b",
    rf"(?:(?P<some>{_AMOUNT})\s+out\s+of|\b(?:one|1)[\s-]in(?:\s+every)?)[\s-]+"
    rf"(?P<all>{_AMOUNT})",
    # Not "two in five days".
    rf"\b(?P<few>[2-9]|{TO_TEN})[\s-]in(?:\s+every)?[\s-](?P<many>[2-9]|10|{TO_TEN})\b"
    rf"(?!,\d|[\s-]{_UNIT})",
    _ONE_AND_A_HALF,
    r"\b(?:an?[\s-])?(?P<part_point>half|quarter)\b(?:[\s-]of)?(?:[\s-]an?)?"
    r"[\s-](?:percentage[\s-])?point\b",
    rf"\b(?:Q(?P<quarter>[1-4])|(?P<short>[1-4])Q|(?P<nth>{any_of('first second third fourth')}"
    r"|1st|2nd|3rd|4th)[\s-]quarter)\b(?![\s-]?final)",
    rf"(?P<fraction>{FRACTION})",
    rf"(?P<ordinal>{ORDINAL})",
    r"(?P<times>\b(?:twice|thrice|(?:doubl|trebl|tripl|quadrupl|halv)(?:e[ds]?|ing))\b"
    r"(?!-|\sdown\b))",
    rf"(?P<minus>(?<![\w.,])[-−](?={_SIGN}?\.?\d)|\bminus\s+)?"
    rf"(?:(?P<before>{_SIGN})\s?)?"
    r"(?:(?P<digits>(?<![\w.])\.\d+|(?(before)|\b)\d+(?:\s?[¼½¾]|[\s-](?:1/[24]|3/4)(?![\d/])"
    r"|(?:,\d+)*(?:[.:/]\d+)*))"
    r"(?:(?P<letters>(?!bps?\b)[a-zµ]+[²³]?)\b)?"
    rf"(?P<scales>(?:[\s-](?:{SCALE}|{SHORT_SCALE}))*)|(?P<words>{CARDINAL}))"
    r"(?:\s?(?P<points>(?:%|per\s?cent(?:age)?)[\s-]points?\b)|\s?(?P<cent>per cent\b|(?-i:pc)\b)"
    r"|[\s-]?(?P<hundredths>basis[\s-]points?\b|(?-i:bps?)\b)"
    r"|(?:\s?degrees?\s|\s?°\s?)(?P<degrees>[cf]|celsius|fahrenheit)\b"
    rf"|[\s-]?(?:(?P<power>square|sq|cubic)\.?[\s-])?(?P<after>%|°|{_UNIT}|(?-i:times)\b))?",
    r"(?P<vague>\b(?:ten|dozen|hundred|thousand|lakh|million|crore|billion|trillion)s?\b"
    r"(?:\s+of\s+(?:thousand|million|billion)s\b)?)",
    # Of "K5.2" not the 2 either.
    r"(?P<label>(?<=[^\W\d_])\d+(?:[.,:/]\d+)*)",
)
_SAID = re.compile("|".join(_FORMS), re.IGNORECASE)
# What is so is metres, not millions.
_IS_LONG = re.compile(
    r"[\s-](?:wide|deep|high|tall|long|in\s(?:depth|diameter|height|length|width))\b(?!-)"
    r"|\s\([\d,.]+\s?(?:ft|feet)\b"
)
_POWERS = {"sq": "²", "square": "²", "cubic": "³"}
# Letters that `IGNORECASE` takes for plain ones, and lower case does not make such.
_PLAIN = str.maketrans("İıſμΜ", "Iisµµ")


class Number(NamedTuple):
    """One number.

    Attributes:
        said: plain decimal with its unit: `7000`, `3.9%`; a share as `1/5`, "tripled" as `3x`, a
            time of day as `17:30`, a quarter of a year as `Q3`, a vague one as `dozen`; what is
            none of these, as a score, as it stands: `3:2`.
        start, end: its place in the sentence, the unit included.
    """

    said: str
    start: int
    end: int


def numbers_said(sentence: str) -> Iterator[Number]:
    """The numbers of an English sentence, in order; words for units belong to them.

    "One" and "first" alone are left out: they count more seldom than not. Other ordinals are plain
    numbers, so that the 5th of May is 5 May. Digits are read in any language, with commas for
    thousands.
    """
    for match in _SAID.finditer(sentence.translate(_PLAIN)):
        if match["label"]:
            continue
        if match["words"] or match["digits"]:
            said = _value(match) + _unit(match)
        else:
            said = _special(match)
        if said != "1" or match.group()[0].isdigit() or not (match["words"] or match["ordinal"]):
            yield Number(said, match.start(), match.end())


def _special(match: re.Match[str]) -> str:
    return next(read(match) for group, read in _SPECIAL.items() if match[group])


def _time(match: re.Match[str]) -> str:
    afternoon = 12 if match["half"] in "pP" else 0
    return f"{int(match['hour']) % 12 + afternoon}:{match['minutes'] or '00'}"


def _share(some: str, every: str) -> str:
    return f"{cardinal(some):f}/{cardinal(every):f}"


def _one_and_a_half(one: str) -> str:
    scale = SCALES.get(one.lower())
    return f"{scale * 3 // 2}" if scale else f"1.5{_unit_of(one)}"


# By a group of `_FORMS` that is met in no other.
_SPECIAL: dict[str, Callable[[re.Match[str]], str]] = {
    "hour": _time,
    "all": lambda match: _share(match["some"] or "one", match["all"]),
    "few": lambda match: _share(match["few"], match["many"]),
    "one": lambda match: _one_and_a_half(match["one"]),
    "part_point": lambda match: "0.5pp" if match["part_point"].lower() == "half" else "0.25pp",
    "quarter": lambda match: f"Q{match['quarter']}",
    "short": lambda match: f"Q{match['short']}",
    "nth": lambda match: f"Q{ordinal(match['nth'].lower())}",
    "ordinal": lambda match: ordinal(match["ordinal"].lower()),
    "times": lambda match: _TIMES[match["times"][:4].lower()],
    "vague": lambda match: re.sub(r"s\b", "", match["vague"].lower()),
    "fraction": lambda match: fraction(match["fraction"].lower()),
}


def _letters(match: re.Match[str]) -> str:
    """What is joined to the digits, such as a unit or "bn"."""
    letters = (match["letters"] or "").lower()
    metres = letters == "m" and not match["before"] and _IS_LONG.match(match.string, match.end())
    return "metre" if metres else letters


def _unit(match: re.Match[str]) -> str:
    letters = _letters(match)
    if match["before"]:
        return _currency(match["before"].rstrip("."))
    if match["points"] or match["hundredths"]:
        return "pp"
    if match["degrees"]:
        return UNIT_OF[match["degrees"].lower()]
    if match["after"]:
        return _unit_of(match["after"]) + _POWERS.get((match["power"] or "").lower(), "")
    if match["cent"]:
        return "%"
    return "" if letters in SCALES else UNIT_OF.get(letters, letters)


def _unit_of(words: str) -> str:
    return UNIT_OF[re.sub(r"\s", "-", words.lower())]


def _currency(mark: str) -> str:
    """The unit of a sign or code; that of "$US" and of "US$" is one."""
    mark = f"{mark[1:]}$" if mark.startswith("$") else mark
    return CURRENCY_OF.get(mark, mark)


def _value(match: re.Match[str]) -> str:
    digits = match["digits"]
    if not digits:
        value = cardinal(match["words"])
    elif not is_decimal(digits):
        return digits
    else:
        scale = SCALES.get(_letters(match), 1) * scale_of(match["scales"])
        value = decimal(digits) * scale
    if match["hundredths"]:
        value /= 100
    return f"{(-value if match['minus'] else value).normalize():f}"
