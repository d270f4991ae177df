"""What of a text stands in quote marks, double ones or single ones as British papers print them."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence

from transforms.text.sentences import Span

_QUOTE = re.compile(r"[“”\"]")
# A straight mark that opens nothing: it closes, or stands for the inches of 27".
_NOT_OPENING = re.compile(r"(?<=[\w.,!?…%])\"(?!\w)")
# As British papers quote. An apostrophe stands in a word or, of a plural, behind its s; to miss the
# end of 'green taxes' does no harm, since the next mark that opens is where a quotation begins.
_SINGLE_MARK = re.compile(
    r"(?P<opens>(?<![\w.,!?…’'])['‘](?=\w))|(?P<closes>(?<=[^\Ws]|[.,!?…])['’](?!\w))"
    r"|(?P<goes_on>\n(?=['‘]))|\n"
)
# Where a quotation begins that may fill several paragraphs, each with a mark before it.
_BEGINS_LONG = re.compile(r"(?<![^\n])|(?<=:\s)")


def quotations(body: str) -> Iterator[Span]:
    """What stands in quote marks, in order and disjoint."""
    at = 0
    for quotation in _in_double_marks(body):
        yield from _in_single_marks(body, at, quotation.start)
        yield quotation
        at = quotation.end
    yield from _in_single_marks(body, at, len(body))


def _in_single_marks(body: str, start: int, end: int) -> Iterator[Span]:
    """Quotations in single marks, each with its end: what looks like one else is an apostrophe.

    One that goes on in the next paragraph, with a mark of its own there, ends with its paragraph.
    """
    opened = -1
    for mark in _SINGLE_MARK.finditer(body, start, end):
        goes_on = mark["goes_on"] and _BEGINS_LONG.match(body, opened - 1)
        if opened >= 0 and (mark["closes"] or goes_on):
            yield Span(opened, mark.start())
        opened = mark.end() if mark["opens"] else -1


def _in_double_marks(body: str) -> Iterator[Span]:
    """Paragraph by paragraph: an open one ends with its paragraph."""
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
            if _NOT_OPENING.match(body, match.start()):
                continue
            opened = match.end() if opened < 0 else opened
        elif opened >= 0:
            yield Span(opened, match.start())
            opened = -1
    if opened >= 0:
        yield Span(opened, end_of_paragraph)


def inside(sentence: Span, quotes: Sequence[Span]) -> Iterator[Span]:
    """What of a sentence lies in quotations, which are in order and disjoint."""
    start, end = sentence
    for i in range(bisect.bisect_right(quotes, start, key=lambda quote: quote.end), len(quotes)):
        if quotes[i].start >= end:
            break
        yield Span(max(start, quotes[i].start), min(end, quotes[i].end))
