"""Who says a sentence, and whether it stands in quote marks: rules for English news.

The rules are few and would rather say nothing than guess: a name beside a verb of saying, or the
speaker of the quotation that a paragraph is made of.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from transforms.text.sentences import Span

_VERB = (
    r"(?:said|says|saying|told|tells|added|adds|claimed|claims|wrote|writes|tweeted|stated|states"
    r"|announced|insisted|insists|argued|argues|warned|warns|explained|explains|admitted|denied"
    r"|denies|confirmed|confirms|alleged|alleges|acknowledged|noted|notes|testified|replied"
    r"|reported|reports|recalled|suggested|declared|promised|asserted|asserts|flagged"
    r"|revealed|reveals|estimated|estimates|predicted|predicts|concluded|conceded)"
)
# Whole words, possessive, and few of them: else a row of capitals takes time with its cube.
_CAPITAL = r"(?<![\w.’'&-])[A-Z][\w.’'&-]*+"
# A name: capitalised words, with the small words that stand inside names, and at most two plain
# nouns behind it ("the FSB agent", "a Foreign Ministry spokeswoman").
_NAME = (
    r"(?:\b(?:[Tt]he|[Aa]n?)\s+)?"
    rf"{_CAPITAL}(?:\s+(?:{_CAPITAL}|al|bin|de|del|der|di|la|of|van|von)){{0,9}}"
    r"(?:\s+(?:agent|official|officials|officer|police|president|minister|ministry|spokesman"
    r"|spokeswoman|spokesperson|government|lawyer|lawyers|leader|department|company|newspaper"
    r"|prosecutor|prosecutors|researchers|scientists|senator|governor|mayor|whistleblower))?"
)
_ASIDE = r"(?:,[^,\"“”]{1,80},)?"
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"[Aa]ccording to\s+(?P<name>{_NAME})",
        rf"(?P<name>{_NAME}){_ASIDE}\s+(?:(?:also|has|had|have|later|reportedly)\s+)?{_VERB}\b",
        rf"[,”\"’]\s*{_VERB}\s+(?P<name>{_NAME})",
        rf"^[Ii]n (?:a|an|his|her|their) \w+(?: \w+)?, (?P<name>{_NAME})\s+{_VERB}\b",
    )
)
_DETERMINER = re.compile(r"^(?:The|the|An?|an?)\s+")
# Capitalised because they begin a sentence, or because they are no speakers.
_NO_SPEAKERS = """
He She They We I You It This That These Those There Who What Which And But Or So If In On At As For
Some Many Most Others One Both Another Here Then When While After Before However Also Yet Still His
Her Their My Our Its Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March
April May June July August September October November December
"""
_NO_NAME = frozenset(_NO_SPEAKERS.split())
_QUOTE = re.compile(r"[“”\"]")


class Attribution(NamedTuple):
    """How a sentence is said.

    Attributes:
        speaker: name as printed, "" where the outlet speaks or nobody is named.
        quoted: True where more than half of the sentence stands in quote marks.
    """

    speaker: str
    quoted: bool


def attributions(body: str, sentences: Sequence[Span]) -> list[Attribution]:
    """The attribution of each sentence, in order; linear in the body.

    A quoted sentence without a speaker of its own has the one that its paragraph named last, else
    the one that it names next: news puts several sentences of one speaker in a paragraph.
    """
    quotes = list(_quotations(body))
    named = [_speaker(body[start:end]) for start, end in sentences]
    inside = [_quoted_share(span, quotes) > 0.5 for span in sentences]
    groups: dict[int, list[int]] = {}
    paragraph, at = 0, 0
    for i, (start, _) in enumerate(sentences):
        paragraph += body.count("\n", at, start)
        at = start
        groups.setdefault(paragraph, []).append(i)
    found: list[Attribution] = []
    for members in groups.values():
        inherited = next((named[i] for i in members if named[i]), "")
        for i in members:
            inherited = named[i] or inherited
            speaker = inherited if inside[i] else named[i]
            found.append(Attribution(speaker, inside[i]))
    return found


def _speaker(sentence: str) -> str:
    outside = _outside_quotes(sentence)
    for pattern in _PATTERNS:
        for match in pattern.finditer(outside):
            name = _trimmed(match["name"])
            if name:
                return name
    return ""


def _trimmed(name: str) -> str:
    """A name without the sentence's first word, where that is no part of it; "" if none is left."""
    words = _DETERMINER.sub("", name).split()
    while words and words[0] in _NO_NAME:
        words = words[1:]
    text = " ".join(words).rstrip(".,'’")
    return re.sub(r"[’']s$", "", text)


def _outside_quotes(sentence: str) -> str:
    """The sentence with quoted words blanked, since names in a quotation are not its speaker."""
    blank = re.sub(r"“[^”]*”?|\"[^\"]*\"", lambda m: m.group()[0] + " " * 3 + "”", sentence)
    return " ".join(blank.split())


def _quotations(body: str) -> Iterator[Span]:
    """What stands in quote marks, paragraph by paragraph: an open one ends with its paragraph."""
    opened = -1
    end_of_paragraph = -1
    for match in _QUOTE.finditer(body):
        if match.start() > end_of_paragraph:
            if opened >= 0:
                yield Span(opened, end_of_paragraph)
            opened = -1
            newline = body.find("\n", match.start())
            end_of_paragraph = len(body) if newline < 0 else newline
        if match.group() == "“" or (match.group() == '"' and opened < 0):
            opened = match.end() if opened < 0 else opened
        elif opened >= 0:
            yield Span(opened, match.start())
            opened = -1
    if opened >= 0:
        yield Span(opened, end_of_paragraph)


def _quoted_share(sentence: Span, quotes: Sequence[Span]) -> float:
    """Share of a sentence's characters that lie in quotations, which are in order and disjoint."""
    start, end = sentence
    inside = 0
    for i in range(bisect.bisect_right(quotes, start, key=lambda quote: quote.end), len(quotes)):
        if quotes[i].start >= end:
            break
        inside += min(end, quotes[i].end) - max(start, quotes[i].start)
    return inside / (end - start)
