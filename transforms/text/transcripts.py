"""Who speaks in debates, interviews and hearings, where lines begin with a name and a colon."""

from __future__ import annotations

import collections
import re
from collections.abc import Sequence
from typing import NamedTuple

from transforms.text.sentences import Span

_TIME = r"[\[(]?\d{1,2}:\d\d(?::\d\d)?[\])]?\s?(?:[–—-]\s?)?"
_PARTY_OR_TIME = r"\s[(\[][^()\[\]\n]{1,20}[)\]]"
# "LEE:", "[00:13:02] Sen. Maria Lopez (D-CA):", "Q.", with nothing in small letters: "She said:".
_LABEL = re.compile(
    rf"(?:{_TIME})?(?:Q[.:]?|A[.:]|(?P<name>[^\W\d_][\w.’' -]{{0,39}})(?:{_PARTY_OR_TIME})?:)\s+"
)
_SMALL_WORD = re.compile(r"\b(?!(?:al|bin|da|de|del|den|der|di|el|la|le|van|von)\b)[a-z]+\b(?!-)")
# A transcript goes back and forth, between people who say I and you: a table does not.
_FEWEST_LINES = 4
_FEWEST_VOICES = 2
_I_OR_YOU = re.compile(r"\b(?:i|me|my|we|us|our|you|your)\b", re.IGNORECASE)
_TITLE = re.compile(
    r"(?:mr|mrs|ms|miss|dr|sir|lord|lady|dame|prof|professor|sen|senator|rep|representative"
    r"|congressman|congresswoman|gov|governor|president|chancellor|premier|prime minister|secretary"
    r"|judge|justice|gen|general)\b\.?\s+\w"
    r"|(?:the (?:president|vice president|prime minister|premier|chancellor|governor|mayor|judge"
    r"|court|speaker|chair|chairman|chairwoman|secretary)|prime minister)$",
    re.IGNORECASE,
)
_WORD = re.compile(r"(?P<inside>(?<=[\w,] ))?[^\W\d_][\w-]*")


class _Line(NamedTuple):
    """A paragraph: the label that it begins with, None without one, and what stands behind it."""

    label: str | None
    text: Span


def voices(body: str, paragraphs: Sequence[Span]) -> list[str | None]:
    """Who says each paragraph of a transcript: "" for somebody without a name; linear in the body.

    None where a text is no transcript, or a line has no label: it may be a question as well as the
    rest of an answer. Headings ("Price:", "Verdict:") name nobody: a name has a title, or is one in
    the text.
    """
    lines = [_line(body, span) for span in paragraphs]
    labels = collections.Counter(line.label for line in lines if line.label is not None)
    talking = {line.label for line in lines if _I_OR_YOU.search(body, *line.text)}
    again = sum(1 for label, times in labels.items() if times > 1 and label in talking)
    if labels.total() < _FEWEST_LINES or again < _FEWEST_VOICES:
        return [None] * len(lines)
    known = _named(body, lines, set(labels))
    if not known:
        return [None] * len(lines)
    return [line.label if line.label is None or line.label in known else "" for line in lines]


def _line(body: str, span: Span) -> _Line:
    label = _LABEL.match(body, *span)
    name = (label["name"] or "") if label else ""
    if not label or _SMALL_WORD.search(name):
        return _Line(None, span)
    return _Line(name.strip(), Span(label.end(), span.end))


def _named(body: str, lines: Sequence[_Line], labels: set[str]) -> set[str]:
    """Those of the labels that are somebody's name."""
    capitals: collections.Counter[str] = collections.Counter()
    for line in lines:
        for word in _WORD.finditer(body, *line.text):
            if word["inside"] is not None:
                capitals[word[0].casefold()] += 1 if word[0][0].isupper() else -1
    titled = {label for label in labels if _TITLE.match(label)}
    surnames = {_surname(label) for label in titled}
    return titled | {
        label
        for label in labels - {""}
        if _surname(label) in surnames or capitals[_surname(label)] > 0
    }


def _surname(label: str) -> str:
    return label.rsplit(maxsplit=1)[-1].casefold()
