"""Elements wait until the watermark has passed them, and are taken in the order of their times.

The one mechanism behind DropRepeats, GroupStories, LinkClaims, CountStances and DescribeStories:
what they put out depends on the elements and their times, never on the order of arrival.
"""

# ruff: noqa: B008, PLR0917  (defaults are how Beam is told of state and timers)

from __future__ import annotations

import abc
import dataclasses
from collections.abc import Iterable, Iterator
from typing import Any, Generic, TypeVar

import apache_beam as beam
from apache_beam.coders import PickleCoder, StrUtf8Coder, VarIntCoder
from apache_beam.transforms.timeutil import TimeDomain
from apache_beam.transforms.userstate import (
    BagStateSpec,
    ReadModifyWriteStateSpec,
    TimerSpec,
    on_timer,
)
from apache_beam.transforms.window import GlobalWindow
from apache_beam.utils.timestamp import Timestamp

from schemas import ids

# Runners keep timers in whole milliseconds; what is due between two would never be found due.
_MILLISECOND = 1_000
_END_MICROS = GlobalWindow().max_timestamp().micros // _MILLISECOND * _MILLISECOND

Element = TypeVar("Element")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """When waiting elements are taken, and when a key is forgotten.

    Attributes:
        release_s: None for bounded runs: everything is taken at once, at the end. A number for
            streams: elements of the same `release_s` seconds are taken together, once the
            watermark has passed them all. Every ordered stage adds at most as much latency.
        expiry_s: None: never. A number: a key's state is dropped when the watermark is so long past
            what was last taken. Bounded runs forget nothing before they end.
    """

    release_s: float | None = None
    expiry_s: float | None = None

    def __post_init__(self) -> None:
        if any(s is not None and s <= 0 for s in (self.release_s, self.expiry_s)):
            raise ValueError(f"Order: release_s and expiry_s are above 0, or None: {self}")

    def release_micros(self, at_micros: int) -> int:
        """The next cut of time after `at_micros`; the same cuts for every stage.

        Strictly after: while some key of the stage before still holds the watermark at a cut, what
        other keys put out at that very cut must wait.
        """
        if self.release_s is None:
            return _END_MICROS
        step = max(1, round(self.release_s * 1000)) * _MILLISECOND
        return min((at_micros // step + 1) * step, _END_MICROS)

    def expiry_micros(self, at_micros: int) -> int | None:
        """When a key last taken at `at_micros` is forgotten; None for never."""
        if self.expiry_s is None or self.release_s is None:
            return None
        due = at_micros + round(self.expiry_s * 1000) * _MILLISECOND
        return due if due < _END_MICROS else None


class Kept:
    """What a key keeps between one taking and the next: a bag of increments, and a mark."""

    def __init__(self, bag: Any, mark: Any) -> None:
        self._bag = bag
        self._mark = mark

    @property
    def mark(self) -> str:
        """Names what was taken so far, "" for nothing: an in-memory copy is good if it agrees."""
        return self._mark.read() or ""

    def advance(self, taken: Iterable[str]) -> str:
        """The mark after elements with these ids; the same ids give the same mark on a retry."""
        mark = ids.digest(self.mark, *taken)
        self._mark.write(mark)
        return mark

    def read(self) -> list[Any]:
        """All increments, in the order in which they were added."""
        return list(self._bag.read())

    def add(self, increment: Any) -> None:
        self._bag.add(increment)

    def replace(self, increments: Iterable[Any]) -> None:
        """Clears the bag and fills it anew."""
        self._bag.clear()
        for increment in increments:
            self._bag.add(increment)


class InOrderFn(beam.DoFn, Generic[Element], abc.ABC):
    """A stateful DoFn over (key, element) that takes elements in order.

    State for each key: the elements that wait (bounded by what comes within `release_s` and the
    watermark's delay; in a bounded run by the input), and what `take` keeps (bounded by each
    subclass). An event-time timer drops what is kept after `expiry_s`.
    """

    WAITING = BagStateSpec("waiting", PickleCoder())
    DUE = ReadModifyWriteStateSpec("due", VarIntCoder())
    KEPT = BagStateSpec("kept", PickleCoder())
    MARK = ReadModifyWriteStateSpec("mark", StrUtf8Coder())
    RELEASE = TimerSpec("release", TimeDomain.WATERMARK)
    EXPIRY = TimerSpec("expiry", TimeDomain.WATERMARK)

    def __init__(self, order: Order) -> None:
        self._order = order

    @abc.abstractmethod
    def rank(self, element: Element) -> tuple[Any, ...]:
        """What elements of one key are sorted by: their time, then ids; no two alike."""

    @abc.abstractmethod
    def take(self, key: str, elements: list[Element], kept: Kept) -> Iterator[Any]:
        """Yields what follows from `elements`: sorted, and complete up to the watermark."""

    def forget(self, key: str) -> None:
        """Called when a key has expired; drops copies in memory."""

    def process(
        self,
        element: tuple[str, Element],
        timestamp: Any = beam.DoFn.TimestampParam,
        waiting: Any = beam.DoFn.StateParam(WAITING),
        due: Any = beam.DoFn.StateParam(DUE),
        release: Any = beam.DoFn.TimerParam(RELEASE),
    ) -> None:
        if self._order.release_s is not None and timestamp.micros >= _END_MICROS:
            raise ValueError(
                f"{type(self).__name__}: an element at the end of time would wait for ever; a stage"
                " before this one lost its timestamp (beam.BatchElements does)"
            )
        micros = self._order.release_micros(timestamp.micros)
        waiting.add((micros, element[1]))
        before = due.read()
        if before is None or micros < before:
            due.write(micros)
            release.set(Timestamp(micros=micros))

    @on_timer(RELEASE)
    def on_release(
        self,
        key: Any = beam.DoFn.KeyParam,
        fired: Any = beam.DoFn.TimestampParam,
        waiting: Any = beam.DoFn.StateParam(WAITING),
        due: Any = beam.DoFn.StateParam(DUE),
        kept: Any = beam.DoFn.StateParam(KEPT),
        mark: Any = beam.DoFn.StateParam(MARK),
        release: Any = beam.DoFn.TimerParam(RELEASE),
        expiry: Any = beam.DoFn.TimerParam(EXPIRY),
    ) -> Iterator[Any]:
        """Takes what is due, and sets the timer for what is not."""
        pending = list(waiting.read())
        waiting.clear()
        due.clear()
        late = [entry for entry in pending if entry[0] > fired.micros]
        for entry in late:
            waiting.add(entry)
        if late:
            following = min(micros for micros, _ in late)
            due.write(following)
            release.set(Timestamp(micros=following))
        ready = sorted((e for micros, e in pending if micros <= fired.micros), key=self.rank)
        forget_micros = self._order.expiry_micros(fired.micros)
        if forget_micros is not None:
            expiry.set(Timestamp(micros=forget_micros))
        if ready:
            yield from self.take(key, ready, Kept(kept, mark))

    @on_timer(EXPIRY)
    def on_expiry(
        self,
        key: Any = beam.DoFn.KeyParam,
        due: Any = beam.DoFn.StateParam(DUE),
        kept: Any = beam.DoFn.StateParam(KEPT),
        mark: Any = beam.DoFn.StateParam(MARK),
    ) -> None:
        """Drops the key's state, unless elements wait: when a drain fires all timers at once, in
        any order, those come first and set this timer anew."""
        if due.read() is None:
            kept.clear()
            mark.clear()
            self.forget(key)
