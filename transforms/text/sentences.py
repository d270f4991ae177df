"""Sentences of a text, by their offsets.

sentencex cuts: it keeps quotations, abbreviations and numbers whole, knows some 300 languages,
gives offsets, is released by Wikimedia and runs at tens of MB/s. Compared on news: pysbd is 150
times slower and missed full stops before quote marks, nupunkt knows English only, and nupunkt and
syntok cut inside quotations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import sentencex

from transforms.text.joins import belong_together

# Beyond this a quotation is a paragraph rather than a sentence: its own sentences are taken.
_LONG_QUOTE_CHARS = 400
# Tables, lists and machine output have no full stops; no reader takes more than this at once.
_MAX_SENTENCE_CHARS = 1000
# sentencex takes time with the square of a paragraph that is full of opening quotation marks.
_MAX_PARAGRAPH_CHARS = 10_000

_PARAGRAPH = re.compile(r"[^\n\r\v\f\x85\u2028\u2029]+")
# Surrogates alone, as broken JSON leaves them: sentencex takes no text that UTF-8 cannot say.
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
# An opening mark that is left at the end of the sentence before. With white space behind it, too,
# it may close that one.
_STRAY_MARK = re.compile(r"(?<=\s)(?:[“„\"]\s*|['‘])$")
# A quotation in a quotation that ends with it: sentencex goes on to the next sentence.
_BOTH_END = re.compile(r"[.!?…](?:[’'][”\"]|[”\"][’'])\s+(?=[\"“‘']?[A-Z])")
# Words that sentencex takes for shortenings: not "no. 10", nor "Me." and "Ill.", which are states.
# With a question mark for the full stop it cuts behind them, too, but in quotations.
_WORD_AT_END = re.compile(
    r"(?<![\w.-])(art|[Ff]ed|ill|[Mm]ay|me|miss|[Nn]o)\."
    r"(?=[\"”’']*\s+[\"“‘']?(?:[A-Z][a-z]|[AI]\b))"
)
_QUOTES = str.maketrans(dict.fromkeys('"“”„«»‘’‹›()[]', " "))


class Span(NamedTuple):
    """A piece of a text: `text[start:end]`, in characters; `start < end`."""

    start: int
    end: int


def split_sentences(text: str, language: str = "en") -> list[Span]:
    """Sentences in order, each without the white space around it; they do not overlap.

    A line break always ends a sentence. Every character that is not white space is in exactly one
    span. No span is longer than 1000 characters. Time is linear in the text.

    Args:
        text: any text; empty gives an empty list.
        language: ISO 639-1 code; an unknown one is cut by the rules common to all.
    """
    return [
        span
        for paragraph in _PARAGRAPH.finditer(text)
        for start, end in _cut(text, *paragraph.span(), _MAX_PARAGRAPH_CHARS, ". ")
        for span in _split_paragraph(text[start:end], start, language)
    ]


def _split_paragraph(paragraph: str, at: int, language: str) -> Iterator[Span]:
    for start, end in _boundaries(paragraph, language):
        if end - start <= _LONG_QUOTE_CHARS:
            yield from _stripped(paragraph, start, end, at)
            continue
        inner = paragraph[start:end].translate(_QUOTES)
        for inner_start, inner_end in _boundaries(inner, language):
            of = (start + inner_start, start + inner_end)
            for cut in _cut(paragraph, *of, _MAX_SENTENCE_CHARS, " "):
                yield from _stripped(paragraph, *cut, at)


def _boundaries(paragraph: str, language: str) -> Iterator[Span]:
    """Sentences that cover the whole paragraph: sentencex's, less the cuts that no reader makes."""
    begun, before = 0, ""
    for start, end in _cuts(paragraph, language):
        after = paragraph[start:end]
        if before.strip() and after.strip() and not belong_together(before, after):
            middle = begun + _without_stray_mark(paragraph[begun:start])
            yield Span(begun, middle)
            begun = middle
        before = after
    yield Span(begun, len(paragraph))


def _without_stray_mark(sentence: str) -> int:
    """Where a sentence ends, less a mark that opens the next one's quotation."""
    mark = _STRAY_MARK.search(sentence)
    if mark is None:
        return len(sentence)
    may_close = mark.group().startswith('"') and mark.group() != '"'
    return len(sentence) if may_close and sentence.count('"') % 2 == 0 else mark.start()


def _cuts(paragraph: str, language: str) -> Iterator[Span]:
    """sentencex's sentences, made to cover the whole paragraph whatever it leaves out."""
    done = 0
    readable = _WORD_AT_END.sub(r"\1?", _HALF_CHARACTER.sub("\ufffd", paragraph))
    for found in sentencex.get_sentence_boundaries(language, readable):
        end = int(found["end_index"])
        if end > done:
            for both in _BOTH_END.finditer(paragraph, done, end):
                yield Span(done, both.end())
                done = both.end()
            yield Span(done, end)
            done = end
    if done < len(paragraph):
        yield Span(done, len(paragraph))


def _cut(text: str, start: int, end: int, most: int, behind: str) -> Iterator[Span]:
    """Pieces of at most so many characters, cut behind the last `behind` that there is."""
    while end - start > most:
        found = text.rfind(behind, start + 1, start + most)
        middle = found + len(behind) if found >= 0 else start + most
        yield Span(start, middle)
        start = middle
    yield Span(start, end)


def _stripped(text: str, start: int, end: int, at: int) -> Iterator[Span]:
    piece = text[start:end]
    body = piece.strip()
    if body:
        first = at + start + len(piece) - len(piece.lstrip())
        yield Span(first, first + len(body))
