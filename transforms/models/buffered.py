"""A DoFn that gives its model many elements at once, within a bundle."""

from __future__ import annotations

import abc
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Generic, TypeVar

import apache_beam as beam
from apache_beam.pvalue import TaggedOutput
from apache_beam.utils.windowed_value import WindowedValue

from schemas.records import Rejected

In = TypeVar("In")
Out = TypeVar("Out")


class BufferedFn(beam.DoFn, Generic[In, Out]):
    """Collects elements, judges them together, puts each result out in its own time and window.

    RunInference was considered first: its BatchElements stamps every result with the end of the
    window, and the ordered stages behind need the article's own time; its exception handling would
    reject a whole batch for one element. At most `most` elements wait, none beyond its bundle.
    Results do not depend on who waits with whom, since models judge each text alone. A result that
    is a Rejected goes to the output `rejected`.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._waiting: list[tuple[In, Any, Any]] = []

    @abc.abstractmethod
    def judge(self, elements: Sequence[In]) -> Iterable[Sequence[Out | Rejected]]:
        """The results of each element, in order; an element may have none."""

    def start_bundle(self) -> None:
        self._waiting = []

    def process(
        self,
        element: In,
        timestamp: Any = beam.DoFn.TimestampParam,
        window: Any = beam.DoFn.WindowParam,
    ) -> Iterator[Any]:
        self._waiting.append((element, timestamp, window))
        if len(self._waiting) >= self._most:
            yield from self._judged()

    def finish_bundle(self) -> Iterator[Any]:
        yield from self._judged()

    def _judged(self) -> Iterator[Any]:
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        results = self.judge([element for element, _, _ in waiting])
        for its_own, (_, timestamp, window) in zip(results, waiting, strict=True):
            for result in its_own:
                value = WindowedValue(result, timestamp, (window,))
                yield TaggedOutput("rejected", value) if isinstance(result, Rejected) else value
