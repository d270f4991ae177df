"""The numbers that a sentence says, in one form, with what they count: "7k" is "seven thousand"."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from transforms.text.months import is_day

_ONES = "one two three four five six seven eight nine"
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_SPELT = {word: value for value, word in enumerate(["zero", *_ONES.split(), *_TEENS.split()])}
_SPELT |= {word: value for value, word in zip(range(20, 100, 10), _TENS.split(), strict=True)}
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
_ORDINAL = {word: value for value, word in enumerate(_ORDINALS.split(), start=1)}
_PARTS = {word: value for word, value in _ORDINAL.items() if value > 2} | {"quarter": 4}
_SCALES = {"dozen": 12, "hundred": 100, "thousand": 10**3, "k": 10**3}
_SCALES |= {"million": 10**6, "m": 10**6, "mn": 10**6, "billion": 10**9, "bn": 10**9, "b": 10**9}
_SCALES |= {"trillion": 10**12, "tn": 10**12, "trln": 10**12}
_SCALES |= {"mil": 10**6, "mln": 10**6, "bln": 10**9, "cr": 10**7}
_SCALES |= {"lakh": 10**5, "lakhs": 10**5, "crore": 10**7, "crores": 10**7}
_TIMES = {"twic": "2x", "doub": "2x", "thri": "3x", "treb": "3x", "trip": "3x", "quad": "4x"}
_TIMES |= {"halv": "1/2"}
_ORDINAL_ENDS = {"st", "nd", "rd", "th"}
# By sign or code before the number, and code or word behind it. Other signs are units of their own.
_CURRENCIES = {
    "$": "US$ USD dollar dollars us-dollar us-dollars u.s.-dollar u.s.-dollars",
    "C$": "CA$ CAD canadian-dollar canadian-dollars",
    "A$": "AU$ AUD australian-dollar australian-dollars",
    "NZ$": "NZD new-zealand-dollar new-zealand-dollars",
    "HK$": "HKD hong-kong-dollar hong-kong-dollars",
    "S$": "SGD singapore-dollar singapore-dollars",
    "R$": "BRL reais",
    "€": "EUR euro euros",
    "£": "GBP pound pounds",
    "¥": "JP¥ JPY yen",
    "yuan": "CN¥ CNY RMB yuan renminbi",
    "₹": "Rs RS INR rupee rupees",
    "₽": "RUB rouble roubles ruble rubles",
    "CHF": "CHF franc francs swiss-franc swiss-francs",
    "SEK": "SEK",
    "NOK": "NOK",
    "DKK": "DKK",
    "PLN": "PLN zloty",
    "rand": "R ZAR rand",
    "₦": "N NGN naira",
    "RM": "RM MYR ringgit",
    "KSh": "KSh Ksh Sh KES shilling shillings",
    "taka": "Tk BDT taka",
}
_UNITS = {
    "%": "% percent percentage pct pc",
    "pp": "pp",
    "x": "x times",
    "cent": "cent cents",
    "mm": "mm millimetre millimetres millimeter millimeters",
    "cm": "cm centimetre centimetres centimeter centimeters",
    "m": "metre metres meter meters",
    "km": "km kilometre kilometres kilometer kilometers",
    "inch": "inch inches",
    "ft": "foot feet ft",
    "yard": "yard yards",
    "mile": "mile miles mi",
    "mph": "mph",
    "kph": "kph kmh",
    "knot": "knot knots",
    "m²": "m²",
    "km²": "km²",
    "m³": "m³",
    "acre": "acre acres",
    "ha": "hectare hectares ha",
    "ml": "ml millilitre millilitres milliliter milliliters",
    "l": "litre litres liter liters",
    "gallon": "gallon gallons",
    "barrel": "barrel barrels",
    "µg": "µg mcg microgram micrograms",
    "mg": "mg milligram milligrams",
    "g": "gram grams",
    "kg": "kg kilo kilos kilogram kilograms",
    "oz": "oz ounce ounces",
    "lb": "lb lbs",
    "t": "ton tons tonne tonnes",
    "kw": "kw kilowatt kilowatts",
    "mw": "mw megawatt megawatts",
    "gw": "gw gigawatt gigawatts",
    "tw": "tw terawatt terawatts",
    "mb": "mb megabyte megabytes",
    "gb": "gb gigabyte gigabytes",
    "tb": "terabyte terabytes",
    "degree": "degree degrees °",
    "°c": "c celsius",
    "°f": "f fahrenheit",
    "second": "second seconds",
    "minute": "minute minutes min mins",
    "hour": "hour hours hr hrs",
    "day": "day days",
    "week": "week weeks",
    "month": "month months",
    "year": "year years yr yrs",
    "decade": "decade decades",
    "century": "century centuries",
}
_CURRENCY_OF = {word: unit for unit, words in _CURRENCIES.items() for word in words.split()}
_UNIT_OF = {word: unit for unit, words in _UNITS.items() for word in words.split()}
_UNIT_OF |= {word.lower(): unit for word, unit in _CURRENCY_OF.items() if len(word) > 1}
# In India two digits stand between commas: "1,00,000".
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{2})*(?:,\d{3})+(?:\.\d+)?|\d*(?:\.\d+)?")
_VULGAR = str.maketrans({"¼": ".25", "½": ".5", "¾": ".75"})


def _any(words: str) -> str:
    return rf"\b(?:{'|'.join(words.split())})\b"


_SCALE = _any("hundred thousand million billion trillion dozen lakhs? crores?")
_PART = "|".join(_PARTS)
# A letter alone would take the F of "30 F-16 jets"; in any case "pc" would take the PC of "one PC",
# and "times" a paper.
_SMALL_ONLY = ("pc", "times")
_UNIT = _any(
    " ".join(
        re.escape(word).replace(r"\-", r"[\s-]")
        for word in _UNIT_OF
        if word[0].isalpha() and word[-1] not in "$¥" and len(word) > 1 and word not in _SMALL_ONLY
    )
)
# MN and TN are states.
_SHORT = r"\b(?-i:bn|bln|mn|mln|tn|trln|mil|[Cc]r|BN|BLN|MLN|TRLN)\b"
# A letter alone may be a road or a robot: it is money before an amount only.
_CODES = "|".join(word for word in _CURRENCY_OF if word[0].isupper() and word[1:].isalpha())
_BIG = rf"(?i:\d+(?:[.,]\d|[\s-]?(?:{'|'.join(_SCALES)})\b))"
_SYMBOL = r"[$£¥\u20a0-\u20c0]"
_SIGN = (
    rf"(?-i:(?:\b[A-Z][A-Za-z]{{0,2}})?{_SYMBOL}|\$[A-Z]{{1,2}}(?=\d)"
    rf"|\b(?:{_CODES})(?![A-Za-z$¥])\.?|\b[NR](?={_BIG}))"
)
_SMALL = (
    rf"(?:(?:{_any(_TENS)}(?:[ -]{_any(_ONES)})?|{_any(f'zero {_ONES} {_TEENS}')})"
    rf"(?:\s+and\s+a\s+half\b)?|\b(?:half\s+an?|half|an?)(?=\s+{_SCALE}))"
)
_GROUP = rf"{_SMALL}(?:[\s-]+{_SCALE})*"
# More may follow on a scale, and on nothing else: "two hundred and fifty thousand".
_WORDS = rf"{_GROUP}(?:(?:(?<=hundred)|(?<=thousand)|(?<=llion))[\s-]+(?:and\s+)?{_GROUP})*"
_AMOUNT = rf"(?:\b\d[\d,]*\b|{_WORDS})"
_FORMS = (
    r"\b(?P<hour>\d{1,2})(?:[:.](?P<minutes>\d\d))?\s?(?P<half>[ap])\.?m\b",
    rf"(?:(?P<some>{_AMOUNT})\s+out\s+of|\b(?:one|1)\s+in)\s+(?P<all>{_AMOUNT})",
    rf"(?P<fraction>\b(?:a[\s-](?:{_PART})(?=\s+of\b)|one[\s-](?:{_PART})"
    rf"|(?:[2-9]|{_any(_ONES)})[\s-](?:{_PART})s)\b|\bhalf\b(?!\s+(?:an?\s+)?{_SCALE}))",
    rf"(?P<ordinal>{_any(_ORDINALS)})",
    r"(?P<times>\b(?:twice|thrice|(?:doubl|trebl|tripl|quadrupl|halv)(?:e[ds]?|ing))\b"
    r"(?!-|\sdown\b))",
    rf"(?P<minus>(?<![\w.,])[-−](?={_SIGN}?\.?\d)|\bminus\s+)?"
    rf"(?:(?P<before>{_SIGN})\s?)?"
    r"(?:(?P<digits>(?<![\w.])\.\d+|(?(before)|\b)\d+(?:[¼½¾]|(?:,\d+)*(?:[.:/]\d+)*))"
    r"(?:(?P<letters>(?!bps?\b)[a-zµ]+[²³]?)\b)?"
    rf"(?P<scales>(?:[\s-](?:{_SCALE}|{_SHORT}))*)|(?P<words>{_WORDS}))"
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
_WORD = re.compile(r"and\s+a\s+half|half\s+an?|[a-z]+")
_IS_ORDINAL = re.compile(rf"{_any(_ORDINALS)}|\d+(?:{'|'.join(_ORDINAL_ENDS)})", re.IGNORECASE)


class Number(NamedTuple):
    """One number.

    Attributes:
        said: plain decimal with its unit: `7000`, `3.9%`; a share as `1/5`, "tripled" as `3x`, a
            time of day as `17:30`, a vague one as `dozen`; what is none of these, as a score, as it
            stands: `3:2`.
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
        if said != "1" or not (match["words"] or match["ordinal"]):
            yield Number(said, match.start(), match.end())


