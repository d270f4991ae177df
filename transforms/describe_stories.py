"""DescribeStories: an event as it develops, in one record."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import apache_beam as beam

from schemas.documents import placed_of
from schemas.memory import Memory, MemoryConfig
from schemas.records import PlacedArticle, Reading, Story
from transforms.in_order import InOrderFn, Kept, Order
from transforms.stories.headline import Headline, headline_of

DEFAULT_EXPIRY_S = 14 * 86_400.0
# Beyond, the first article and the latest 5000 are counted.
MOST_ARTICLES = 5000


class DescribeStories(beam.PTransform[beam.PCollection[Reading], beam.PCollection[Story]]):
    """Puts out a Story each time that articles have joined it; the newest `as_of` counts.

    Bounded or unbounded; a bounded run puts out one Story for each. State for each story: some 300
    bytes for each of at most 5001 articles, dropped `expiry_s` after the last one joined.

    Args:
        release_s: see `transforms.in_order.Order`.
        memory: where a story that is not new here is looked up.
    """

    def __init__(
        self,
        *,
        release_s: float | None = None,
        expiry_s: float = DEFAULT_EXPIRY_S,
        memory: MemoryConfig | None = None,
    ) -> None:
        super().__init__()
        self._order = Order(release_s=release_s, expiry_s=expiry_s)
        self._memory = memory

    def expand(self, readings: beam.PCollection[Reading]) -> beam.PCollection[Story]:
        """Returns the stories as they stand after each step of time."""
        return (
            readings
            | "KeyByStory" >> beam.Map(_by_story).with_output_types(tuple[str, Entry])
            | "DescribeByStory"
            >> beam.ParDo(_DescribeFn(self._order, self._memory)).with_output_types(Story)
        )


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a story's record keeps of one article."""

    article_id: str
    source: str
    headline: Headline
    reprint: bool
    claims: int
    event_time: dt.datetime
    fetched_at: dt.datetime
    language: str
    method: str
    score: float


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
        language=article.language,
        method=placement.method,
        score=placement.score,
    )


def merged(entries: Iterable[Entry]) -> list[Entry]:
    """The newest entry of each article, in order of time; the first and at most 5000 more."""
    newest: dict[str, Entry] = {}
    for entry in sorted(entries, key=_rank):
        newest[entry.article_id] = entry
    ordered = sorted(newest.values(), key=_rank)
    return ordered if len(ordered) <= MOST_ARTICLES else [ordered[0], *ordered[-MOST_ARTICLES:]]


def story_from(story_id: str, entries: list[Entry]) -> Story:
    """The record of a story out of what `merged` gives; at least one entry."""
    last = entries[-1]
    originals = [entry for entry in entries if not entry.reprint] or entries
    earliest = min(originals, key=lambda entry: entry.headline)
    return Story(
        story_id=story_id,
        language=earliest.language,
        headline=earliest.headline.text,
        first_seen=min(entry.event_time for entry in entries),
        last_seen=max(entry.event_time for entry in entries),
        sources=tuple(sorted({entry.source for entry in entries})),
        articles=len(entries),
        reprints=sum(entry.reprint for entry in entries),
        claims=sum(entry.claims for entry in entries),
        method=last.method,
        score=last.score,
        as_of=last.fetched_at,
    )


def recall_entries(memory: Memory, story_id: str) -> list[Entry]:
    """The entries of a story that the index holds."""
    claims = Counter(
        claim["article_id"]
        for claim in memory.find("claims", "story_id", [story_id])
        if claim.get("current", True) and not claim.get("uncertain", False)
    )
    placed = [placed_of(stored) for stored in memory.find("articles", "story_id", [story_id])]
    return [entry_of(each, claims[each.article.article_id]) for each in placed]


def _rank(entry: Entry) -> tuple[dt.datetime, str]:
    return (entry.fetched_at, entry.article_id)


def _by_story(reading: Reading) -> tuple[str, Entry]:
    sure = sum(not claim.uncertain for claim in reading.claims)
    return reading.placed.placement.story_id, entry_of(reading.placed, sure)


class _DescribeFn(InOrderFn[Entry], stage="DescribeStories"):
    def __init__(self, order: Order, config: MemoryConfig | None) -> None:
        super().__init__(order)
        self._config = config
        self._memory: Memory | None = None

    def setup(self) -> None:
        self._memory = self._config.open() if self._config else None

    def teardown(self) -> None:
        if self._memory is not None:
            self._memory.close()

    def rank(self, element: Entry) -> tuple[Any, ...]:
        return _rank(element)

    def take(self, key: str, elements: list[Entry], kept: Kept) -> Iterator[Story]:
        before: list[Entry] = kept.read()
        new = any(entry.method == "first" for entry in elements)
        if not before and not new and self._memory is not None:
            before = recall_entries(self._memory, key)
        entries = merged([*before, *elements])
        kept.replace(entries)
        yield story_from(key, entries)
