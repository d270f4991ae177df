"""Who says a sentence, and whether it stands in quote marks: rules for English news.

A name beside a verb of saying, or the speaker of the quotation that a paragraph is made of.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from transforms.text.quotations import inside, quotations
from transforms.text.sentences import Span
from transforms.text.speakers import speaker_of

# What an embedded tweet has below it: "— Ann Lee (@annlee) November 2, 2026".
_TWEETED = re.compile(
    r"\s*[—–-]{1,2}\s?(?P<name>[^\n(@]{2,40}?)\s*\(@\w+\)\W*[A-Z][a-z]+\.? \d{1,2}, \d{4}"
)


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

    A quoted sentence that does not say who speaks has the speaker that its paragraph named last,
    else the one that it names next: news puts several sentences of one speaker in a paragraph. What
    names nobody in an embedded tweet, who tweeted it says.
    """
    quotes = list(quotations(body))
    quoted = [_quoted_share(span, quotes) > 0.5 for span in sentences]
    named = [
        speaker_of(_outside_quotes(body, span, quotes), in_quotes)
        for span, in_quotes in zip(sentences, quoted, strict=True)
    ]
    found: list[Attribution] = []
    for members in paragraphs(body, sentences):
        inherited = next((name for i in members if (name := named[i]) is not None), "")
        tweeted = _TWEETED.match(body, sentences[members[-1]].end) if members else None
        by = tweeted["name"] if tweeted else ""
        for i in members:
            name = named[i]
            inherited = inherited if name is None else name
            found.append(Attribution((inherited if quoted[i] else name) or by, quoted[i]))
    return found


def paragraphs(body: str, sentences: Sequence[Span]) -> list[range]:
    """The sentences of each paragraph, by their index; nobody speaks from one into another."""
    groups: list[range] = []
    first, at = 0, 0
    for i, (start, _) in enumerate(sentences):
        if i > first and body.find("\n", at, start) >= 0:
            groups.append(range(first, i))
            first = i
        at = start
    return [*groups, range(first, len(sentences))]


def _outside_quotes(body: str, sentence: Span, quotes: Sequence[Span]) -> str:
    """The sentence with quoted words blanked, since names in a quotation are not its speaker."""
    pieces, at = [], sentence.start
    for start, end in inside(sentence, quotes):
        pieces.append(body[at:start])
        at = end
    return " ".join(" ".join([*pieces, body[at : sentence.end]]).split())


def _quoted_share(sentence: Span, quotes: Sequence[Span]) -> float:
    """Share of a sentence's characters that lie in quotations."""
    length = sum(end - start for start, end in inside(sentence, quotes))
    return length / (sentence.end - sentence.start)