def numbers_as_in(other: str, text: str) -> str:
    """`text`, with the numbers that `other` says as well printed as there: "7,000" for "7k".

    An ordinal is printed as an ordinal: the second victim is not the 2 victim. Days stay as they
    are.
    """
    forms: dict[tuple[str, bool], list[str]] = {}
    for each in numbers_said(other):
        forms.setdefault(_kind(each, other), []).append(other[each.start : each.end])
    if not forms:
        return text
    pieces, at = [], 0
    for number in numbers_said(text):
        printed = text[number.start : number.end].lower()
        there = forms.get(_kind(number, text), [])
        as_there = not there or any(form.lower() == printed for form in there)
        if not (as_there or is_day(text, number.start, number.end)):
            pieces += [text[at : number.start], there[0]]
            at = number.end
    return "".join([*pieces, text[at:]])


def _kind(number: Number, sentence: str) -> tuple[str, bool]:
    ordinal = _IS_ORDINAL.fullmatch(sentence, number.start, number.end)
    return number.said, ordinal is not None


def _special(match: re.Match[str]) -> str:
    if match["hour"]:
        afternoon = 12 if match["half"] in "pP" else 0
        return f"{int(match['hour']) % 12 + afternoon}:{match['minutes'] or '00'}"
    if match["all"]:
        return f"{_amount(match['some'] or 'one'):f}/{_amount(match['all']):f}"
    if match["ordinal"]:
        return str(_ORDINAL[match["ordinal"].lower()])
    if match["times"]:
        return _TIMES[match["times"][:4].lower()]
    if match["vague"]:
        return re.sub(r"s\b", "", match["vague"].lower())
    return _fraction(match["fraction"].lower())


