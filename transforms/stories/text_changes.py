"""What became of a text: which sentences went, which came. Without Beam."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Literal

from schemas import ids
from schemas.records import Article, Change
from transforms.text.sentences import split_sentences
from transforms.text.substance import own_sentences, substance

# Shown of a change; beyond, sentences are only counted.
MOST_SHOWN = 20
_SHOWN_CHARS = 500


def change_between(one: Article, other: Article) -> Change:
    """What changed from `one` to `other`; a sentence that only moved did not change."""
    before, after = _sentences(one), _sentences(other)
    removed = _without(before, after)
    added = _without(after, before)
    total = len(before) + len(after)
    return Change(
        parts=tuple(_parts(one, other)),
        removed=shown(removed),
        added=shown(added),
        sentences_removed=len(removed),
        sentences_added=len(added),
        share=round((len(removed) + len(added)) / total, 4) if total else 0.0,
    )


def shown(sentences: list[str]) -> tuple[str, ...]:
    """As many sentences as a document holds, and as much of each."""
    return tuple(sentence[:_SHOWN_CHARS] for sentence in sentences[:MOST_SHOWN])


def _parts(one: Article, other: Article) -> Iterator[Literal["title", "body"]]:
    if ids.normalised(one.title) != ids.normalised(other.title):
        yield "title"
    if list(substance(one.body)) != list(substance(other.body)):
        yield "body"


def _sentences(article: Article) -> list[str]:
    spans = own_sentences(article.body, split_sentences(article.body, article.language))
    return [article.body[start:end] for start, end in spans]


def _without(sentences: list[str], others: list[str]) -> list[str]:
    """Those of `sentences` that `others` do not have, each as often as it is missing there."""
    there = Counter(ids.normalised(sentence) for sentence in others)
    missing = []
    for sentence in sentences:
        name = ids.normalised(sentence)
        there[name] -= 1
        if there[name] < 0:
            missing.append(sentence)
    return missing
