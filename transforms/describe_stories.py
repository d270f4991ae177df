"""DescribeStories: an event as it develops, in one record."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import apache_beam as beam
from apache_beam.transforms.window import TimestampedValue

from schemas.records import Merge, Reading, Story
from schemas.stored import story_of
from transforms.in_order import InOrderFn, Kept
from transforms.ordered_stage import OrderedStage

# A savepoint may name Entry and Left as this module's, which they were.
from transforms.stories.describing import (
    Entry,
    Event,
    Left,
    entry_of,
    merged,
    rank,
    recall_entries,
    story_from,
    without_articles,
)


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
        return rank(element)

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
                yield without_articles(story_of(stored), as_of, merge)
