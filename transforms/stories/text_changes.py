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
    parts = tuple(_parts(one, other))
    before, after = (_sentences(text) if "body" in parts else [] for text in (one, other))
    removed = _without(before, after)
    added = _without(after, before)
    total = len(before) + len(after)
    return Change(
        parts=parts,
        removed=shown(removed, added),
        added=shown(added, removed),
        sentences_removed=len(removed),
        sentences_added=len(added),
        share=round((len(removed) + len(added)) / total, 4) if total else 0.0,
    )


def shown(sentences: list[str], others: list[str]) -> tuple[str, ...]:
    """As many sentences as a document holds; of a long one, where it departs from `others`."""
    return tuple(_shortened(sentence, others) for sentence in sentences[:MOST_SHOWN])


def _shortened(sentence: str, others: list[str]) -> str:
    if len(sentence) <= _SHOWN_CHARS:
        return sentence
    same = max((_same_until(sentence, other) for other in others[:MOST_SHOWN]), default=0)
    start = min(max(0, same - _SHOWN_CHARS // 2), len(sentence) - _SHOWN_CHARS)
    return sentence[start : start + _SHOWN_CHARS]


def _same_until(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (here, there) in pairs if here != there), min(len(one), len(other)))


def _parts(one: Article, other: Article) -> Iterator[Literal["title", "body"]]:
    if ids.normalised(one.title) != ids.normalised(other.title):
        yield "title"
    if " ".join(substance(one.body)) != " ".join(substance(other.body)):
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
