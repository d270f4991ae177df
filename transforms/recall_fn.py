"""Lookups in batches, before a stage that takes elements by key."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import apache_beam as beam
from apache_beam.transforms.window import GlobalWindow
from apache_beam.utils.windowed_value import WindowedValue

from schemas.memory import Memory, MemoryConfig

BATCH = 200


class RecallFn(beam.DoFn):
    """Element to (key, (element, what the index knows of the key)).

    Bounded or unbounded; keeps each element's timestamp, which `beam.BatchElements` would lose. At
    most 200 elements wait, within a bundle. Without a memory nothing is known.

    Args:
        key: of an element.
        recall: looks many keys up at once; keys that it leaves out are unknown.
        wanted: elements for which it is worth it.
    """

    def __init__(
        self,
        config: MemoryConfig | None,
        key: Callable[[Any], str],
        recall: Callable[[Memory, Sequence[str]], Mapping[str, Any]],
        wanted: Callable[[Any], bool] = lambda _: True,
    ) -> None:
        self._config = config
        self._key = key
        self._recall = recall
        self._wanted = wanted
        self._memory: Memory | None = None
        self._waiting: list[tuple[Any, Any]] = []

    def setup(self) -> None:
        self._memory = self._config.open() if self._config else None

    def teardown(self) -> None:
        if self._memory is not None:
            self._memory.close()

    def start_bundle(self) -> None:
        self._waiting = []

    def process(self, element: Any, timestamp: Any = beam.DoFn.TimestampParam) -> Iterator[Any]:
        if self._memory is None or not self._wanted(element):
            yield self._key(element), (element, None)
            return
        self._waiting.append((element, timestamp))
        if len(self._waiting) >= BATCH:
            yield from self._recalled(self._memory)

    def finish_bundle(self) -> Iterator[WindowedValue]:
        if self._memory is not None and self._waiting:
            yield from self._recalled(self._memory)

    def _recalled(self, memory: Memory) -> Iterator[WindowedValue]:
        waiting, self._waiting = self._waiting, []
        known = self._recall(memory, sorted({self._key(element) for element, _ in waiting}))
        for element, timestamp in waiting:
            key = self._key(element)
            yield WindowedValue((key, (element, known.get(key))), timestamp, (GlobalWindow(),))
