"""Elements that a model judges many at a time, while the bundle goes on."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.utils.windowed_value import WindowedValue

from transforms.models.buffered import BufferedFn

_PATIENCE_S = 60


class _MeetingFn(BufferedFn[int, int]):
    """Judges two numbers at a time; the first two are done only when the next two have begun."""

    def __init__(self) -> None:
        super().__init__(most=2)
        self.met = threading.Event()

    def judge(self, elements: Sequence[int]) -> Iterable[Sequence[int]]:
        if 0 in elements:
            assert self.met.wait(_PATIENCE_S)
        if 2 in elements:
            self.met.set()
        if 13 in elements:
            raise ValueError("13 is not judged")
        return [[10 * each] for each in elements]


def _bundle(fn: _MeetingFn, numbers: Iterable[int]) -> list[WindowedValue]:
    fn.start_bundle()
    found: list[Any] = []
    for number in numbers:
        found += fn.process(number, number, beam.transforms.window.GlobalWindow())
    return [*found, *fn.finish_bundle()]


def test_two_batches_are_judged_at_once_and_come_out_in_order_with_their_times() -> None:
    found = _bundle(_MeetingFn(), range(9))
    assert [each.value for each in found] == [10 * n for n in range(9)]
    assert [each.timestamp for each in found] == list(range(9))


def test_an_error_fails_its_bundle_and_no_other() -> None:
    fn = _MeetingFn()
    with pytest.raises(ValueError, match="13"):
        _bundle(fn, [11, 12, 13, 14])
    assert [each.value for each in _bundle(fn, [5])] == [50]