def _fraction(words: str) -> str:
    if words == "half":
        return "1/2"
    top, part = re.split(r"[\s-]", words)
    return f"{_SPELT.get(top, 1 if top == 'a' else top)}/{_PARTS[part.removesuffix('s')]}"


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
        return _UNIT_OF[match["degrees"].lower()]
    if match["after"]:
        after = re.sub(r"[\s-]", "-", match["after"].lower())
        return _UNIT_OF[after] + _POWERS.get((match["power"] or "").lower(), "")
    if match["cent"]:
        return "%"
    known = letters in _SCALES or letters in _ORDINAL_ENDS
    return "" if known else _UNIT_OF.get(letters, letters)


def _currency(mark: str) -> str:
    """The unit of a sign or code; that of "$US" and of "US$" is one."""
    mark = f"{mark[1:]}$" if mark.startswith("$") else mark
    return _CURRENCY_OF.get(mark, mark)


def _value(match: re.Match[str]) -> str:
    digits = match["digits"]
    if not digits:
        value = _amount(match["words"])
    elif ":" in digits or "/" in digits or digits.count(".") > 1:
        return digits  # a time of day, a score, a date
    else:
        scales = [_letters(match), *_WORD.findall(match["scales"].lower())]
        value = _written(digits) * math.prod(_SCALES.get(word, 1) for word in scales)
    if match["hundredths"]:
        value /= 100
    return f"{(-value if match['minus'] else value).normalize():f}"


def _amount(said: str) -> Decimal:
    """What digits or words say: "two hundred and fifty thousand"."""
    if said[0].isdigit():
        return _written(said)
    total = part = Decimal(0)
    for word in _WORD.findall(said.lower()):
        scale = _SCALES.get(word, 0)
        if scale >= 1000:
            total, part = (total + part * scale, Decimal(0)) if part else (total * scale, part)
        elif scale:
            part *= scale
        elif "half" in word:
            part += Decimal("0.5")
        else:
            part += _SPELT.get(word, 1 if word in {"a", "an"} else 0)
    return (total + part).normalize()


def _written(digits: str) -> Decimal:
    """Commas part thousands, or stand for the decimal point where they cannot."""
    digits = digits.translate(_VULGAR)
    if _THOUSANDS.fullmatch(digits):
        return Decimal(digits.replace(",", ""))
    whole, _, rest = digits.partition(",")
    return Decimal(f"{whole}.{rest.replace(',', '').replace('.', '')}" if rest else whole)
