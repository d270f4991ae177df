"""DescribeStories: an event as it develops, in one record."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
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
        by_story = tuple[str, Event]
        keyed = (
            told.readings | "KeyByStory" >> beam.Map(_by_story).with_output_types(by_story),
            told.merges
            | "KeyByLaterStory"
            >> beam.ParDo(_ByLaterFn(self._order.release_s or 0.0)).with_output_types(by_story),
        ) | "FlattenTold" >> beam.Flatten()
        return self._fit(keyed, _DescribeFn.stage) | "DescribeByStory" >> beam.ParDo(
            _DescribeFn(self._order, self._memory)
        ).with_output_types(Story)


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
    for entry in sorted(entries, key=_rank):
        if isinstance(entry, Entry):
            newest[entry.article_id] = entry
        elif (here := newest.get(entry.article_id)) is not None:
            newest[entry.article_id] = dataclasses.replace(
                here, left=True, as_of=entry.as_of, fetched_at=entry.fetched_at
            )
    ordered = sorted(newest.values(), key=_rank)
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


def _rank(event: Event) -> tuple[Any, ...]:
    if isinstance(event, Merge):
        return (event.at, event.at, event.counterpart)
    return (event.as_of, event.fetched_at, event.article_id)


def _by_story(reading: Reading) -> tuple[str, Entry | Left]:
    placement = reading.placed.placement
    if reading.left:
        return placement.story_id, Left(
            article_id=placement.article_id,
            fetched_at=placement.fetched_at,
            as_of=placement.as_of,
        )
    sure = sum(not claim.uncertain for claim in reading.claims)
    return placement.story_id, entry_of(reading.placed, sure)


def _without_articles(story: Story, as_of: dt.datetime, merge: Merge | None) -> Story:
    """A story whose articles are elsewhere: as it was where it went into another, else empty."""
    as_of = max(as_of, story.as_of)  # what tells so may have come late
    if merge is not None:
        return dataclasses.replace(story, as_of=as_of, merge=merge)
    return dataclasses.replace(story, as_of=as_of, sources=(), articles=0, reprints=0, claims=0)


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


class _DescribeFn(InOrderFn[Event], stage="DescribeStories"):
    def rank(self, element: Event) -> tuple[Any, ...]:
        return _rank(element)

    def take(self, key: str, elements: list[Event], kept: Kept) -> Iterator[Story]:
        held: Sequence[Event] = kept.read()
        before = held
        new = any(isinstance(each, Entry) and each.starts_story for each in elements)
        if not before and not new and self._memory is not None:
            before = recall_entries(self._memory, key)
        events = [*before, *elements]
        entries = merged(each for each in events if not isinstance(each, Merge))
        merge = next((each for each in reversed(events) if isinstance(each, Merge)), None)
        kept.update(held, [*entries, merge] if merge else entries)
        as_of = max(self.rank(each)[0] for each in events)
        if entries:
            yield story_from(key, entries, as_of, merge)
        elif self._memory is not None:
            for stored in self._memory.find("stories", "story_id", [key]):
                yield _without_articles(story_of(stored), as_of, merge)
