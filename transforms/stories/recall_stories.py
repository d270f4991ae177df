"""The stories that the index holds around the time of some articles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from schemas import ids
from schemas.memory import Memory
from schemas.records import Fingerprint
from schemas.stored import placed_of, story_of
from transforms.stories.story import Joined, Merged, joined_of
from transforms.stories.trace import trace_of


def recall_stories(
    memory: Memory, language: str, elements: Sequence[Fingerprint], window_s: float
) -> list[Joined | Merged]:
    """Increments, in order, of all stories that had an article within `window_s` of `elements`.

    Three lookups: the articles of that time, the rest of their stories, what went into these.
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
    joined = {}
    for document in around:
        joined[document["article_id"]] = _joined(document)
    stories = sorted({increment.story_id for increment in joined.values()})
    for document in memory.find("articles", "story_id", stories) if stories else ():
        joined[document["article_id"]] = _joined(document)
    went = memory.find("stories", "merged_into", stories) if stories else ()
    merges = sorted(map(story_of, went), key=lambda story: (story.as_of, story.story_id))
    return [
        *sorted(joined.values(), key=lambda increment: increment.order),
        *(Merged(story_id=each.story_id, into=each.merge.into) for each in merges if each.merge),
    ]


def _joined(document: dict[str, Any]) -> Joined:
    placed = placed_of(document)
    placement = placed.placement
    return joined_of(trace_of(placed.fingerprint), placement.story_id, placement.reprint_of)
