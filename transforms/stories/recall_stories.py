"""The stories that the index holds around the time of some articles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from schemas import ids
from schemas.memory import Memory
from schemas.records import Article, Fingerprint, PlacedArticle
from schemas.stored import placed_of, story_of
from transforms.models.base import TextError
from transforms.stories.story import Gone, Joined, Merged, joined_of
from transforms.stories.trace import trace_of

# Whole articles are held until so many are embedded.
_MADE_TOGETHER = 1000
# A fingerprint for each article, in order; the error in its place where it cannot be read.
Remake = Callable[[Sequence[Article]], Sequence[Fingerprint | TextError]]


def recall_stories(
    memory: Memory,
    language: str,
    elements: Sequence[Fingerprint | Gone],
    window_s: float,
    made_anew: Remake,
) -> list[Joined | Merged]:
    """Increments, in order, of all stories that had an article within `window_s` of `elements`.

    Three lookups: the articles of that time, the rest of their stories, what went into these. A
    story that went into another, and still has articles of its own, is as if it had not: a run was
    killed before it had written them where they went, and its next one merges them again.

    Args:
        made_anew: fingerprints by the embedding of `elements`, for articles that an earlier run
            embedded with another one: their vectors cannot be compared. One that it cannot read
            is left out.
    """
    fetched = [ids.milliseconds(element.fetched_at) for element in elements]
    window_ms = int(window_s * 1000)
    window = (min(fetched) - window_ms, max(fetched) + window_ms)
    around = memory.find("articles", "language", [language], fetched_ms=window)
    embedding = elements[0].embedding
    joined = list(_joined(around, embedding, made_anew))
    with_articles = {each.story_id for each in joined}
    stories = sorted(with_articles)
    seen = {each.trace.article_id for each in joined}
    members = memory.find("articles", "story_id", stories) if stories else ()
    others = (
        document
        for document in members
        # A story has one language, whatever an index says.
        if document["article_id"] not in seen and document["language"] == language
    )
    joined.extend(_joined(others, embedding, made_anew))
    went = memory.find("stories", "merged_into", stories) if stories else ()
    merges = sorted(map(story_of, went), key=lambda story: (story.as_of, story.story_id))
    return [
        *sorted(joined, key=lambda increment: increment.order),
        *(
            Merged(story_id=each.story_id, into=each.merge.into)
            for each in merges
            if each.merge and each.story_id not in with_articles
        ),
    ]


def _joined(
    documents: Iterable[dict[str, Any]], embedding: str, made_anew: Remake
) -> Iterator[Joined]:
    """What is kept of each article: less than the article, of which there may be many."""
    others: list[PlacedArticle] = []
    for placed in map(placed_of, documents):
        if placed.fingerprint.embedding == embedding:
            yield _joined_by(placed, placed.fingerprint)
            continue
        others.append(placed)
        if len(others) == _MADE_TOGETHER:
            yield from _joined_anew(others, made_anew)
            others.clear()
    yield from _joined_anew(others, made_anew)


def _joined_anew(others: Sequence[PlacedArticle], made_anew: Remake) -> Iterator[Joined]:
    made = made_anew([each.article for each in others]) if others else ()
    for each, fingerprint in zip(others, made, strict=True):
        if not isinstance(fingerprint, TextError):
            yield _joined_by(each, fingerprint)


def _joined_by(placed: PlacedArticle, fingerprint: Fingerprint) -> Joined:
    placement = placed.placement
    return joined_of(trace_of(fingerprint), placement.story_id, placement.reprint_of)
