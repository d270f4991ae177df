"""Elements wait for the watermark, but for those that are too many."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import apache_beam as beam
import pytest
from apache_beam.testing.test_pipeline import TestPipeline
from apache_beam.testing.test_stream import TestStream
from apache_beam.transforms.window import FixedWindows

from schemas.records import Article
from tests.beam.kept import keep, load
from tests.beam.story_graph import Outputs, at_its_time, outputs, run, streamed, wire
from tests.beam.story_records import article
from tests.beam.test_follow_merges import two_ends
from transforms import in_order
from transforms.count_stances import CountStances
from transforms.describe_stories import DescribeStories
from transforms.drop_repeats import DropRepeats
from transforms.follow_merges import FollowMerges
from transforms.group_stories import GroupStories
from transforms.in_order import InOrderFn, Kept, Order, Waiting
from transforms.link_claims import LinkClaims


class Takings(NamedTuple):
    """What was taken at a time, and how much had been taken before."""

    takings: beam.PCollection[tuple[int, ...]]


class _EchoFn(InOrderFn[int], stage="Echo"):
    def rank(self, element: int) -> tuple[Any, ...]:
        return (element,)

    def take(self, key: str, elements: list[int], kept: Kept) -> Iterator[tuple[int, ...]]:
        kept.add(len(elements))
        yield (sum(kept.read()), *elements)


def takings(times: list[int], path: Path, most_waiting: int) -> list[tuple[int, ...]]:
    """What is taken of elements that come in this order, before the watermark passes any."""
    stream = TestStream().advance_watermark_to(0)
    for time in times:
        stream = stream.add_elements([at(("key", time), time)])
    return taken_of(stream, Order(release_s=1.0, most_waiting=most_waiting), path)


def at(element: tuple[str, int], time: float) -> Any:
    return beam.window.TimestampedValue(element, time)


def taken_of(stream: TestStream, order: Order, path: Path) -> list[tuple[int, ...]]:
    """What is taken of a stream."""
    with TestPipeline("BundleBasedDirectRunner") as pipeline:
        timed = pipeline | stream.advance_watermark_to_infinity()
        typed = timed | beam.Map(lambda each: each).with_output_types(tuple[str, int])
        keep(Takings(typed | beam.ParDo(_EchoFn(order))), path)
    return [each.element for each in load(path)]


def test_below_the_cap_each_second_is_taken_in_order(tmp_path: Path) -> None:
    taken = takings([5, 3, 4, 1, 2], tmp_path / "out", most_waiting=5)
    assert [each for _, *rest in taken for each in rest] == [1, 2, 3, 4, 5]


def test_beyond_the_cap_the_earlier_half_is_taken_early_and_nothing_is_lost(
    tmp_path: Path,
) -> None:
    taken = takings([5, 3, 4, 9, 2, 1], tmp_path / "out", most_waiting=4)
    # The fifth, 2, is one too many: it goes with 3. Then 1 comes late, and all else in order.
    assert taken[0] == (2, 2, 3)
    assert [each for _, *rest in taken[1:] for each in rest] == [1, 4, 5, 9]
    assert taken[-1][0] == 6


class _Uncounted(Waiting):
    def count(self) -> int:
        raise AssertionError("the runner was asked how many wait")


def test_in_a_bounded_run_all_wait_and_nobody_asks_how_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(in_order, "Waiting", _Uncounted)
    with TestPipeline("FnApiRunner") as pipeline:
        created = pipeline | beam.Create([("key", n) for n in (3, 1, 2)], reshuffle=False)
        typed = created | beam.Map(lambda each: each).with_output_types(tuple[str, int])
        keep(Takings(typed | beam.ParDo(_EchoFn(Order(most_waiting=2)))), tmp_path / "out")
    assert [each.element for each in load(tmp_path / "out")] == [(3, 1, 2, 3)]


@pytest.mark.parametrize(("later_s", "known"), [(99.0, 1), (102.0, 0)])
def test_a_key_is_forgotten_when_the_watermark_is_long_past(
    later_s: float, known: int, tmp_path: Path
) -> None:
    stream = TestStream().advance_watermark_to(0).add_elements([at(("key", 1), 0.5)])
    stream = stream.advance_watermark_to(later_s).add_elements([at(("key", 2), later_s + 0.5)])
    assert taken_of(stream, Order(release_s=1.0, expiry_s=100.0), tmp_path / "out") == [
        (1, 1),
        (known + 1, 2),
    ]


@pytest.mark.parametrize(
    "stage",
    [DropRepeats, GroupStories, FollowMerges, LinkClaims, CountStances, DescribeStories],
)
def test_every_stage_forgets_in_a_stream_and_not_in_a_bounded_run(stage: Any) -> None:
    assert stage(release_s=1.0)._order.expiry_micros(0) is not None
    assert stage()._order.expiry_micros(0) is None


def test_a_cap_that_lets_nothing_wait_is_refused() -> None:
    with pytest.raises(ValueError, match="two elements"):
        Order(most_waiting=1)


class _RankedFn(InOrderFn[int], stage="Ranked"):
    def rank(self, element: int) -> tuple[Any, ...]:
        return (element,)


def test_a_stage_without_all_of_its_methods_is_refused_before_anything_runs() -> None:
    with pytest.raises(TypeError, match="take"):
        _RankedFn(Order())  # type: ignore[abstract]


@pytest.mark.parametrize("release_s", [None, 1.0])
def test_windows_are_refused_before_anything_runs(release_s: float | None) -> None:
    articles = TestPipeline("FnApiRunner") | beam.Create([article()])
    windowed = articles | beam.WindowInto(FixedWindows(60))
    with pytest.raises(ValueError, match=r"DropRepeats: .*global window"):
        _ = windowed | DropRepeats(release_s=release_s)


def test_a_stream_without_cuts_of_time_is_refused_before_anything_runs() -> None:
    pipeline = TestPipeline("BundleBasedDirectRunner")
    with pytest.raises(ValueError, match=r"DropRepeats: .*release_s"):
        _ = streamed(pipeline, TestStream()) | DropRepeats()


class _Wired(beam.PTransform[beam.PCollection[Article], Outputs]):
    """All ordered stages."""

    def expand(self, articles: beam.PCollection[Article]) -> Outputs:
        return wire(articles)


def test_two_of_each_stage_in_one_pipeline_put_out_what_one_does(tmp_path: Path) -> None:
    articles = two_ends()
    with TestPipeline("FnApiRunner") as pipeline:
        created = pipeline | beam.Create(articles, reshuffle=False)
        timed = created | beam.Map(at_its_time).with_output_types(Article)
        for name in ("one", "other"):
            keep(timed | name >> _Wired(), tmp_path / name)
    alone = run(articles, tmp_path / "alone")
    assert all(alone[name] for name in ("placed", "claims", "counts", "stories"))
    for name in ("one", "other"):
        found = outputs(tmp_path / name)
        assert {key: len(some) for key, some in found.items()} == {
            key: len(some) for key, some in alone.items()
        }


def test_a_stage_behind_another_of_its_kind_takes_what_that_one_puts_out(tmp_path: Path) -> None:
    with TestPipeline("FnApiRunner") as pipeline:
        first = pipeline | beam.Create([article()]) | "First" >> DropRepeats()
        keep(first.articles | "Second" >> DropRepeats(), tmp_path / "out")
    assert [kept.name for kept in load(tmp_path / "out")] == ["articles"]
