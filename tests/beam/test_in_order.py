"""Elements wait for the watermark, but for those that are too many."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import apache_beam as beam
import pytest
from apache_beam.testing.test_pipeline import TestPipeline
from apache_beam.testing.test_stream import TestStream

from tests.beam.kept import keep, load
from transforms.in_order import InOrderFn, Kept, Order


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
    for at in times:
        stream = stream.add_elements([beam.window.TimestampedValue(("key", at), at)])
    order = Order(release_s=1.0, most_waiting=most_waiting)
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


def test_a_cap_that_lets_nothing_wait_is_refused() -> None:
    with pytest.raises(ValueError, match="two elements"):
        Order(most_waiting=1)
