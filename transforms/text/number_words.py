"""What digits and number words say: "7,000", "seven thousand", "twenty-first", "two-thirds".

Patterns are written in small letters; `numbers_said` reads them in any case, but short scales.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal

_ONES = "one two three four five six seven eight nine"
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_CARDINALS = {word: value for value, word in enumerate(f"zero {_ONES} {_TEENS}".split())}
_CARDINALS |= {word: value for value, word in zip(range(20, 100, 10), _TENS.split(), strict=True)}
_ORDINAL_ONES = "first second third fourth fifth sixth seventh eighth ninth"
_ORDINAL_TEENS = "tenth eleventh twelfth"
_ORDINAL_TEENS += " thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"
_ORDINAL_TENS = "twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth"
_ORDINALS = {word: n for n, word in enumerate(f"{_ORDINAL_ONES} {_ORDINAL_TEENS}".split(), start=1)}
_PARTS = {word: n for word, n in _ORDINALS.items() if 2 < n < 13} | {"quarter": 4}
_ORDINALS |= {word: n for n, word in zip(range(20, 100, 10), _ORDINAL_TENS.split(), strict=True)}
_ORDINAL_ENDS = ("st", "nd", "rd", "th")
SCALES = {"dozen": 12, "hundred": 100, "thousand": 10**3, "k": 10**3}
SCALES |= {"million": 10**6, "m": 10**6, "mn": 10**6, "billion": 10**9, "bn": 10**9, "b": 10**9}
SCALES |= {"trillion": 10**12, "tn": 10**12, "trln": 10**12}
SCALES |= {"mil": 10**6, "mln": 10**6, "bln": 10**9, "cr": 10**7}
SCALES |= {"lakh": 10**5, "lakhs": 10**5, "crore": 10**7, "crores": 10**7}


def any_of(words: str) -> str:
    """A pattern of each of the words as a whole."""
    return rf"\b(?:{'|'.join(words.split())})\b"


SCALE = any_of("hundred thousand million billion trillion dozen lakhs? crores?")
# MN and TN are states.
SHORT_SCALE = r"\b(?-i:bn|bln|mn|mln|tn|trln|mil|[Cc]r|BN|BLN|MLN|TRLN)\b"
AND_A_HALF = r"[\s-]+and[\s-]+a[\s-]+half\b"
TO_TEN = any_of(f"{_ONES} ten")
_SMALL = (
    rf"(?:(?:{any_of(_TENS)}(?:[ -]{any_of(_ONES)})?|{any_of(f'zero {_ONES} {_TEENS}')})"
    rf"(?:{AND_A_HALF})?|\b(?:half\s+an?|half|an?)(?=\s+{SCALE}))"
)
_GROUP = rf"{_SMALL}(?:[\s-]+{SCALE})*"
# More may follow on a scale, and on nothing else: "two hundred and fifty thousand".
CARDINAL = rf"{_GROUP}(?:(?:(?<=hundred)|(?<=thousand)|(?<=llion))[\s-]+(?:and\s+)?{_GROUP})*"
_ORDINAL_WORDS = rf"{any_of(_TENS)}[ -]{any_of(_ORDINAL_ONES)}|{any_of(' '.join(_ORDINALS))}"
ORDINAL = rf"{_ORDINAL_WORDS}|\b\d{{1,3}}(?:,?\d{{3}})*(?:{'|'.join(_ORDINAL_ENDS)})\b"
_PART = "|".join(_PARTS)
FRACTION = (
    rf"\b(?:a[\s-](?:{_PART})(?=\s+of\b)|one[\s-](?:{_PART})"
    rf"|(?:[2-9]|{any_of(_ONES)})[\s-](?:{_PART})s)\b|\bhalf\b(?!\s+(?:an?\s+)?{SCALE})"
)
_WORD = re.compile(r"and[\s-]+a[\s-]+half|half\s+an?|[a-z]+")
_IS_ORDINAL = re.compile(rf"{_ORDINAL_WORDS}|[\d,]+(?:{'|'.join(_ORDINAL_ENDS)})", re.IGNORECASE)
# In India two digits stand between commas: "1,00,000".
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{2})*(?:,\d{3})+(?:\.\d+)?|\d*(?:\.\d+)?")
# "2½", and "2 1/2" as American agencies write it.
_VULGAR = {"¼": ".25", "½": ".5", "¾": ".75", "1/4": ".25", "1/2": ".5", "3/4": ".75"}
_MIXED = re.compile(r"[\s-]?([¼½¾]|(?<=[\s-])(?:1/[24]|3/4))$")


def cardinal(said: str) -> Decimal:
    """What digits or words say: "two hundred and fifty thousand"."""
    if said[0].isdigit():
        return decimal(said)
    total = part = Decimal(0)
    for word in _WORD.findall(said.lower()):
        scale = SCALES.get(word, 0)
        if scale >= 1000:
            total, part = (total + part * scale, Decimal(0)) if part else (total * scale, part)
        elif scale:
            part *= scale
        elif "half" in word:
            part += Decimal("0.5")
        else:
            part += _CARDINALS.get(word, 1 if word in {"a", "an"} else 0)
    return (total + part).normalize()


def decimal(digits: str) -> Decimal:
    """Commas part thousands, or stand for the decimal point where they cannot; "2½" is 2.5."""
    digits = _MIXED.sub(lambda part: _VULGAR[part[1]], digits)
    if _THOUSANDS.fullmatch(digits):
        return Decimal(digits.replace(",", ""))
    whole, _, rest = digits.partition(",")
    return Decimal(f"{whole}.{rest.replace(',', '').replace('.', '')}" if rest else whole)


def is_decimal(digits: str) -> bool:
    """Not what is a time of day, a score or a date."""
    return _MIXED.search(digits) is not None or not (
        set(":/") & set(digits) or digits.count(".") > 1
    )


def scale_of(words: str) -> int:
    """How many times a number before them is meant: 10**9 of "thousand million"."""
    return math.prod(SCALES.get(word, 1) for word in _WORD.findall(words.lower()))


def ordinal(words: str) -> str:
    """The plain number of "twenty-first" or "1,000th", in small letters."""
    if words[0].isdigit():
        return words.replace(",", "").rstrip("".join(_ORDINAL_ENDS))
    return str(sum(_CARDINALS.get(word) or _ORDINALS[word] for word in re.split("[ -]", words)))


def is_ordinal(text: str, start: int, end: int) -> bool:
    """Whether an ordinal, and nothing else, stands there."""
    return _IS_ORDINAL.fullmatch(text, start, end) is not None


def fraction(words: str) -> str:
    """`2/3` of "two-thirds", in small letters."""
    if words == "half":
        return "1/2"
    top, part = re.split(r"[\s-]", words)
    return f"{_CARDINALS.get(top, 1 if top == 'a' else top)}/{_PARTS[part.removesuffix('s')]}"
