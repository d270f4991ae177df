"""DescribeStories: one record for each story, whatever comes first."""

import dataclasses
import datetime as dt
import json
import pickle
from pathlib import Path
from typing import Any, NamedTuple

import apache_beam as beam
import pytest
from apache_beam.testing.test_pipeline import TestPipeline

from schemas.documents import document_of
from schemas.memory import MemoryConfig
from schemas.records import Merge, Story
from schemas.stored import story_of
from tests.beam.kept import keep, load
from tests.beam.stored import store
from tests.beam.story_records import START, article, placed, reading
from tests.beam.test_group_stories import Bag, Mark
from transforms import describe_stories
from transforms.describe_stories import DescribeStories, Told
from transforms.files.memory import FolderMemoryConfig
from transforms.in_order import Kept, Order
from transforms.stories import describing
from transforms.stories.describing import Event, Left, entry_of, merged, story_from


class Out(NamedTuple):
    stories: beam.PCollection[Story]


FIRST = reading(article(title="", body="A barge hit the bridge.\nMore follows."), "A barge hit")
SECOND = reading(article("https://b.example/2", title="Bridge shut", source="Post", minutes=5))
COPY = reading(
    article("https://c.example/3", title="Copy", source="Mail", minutes=9), reprint_of="x"
)
REVISED = reading(
    article(title="Bridge shut after barge hits pier", body="A barge hit it.", minutes=30),
    "A barge hit",
)


def described(
    tmp_path: Path,
    *readings: object,
    merges: tuple[Merge, ...] = (),
    memory: MemoryConfig | None = None,
) -> Story:
    with TestPipeline("FnApiRunner") as pipeline:
        created = pipeline | beam.Create(readings, reshuffle=False)
        made = pipeline | "Merges" >> beam.Create(merges, reshuffle=False)
        keep(Out(Told(created, made) | DescribeStories(memory=memory)), tmp_path)
    return [kept.element for kept in load(tmp_path)][-1]


def test_counts_times_and_headline(tmp_path: Path) -> None:
    story = described(tmp_path / "out", COPY, SECOND, FIRST)
    assert story.headline == "A barge hit the bridge."
    assert (story.articles, story.reprints, story.claims) == (3, 1, 1)
    assert story.sources == ("Courier", "Mail", "Post")
    assert story.first_seen == FIRST.placed.article.fetched_at
    assert story.last_seen == story.as_of == COPY.placed.article.fetched_at


def test_a_revision_takes_the_place_of_the_older_text(tmp_path: Path) -> None:
    story = described(tmp_path / "out", REVISED, SECOND, FIRST)
    assert story.headline == "Bridge shut"  # by time of publication, else of fetch
    assert (story.articles, story.claims) == (2, 1)
    assert len(merged([entry_of(FIRST.placed, 1), entry_of(REVISED.placed, 1)])) == 1


def test_a_story_that_went_into_another_says_so_and_stays_as_it_was(tmp_path: Path) -> None:
    at = SECOND.placed.article.fetched_at + dt.timedelta(minutes=50)
    merge = Merge(
        story_id="s1", into="s0", score=0.8, counterpart="a9", at=at, articles=("a1", "a2")
    )
    story = described(tmp_path / "out", SECOND, FIRST, merges=(merge,))
    assert story.merge == dataclasses.replace(merge, articles=())
    assert story.as_of == at
    assert (story.articles, story.headline) == (2, "A barge hit the bridge.")
    written = json.loads(document_of(story).source)
    assert story_of(written) == story
    assert {name: written[name] for name in written if name.startswith("merge")} == {
        "merged_into": "s0",
        "merged_at": "2026-11-01T08:55:00.000Z",
        "merge_method": "agreement",
        "merge_score": 0.8,
        "merge_counterpart": "a9",
    }


def test_a_merge_that_is_found_late_is_no_older_version(tmp_path: Path) -> None:
    """The story went into another, and that one into a third before: by an article read late."""
    first = Merge(
        story_id="s1", into="s0", score=0.8, counterpart="a9", at=START + dt.timedelta(minutes=50)
    )
    late = dataclasses.replace(first, into="s9", at=START + dt.timedelta(minutes=40))
    story = story_from("s1", [entry_of(SECOND.placed, 0)], first.at, first)
    store(tmp_path / "index", [story])
    memory = FolderMemoryConfig(str(tmp_path / "index"))
    found = described(tmp_path / "out", merges=(late,), memory=memory)
    assert found == dataclasses.replace(story, merge=late)


class CountedBag(Bag):
    """Counts what is written."""

    written = 0

    def add(self, increment: Any) -> None:
        self.written += 1
        super().add(increment)


def test_an_article_that_joins_is_added_to_what_the_state_holds() -> None:
    many = [entry_of(placed(article(f"https://{n}.example/1", minutes=n)), 1) for n in range(40)]
    revised = dataclasses.replace(many[7], as_of=START + dt.timedelta(hours=1))
    merge = Merge(story_id="s1", into="s0", score=0.8, counterpart="a9", at=revised.as_of)
    worker = describe_stories._DescribeFn(Order())
    bag = CountedBag()

    def taken(*events: Event) -> list[Story]:
        return [*worker.take("s1", [*events], Kept(bag, Mark()))]

    for number, each in enumerate(many):
        so_far = many[: number + 1]
        assert taken(each) == [story_from("s1", so_far, each.as_of)]
        assert [*bag.read()] == so_far
    assert bag.written == len(many)

    now = merged([*many, revised])
    assert taken(revised) == [story_from("s1", now, revised.as_of)]
    assert [*bag.read()] == now
    assert taken(merge) == [story_from("s1", now, merge.at, merge)]
    assert [*bag.read()] == [*now, merge]
    assert taken(many[7]) == taken(merge)  # what is told again changes nothing
    assert [*bag.read()] == [*now, merge]


def test_a_savepoint_from_before_the_records_moved_is_read() -> None:
    entry = entry_of(FIRST.placed, 1)
    left = Left(article_id=entry.article_id, fetched_at=START, as_of=START)
    for event in (entry, left):
        now = pickle.dumps(event, protocol=2)
        before = now.replace(b"transforms.stories.describing", b"transforms.describe_stories")
        assert before != now
        assert pickle.loads(before) == event


def test_beyond_the_cap_the_first_and_the_latest_articles_are_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(describing, "MOST_ARTICLES", 3)
    texts = [article(f"https://{n}.example/1", minutes=n, source=f"S{n}") for n in range(6)]
    entries = merged([entry_of(placed(text), 1) for text in texts])
    assert [entry.source for entry in entries] == ["S0", "S3", "S4", "S5"]
    story = story_from("s1", entries, entries[-1].as_of)
    assert (story.articles, story.claims) == (4, 4)
    assert story.first_seen == texts[0].fetched_at
