"""A DoFn that gives its model many elements at once, within a bundle."""

from __future__ import annotations

import abc
import collections
import functools
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Generic, NamedTuple, TypeVar

import apache_beam as beam
from apache_beam.pvalue import TaggedOutput
from apache_beam.utils.windowed_value import WindowedValue

from schemas.records import Rejected

In = TypeVar("In")
Out = TypeVar("Out")
# Of a process: what one prepares and writes down is done while another keeps the cores busy.
_JUDGED_AT_ONCE = 2


class _Given(NamedTuple):
    """Elements that are being judged, each with its time and window."""

    elements: Sequence[tuple[Any, Any, Any]]
    results: Future[list[Any]]


class BufferedFn(beam.DoFn, abc.ABC, Generic[In, Out]):
    """Collects elements, judges them together, puts each result out in its own time and window.

    RunInference was considered first: its BatchElements stamps every result with the end of the
    window, and the ordered stages behind need the article's own time; its exception handling would
    reject a whole batch for one element. At most `most` elements wait and twice as many are being
    judged, none beyond its bundle, while the bundle goes on. Results keep the order of their
    elements and do not depend on who waits with whom, since models judge each text alone. A result
    that is a Rejected goes to the output `rejected`.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._waiting: list[tuple[In, Any, Any]] = []
        self._given: collections.deque[_Given] = collections.deque()

    @abc.abstractmethod
    def judge(self, elements: Sequence[In]) -> Iterable[Sequence[Out | Rejected]]:
        """The results of each element, in order; an element may have none.

        Called from threads of its own, two at once.
        """

    def start_bundle(self) -> None:
        self._waiting = []
        self._given = collections.deque()

    def process(
        self,
        element: In,
        timestamp: Any = beam.DoFn.TimestampParam,
        window: Any = beam.DoFn.WindowParam,
    ) -> Iterator[Any]:
        self._waiting.append((element, timestamp, window))
        if len(self._waiting) >= self._most:
            self._give()
            if len(self._given) > _JUDGED_AT_ONCE:
                yield from self._taken()

    def finish_bundle(self) -> Iterator[Any]:
        if self._waiting:
            self._give()
        while self._given:
            yield from self._taken()

    def _give(self) -> None:
        elements, self._waiting = self._waiting, []
        results = _judges().submit(lambda: list(self.judge([each for each, _, _ in elements])))
        self._given.append(_Given(elements, results))

    def _taken(self) -> Iterator[Any]:
        elements, results = self._given.popleft()
        for its_own, (_, timestamp, window) in zip(results.result(), elements, strict=True):
            for result in its_own:
                value = WindowedValue(result, timestamp, (window,))
                yield TaggedOutput("rejected", value) if isinstance(result, Rejected) else value


@functools.cache
def _judges() -> ThreadPoolExecutor:
    """Started with the first work, so that a process that forks before has its own."""
    return ThreadPoolExecutor(_JUDGED_AT_ONCE, "newsbeam-judges")
