"""Headings, key points and captions in a body: lines without an end, which its sentences repeat."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence

from transforms.text.differences import opposed
from transforms.text.gist import Gist, gist_of
from transforms.text.sentences import Span

# A quotation, a remark in brackets, and what goes on or is cut short have an end, too.
_ENDS = re.compile(r"[.!?…:;,–—-]\W*$|[\"”’'»)\]]$")
# Of a line's words; names weigh more.
_REPEATED_SHARE = 0.75
_FEWEST_WORDS = 2
# Common words and numbers may differ.
_ALIKE_SHARE = 0.4
_BEGINNING = 4
_WORD = re.compile(r"[^\W\d_]{4,}")
# A table is no text with headings; so few keep the time linear, too.
_MOST_LINES = 100


def repeated_headings(text: str, sentences: Sequence[Span], language: str) -> frozenset[Span]:
    """Those of the sentences, in order, that are a line without an end and said once more in full.

    A sentence that has an end says it: with the line's numbers and names, most of its other words,
    and denying as it does. Time is linear in the text.
    """
    lines = [span for span in sentences if _is_open_line(text, span)]
    if not lines or len(lines) > _MOST_LINES:
        return frozenset()
    opened = set(lines)
    full = [(text[s:e], _beginnings(text[s:e])) for s, e in sentences if (s, e) not in opened]
    return frozenset(
        line
        for line in lines
        if any(
            _repeats(gist_of(sentence, language), gist_of(text[line.start : line.end], language))
            for sentence in _alike(_beginnings(text[line.start : line.end]), full)
        )
    )


def _alike(line: frozenset[str], sentences: Iterable[tuple[str, frozenset[str]]]) -> Iterator[str]:
    """Yields the sentences that may repeat a line; their gist takes far longer than this look."""
    for sentence, beginnings in sentences:
        if len(line & beginnings) >= max(1, _ALIKE_SHARE * len(line)):
            yield sentence


def _beginnings(text: str) -> frozenset[str]:
    return frozenset(word[:_BEGINNING] for word in _WORD.findall(text.lower()))


def _is_open_line(text: str, span: Span) -> bool:
    """Whether it is a paragraph of its own without a mark at its end."""
    start, end = span
    alone = text[start - 1 : start] in {"", "\n"} and text[end : end + 1] in {"", "\n"}
    return alone and not _ENDS.search(text, start, end)


def _repeats(full: Gist, line: Gist) -> bool:
    """Whether a sentence says what a line does."""
    stems = {stem for stem, _ in full.words}
    said = len(line.words) + len(line.numbers)
    weight = math.fsum(weight for _, weight in line.words)
    shared = math.fsum(weight for stem, weight in line.words if stem in stems)
    numbers = len(line.numbers)
    return (
        said >= _FEWEST_WORDS
        and shared + numbers >= _REPEATED_SHARE * (weight + numbers)
        and set(line.numbers) <= set(full.numbers)
        and line.names <= set(full.order)
        and (line.negations, line.denied) == (full.negations, full.denied)
        and not opposed(line, full)
    )
