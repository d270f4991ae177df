"""Headings, key points and captions in a body: lines without an end, which its sentences repeat."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from transforms.text.differences import opposed
from transforms.text.gist import Gist, gist_of
from transforms.text.sentences import Span

# A quotation, a remark in brackets, and what goes on or is cut short have an end, too.
_ENDS = re.compile(r"[.!?…:;,–—-]\W*$|[\"”’'»)\]]$")
# Of a line's words; names weigh more.
_REPEATED_SHARE = 0.75
_FEWEST_WORDS = 2
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
    full = [
        gist_of(text[start:end], language) for start, end in sentences if (start, end) not in opened
    ]
    words = [frozenset(stem for stem, _ in gist.words) for gist in full]
    told = {line: gist_of(text[line.start : line.end], language) for line in lines}
    return frozenset(
        line
        for line, own in told.items()
        if any(_repeats(gist, stems, own) for gist, stems in zip(full, words, strict=True))
    )


def _is_open_line(text: str, span: Span) -> bool:
    """Whether it is a paragraph of its own without a mark at its end."""
    start, end = span
    alone = text[start - 1 : start] in {"", "\n"} and text[end : end + 1] in {"", "\n"}
    return alone and not _ENDS.search(text, start, end)


def _repeats(full: Gist, stems: frozenset[str], line: Gist) -> bool:
    """Whether a sentence of these stems says what a line does."""
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
