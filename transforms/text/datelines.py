"""What stands around a sentence and is no part of what it says: its dateline, its place in a list.

Where and by whom a report was written, a bullet, the time of a post on a live page, footnotes.
"""

from __future__ import annotations

import re

from transforms.text.dates import ANY_DAY, MONTHS

# "WASHINGTON, Oct. 5 (Reuters) -", "PORTHAVEN —": where and by whom it was written is no claim. Who
# does something may stand in capitals before a dash, a short name most often: "EU – China trade",
# "NATO — a pact —". So a short one needs a state or day behind it, or is one of some cities, and
# one alone no other dash.
_DASH = r"(?:\s(?:–-|--?|[–—])\s?|(?:–-|--?|[–—])\s)"
_SPACED_DASH = r"(?:\s(?:–-|--?|–)\s|\s?—\s?)"
_CITY = (
    r"(?!(?:ASEAN|BRICS|FRONTEX|HAMAS|INTERPOL|MERCOSUR|NAFTA|UNESCO|UNHCR|UNICEF)\b)"
    r"(?:[A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ.’' -]{3,}[A-ZÀ-ÖØ-Þ.]"
    r"|BAKU|DOHA|GAZA|KYIV|LIMA|LVIV|OSLO|RIGA|ROME|SANA)"
)
_STATE = r"(?!U\.)(?:[A-Z]\.[A-Z]\.|[A-Z][a-z]{1,4}\.)"
_MONTH = rf"(?:{'|'.join(month[:3] for month in MONTHS)})[a-z]*\.?"
_DAY = rf"{_MONTH}\s\d{{1,2}}"
_DATE = rf"(?:{_DAY}(?:,\s\d{{4}})?|\d{{1,2}}\s{_MONTH}(?:\s\d{{4}})?)"
_BY = r"\([A-Z][\w./&’' ]{1,30}\)"
# Behind a date there may be no dash: "New Delhi, Nov 20 (PTI) The bank".
_PLACE = r"[A-Z][\w./’'-]+(?:,?\s[A-Z][\w.’'-]+){0,4}"
_DATELINE = re.compile(
    r"^(?:(?:[A-Z][\w./’'-]+(?:,?\s[A-Z\d][\w.’'-]*){0,5}\s)?"
    rf"{_BY}{_DASH}"
    rf"|[A-Z][A-Z.’' -]{{2,}}[A-Z.],\s(?:{_STATE}|(?:[A-Z][\w.]+,\s)?{_DAY}){_SPACED_DASH}"
    rf"|{_PLACE},\s{_DATE}(?:{_SPACED_DASH}|\s{_BY}\s|\s/[\w -]{{3,30}}/{_DASH})"
    rf"|{_PLACE}\s\({_DATE}\){_DASH}"
    rf"|{_CITY},\s[A-Z][\w. ]{{1,30}}{_SPACED_DASH}"
    rf"|{_CITY}{_SPACED_DASH}(?!.*\s(?:--?|[–—])\s))"
    r"(?=[\"“‘']?[A-Z\d])"
)
# "1. The bank", "#3: The bank", "10:30 GMT – The bank", "9am: The bank": the place in a list or on
# a live page. "10.30 Euros" is a sum, and before a day it is when something happens.
_HALF = r"\s?[ap]\.?m\b\.?"
_ZONE = r"(?:GMT|UTC|BST|IST|CES?T|[ECMP][DS]?T|A[CE]?[DS]T)\b"
_PLACE_IN_LIST = re.compile(
    r"^(?:#?\d{1,2}[.):]|(?:[01]?\d|2[0-3])"
    rf"(?::[0-5]\d(?:{_HALF})?(?:\s?{_ZONE})?|\.[0-5]\d(?:\s?{_ZONE}|(?=\s?[:–—-]))"
    rf"|(?:\.[0-5]\d)?{_HALF}(?:\s?{_ZONE})?)"
    r"(?:\s?[:–—-])?)\s+(?=[\"“‘'$€£]?[A-Z\d])"
    rf"(?!{ANY_DAY}|{_ZONE})"
)
_FOOTNOTE = re.compile(r"(?<=\S)\[\d{1,3}\]|(?<=[.,;!?”\"’'])[¹²³⁰⁴-⁹]+")
_OPENING = "“”\"‘’'•* "


def without_place(sentence: str, language: str) -> str:
    """`sentence` without footnotes, what opens it, and its place in a list or on a live page.

    "12. Dezember" is a day: places are taken off English sentences alone.
    """
    sentence = _FOOTNOTE.sub("", sentence).lstrip(_OPENING)
    return _PLACE_IN_LIST.sub("", sentence).lstrip(_OPENING) if language == "en" else sentence


def without_dateline(sentence: str) -> str:
    """`sentence` without its dateline; a headline in capitals has none."""
    return sentence if sentence.isupper() else _DATELINE.sub("", sentence)
