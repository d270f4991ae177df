"""What is known of a story's articles, and the story's record out of it. Without Beam."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Iterable
from typing import Any

from schemas.memory import Memory
from schemas.records import Merge, PlacedArticle, Story
from schemas.stored import placed_of
from transforms.stories.headline import Headline, headline_of

# Beyond, the first article and the latest 5000 are counted.
MOST_ARTICLES = 5000


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a story's record keeps of one article.

    Attributes:
        as_of: see `Placement`.
        left: its newest text is in another story since `as_of`; it counts no more.
    """

    article_id: str
    source: str
    headline: Headline
    reprint: bool
    claims: int
    event_time: dt.datetime
    fetched_at: dt.datetime
    as_of: dt.datetime
    language: str
    method: str
    score: float
    starts_story: bool
    left: bool = False


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """That an article's newest text is in another story."""

    article_id: str
    fetched_at: dt.datetime
    as_of: dt.datetime


Event = Entry | Left | Merge


def entry_of(placed: PlacedArticle, claims: int) -> Entry:
    """The entry of an article."""
    article, placement = placed.article, placed.placement
    return Entry(
        article_id=article.article_id,
        source=article.source,
        headline=headline_of(article),
        reprint=placement.reprint_of is not None,
        claims=claims,
        event_time=article.event_time,
        fetched_at=article.fetched_at,
        as_of=placement.as_of,
        language=article.language,
        method=placement.method,
        score=placement.score,
        starts_story=placed.starts_story,
    )


def merged(entries: Iterable[Entry | Left]) -> list[Entry]:
    """The newest entry of each article, in order of time; the first and at most 5000 more.

    Of an article that left the last entry stays, marked.
    """
    newest: dict[str, Entry] = {}
    for entry in sorted(entries, key=rank):
        if isinstance(entry, Entry):
            newest[entry.article_id] = entry
        elif (here := newest.get(entry.article_id)) is not None:
            newest[entry.article_id] = dataclasses.replace(
                here, left=True, as_of=entry.as_of, fetched_at=entry.fetched_at
            )
    ordered = sorted(newest.values(), key=rank)
    return ordered if len(ordered) <= MOST_ARTICLES else [ordered[0], *ordered[-MOST_ARTICLES:]]


def story_from(
    story_id: str, entries: list[Entry], as_of: dt.datetime, merge: Merge | None = None
) -> Story:
    """The record of a story out of what `merged` gives; at least one entry.

    A story that all articles have left is called as it was before the last one did, and has none.

    Args:
        merge: how it went into another, if it did.
    """
    here = [entry for entry in entries if not entry.left]
    told = here or entries[-1:]
    last = told[-1]
    originals = [entry for entry in told if not entry.reprint] or told
    earliest = min(originals, key=lambda entry: entry.headline)
    return Story(
        story_id=story_id,
        language=earliest.language,
        headline=earliest.headline.text,
        first_seen=min(entry.event_time for entry in told),
        last_seen=max(entry.event_time for entry in told),
        sources=tuple(sorted({entry.source for entry in here})),
        articles=len(here),
        reprints=sum(entry.reprint for entry in here),
        claims=sum(entry.claims for entry in here),
        method=last.method,
        score=last.score,
        as_of=as_of,
        merge=merge,
    )


def recall_entries(memory: Memory, story_id: str) -> list[Entry]:
    """The entries of a story that the index holds."""
    claims = Counter(
        claim["article_id"]
        for claim in memory.find("claims", "story_id", [story_id])
        if claim["current"] and not claim["uncertain"]
    )
    placed = [placed_of(stored) for stored in memory.find("articles", "story_id", [story_id])]
    return [entry_of(each, claims[each.article.article_id]) for each in placed]


def without_articles(story: Story, as_of: dt.datetime, merge: Merge | None) -> Story:
    """A story whose articles are elsewhere: as it was where it went into another, else empty."""
    as_of = max(as_of, story.as_of)  # what tells so may have come late
    if merge is not None:
        return dataclasses.replace(story, as_of=as_of, merge=merge)
    return dataclasses.replace(story, as_of=as_of, sources=(), articles=0, reprints=0, claims=0)


def rank(event: Event) -> tuple[Any, ...]:
    """In order of time; of one moment the last fetched is the last."""
    if isinstance(event, Merge):
        return (event.at, event.at, event.counterpart)
    return (event.as_of, event.fetched_at, event.article_id)
