"""The stories that the index holds around the time of some articles."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence

from schemas import ids
from schemas.memory import Memory
from schemas.records import Article, Fingerprint, PlacedArticle
from schemas.stored import placed_of, story_of
from transforms.models.base import TextError
from transforms.stories.story import Joined, Merged, joined_of
from transforms.stories.trace import trace_of

# A fingerprint for each article, in order; the error in its place where it cannot be read.
Remake = Callable[[Sequence[Article]], Sequence[Fingerprint | TextError]]


def recall_stories(
    memory: Memory,
    language: str,
    elements: Sequence[Fingerprint],
    window_s: float,
    made_anew: Remake,
) -> list[Joined | Merged]:
    """Increments, in order, of all stories that had an article within `window_s` of `elements`.

    Three lookups: the articles of that time, the rest of their stories, what went into these.

    Args:
        made_anew: fingerprints by the embedding of `elements`, for articles that an earlier run
            embedded with another one: their vectors cannot be compared. One that it cannot read
            is left out.
    """
    fetched = [ids.milliseconds(element.fetched_at) for element in elements]
    window_ms = int(window_s * 1000)
    around = memory.find(
        "articles",
        "language",
        [language],
        time_field="fetched_at",
        since_ms=min(fetched) - window_ms,
        until_ms=max(fetched) + window_ms,
    )
    placed = {document["article_id"]: placed_of(document) for document in around}
    stories = sorted({each.placement.story_id for each in placed.values()})
    for document in memory.find("articles", "story_id", stories) if stories else ():
        placed[document["article_id"]] = placed_of(document)
    joined = map(_joined, _of_one_embedding(placed.values(), elements[0].embedding, made_anew))
    went = memory.find("stories", "merged_into", stories) if stories else ()
    merges = sorted(map(story_of, went), key=lambda story: (story.as_of, story.story_id))
    return [
        *sorted(joined, key=lambda increment: increment.order),
        *(Merged(story_id=each.story_id, into=each.merge.into) for each in merges if each.merge),
    ]


def _of_one_embedding(
    placed: Iterable[PlacedArticle],
    embedding: str,
    made_anew: Remake,
) -> Iterator[PlacedArticle]:
    """The articles, all with fingerprints of this embedding."""
    others = []
    for each in placed:
        if each.fingerprint.embedding == embedding:
            yield each
        else:
            others.append(each)
    made = made_anew([each.article for each in others]) if others else ()
    for each, fingerprint in zip(others, made, strict=True):
        if not isinstance(fingerprint, TextError):
            yield dataclasses.replace(each, fingerprint=fingerprint)


def _joined(placed: PlacedArticle) -> Joined:
    placement = placed.placement
    return joined_of(trace_of(placed.fingerprint), placement.story_id, placement.reprint_of)
