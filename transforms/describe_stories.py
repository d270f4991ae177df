"""DescribeStories: an event as it develops, in one record."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import apache_beam as beam
from apache_beam.transforms.window import TimestampedValue

from schemas.memory import Memory
from schemas.records import Merge, PlacedArticle, Reading, Story
from schemas.stored import placed_of, story_of
from transforms.in_order import InOrderFn, Kept
from transforms.ordered_stage import OrderedStage
from transforms.stories.headline import Headline, headline_of

# Beyond, the first article and the latest 5000 are counted.
MOST_ARTICLES = 5000


class Told(NamedTuple):
    """What is known of the stories: their articles, and which of them are one."""

    readings: beam.PCollection[Reading]
    merges: beam.PCollection[Merge]


class DescribeStories(OrderedStage[Told, beam.PCollection[Story]]):
    """Puts out a Story each time that articles have joined it; the newest `as_of` counts.

    A story that went into another is put out once more, as it was, with the merge; and again, with
    that merge, when the other one goes into a third: a merge always says where all of it is now.

    Bounded or unbounded; a bounded run puts out one Story for each. State for each story: some 300
    bytes for each of at most 5001 articles, dropped `expiry_s` after the last one joined.

    Args: see `OrderedStage`.
    """

    def expand(self, told: Told) -> beam.PCollection[Story]:
        """Returns the stories as they stand after each step of time."""
        keyed = tuple[str, Entry | Merge]
        return (
            (
                told.readings | "KeyByStory" >> beam.Map(_by_story).with_output_types(keyed),
                told.merges
                | "KeyByLaterStory"
                >> beam.ParDo(_ByLaterFn(self._order.release_s or 0.0)).with_output_types(keyed),
            )
            | "FlattenTold" >> beam.Flatten()
            | "DescribeByStory"
            >> beam.ParDo(_DescribeFn(self._order, self._memory)).with_output_types(Story)
        )


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a story's record keeps of one article.

    Attributes:
        as_of: see `Placement`.
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


def merged(entries: Iterable[Entry]) -> list[Entry]:
    """The newest entry of each article, in order of time; the first and at most 5000 more."""
    newest: dict[str, Entry] = {}
    for entry in sorted(entries, key=_rank):
        newest[entry.article_id] = entry
    ordered = sorted(newest.values(), key=_rank)
    return ordered if len(ordered) <= MOST_ARTICLES else [ordered[0], *ordered[-MOST_ARTICLES:]]


def story_from(story_id: str, entries: list[Entry], merge: Merge | None = None) -> Story:
    """The record of a story out of what `merged` gives; at least one entry.

    Args:
        merge: how it went into another, if it did.
    """
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
        as_of=max(last.as_of, merge.at) if merge else last.as_of,
        merge=merge,
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


def _rank(entry: Entry) -> tuple[Any, ...]:
    return (entry.as_of, entry.fetched_at, entry.article_id)


def _by_story(reading: Reading) -> tuple[str, Entry]:
    sure = sum(not claim.uncertain for claim in reading.claims)
    return reading.placed.placement.story_id, entry_of(reading.placed, sure)


class _ByLaterFn(beam.DoFn):
    """Keys merges, and has them come with the readings of their moment: through FollowMerges.

    By the later story, and by each that went into that one before.
    """

    def __init__(self, later_s: float) -> None:
        self._later_s = later_s

    def process(self, merge: Merge, timestamp: Any = beam.DoFn.TimestampParam) -> Iterator[Any]:
        for story_id in (*merge.former, merge.story_id):
            of_one = dataclasses.replace(merge, story_id=story_id, articles=(), former=())
            yield TimestampedValue((story_id, of_one), timestamp + self._later_s)


class _DescribeFn(InOrderFn[Entry | Merge], stage="DescribeStories"):
    def rank(self, element: Entry | Merge) -> tuple[Any, ...]:
        if isinstance(element, Merge):
            return (element.at, element.at, element.counterpart)
        return _rank(element)

    def take(self, key: str, elements: list[Entry | Merge], kept: Kept) -> Iterator[Story]:
        before: list[Entry] = kept.read()
        added = [each for each in elements if isinstance(each, Entry)]
        merge = next((each for each in reversed(elements) if isinstance(each, Merge)), None)
        new = any(entry.starts_story for entry in added)
        if not before and not new and self._memory is not None:
            before = recall_entries(self._memory, key)
        entries = merged([*before, *added])
        kept.replace(entries)
        if entries:
            yield story_from(key, entries, merge)
        elif merge is not None and self._memory is not None:
            for stored in self._memory.find("stories", "story_id", [key]):
                yield dataclasses.replace(story_of(stored), as_of=merge.at, merge=merge)
