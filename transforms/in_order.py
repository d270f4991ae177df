"""Elements wait until the watermark has passed them, and are taken in the order of their times.

The one mechanism behind DropRepeats, GroupStories, FollowMerges, LinkClaims, CountStances and
DescribeStories: what they put out depends on the elements and their times, never on the order of
arrival.
"""

# ruff: noqa: B008, PLR0917  (defaults are how Beam is told of state and timers)

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from typing import Any, Generic, TypeVar

import apache_beam as beam
from apache_beam.coders import PickleCoder, StrUtf8Coder, VarIntCoder
from apache_beam.metrics import Metrics
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
from schemas.memory import Memory, MemoryConfig

# Runners keep timers in whole milliseconds; what is due between two would never be found due.
_MILLISECOND = 1_000
METRICS = "newsbeam.order"
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
        most_waiting: elements of a key that wait in a stream. Beyond, the earlier half of them is
            taken at once, in order, without the watermark: nothing is lost, but what is older than
            they are and comes after them is taken after them. Counted by the metric `METRICS`.
    """

    release_s: float | None = None
    expiry_s: float | None = None
    most_waiting: int = 20_000

    def __post_init__(self) -> None:
        if any(s is not None and s <= 0 for s in (self.release_s, self.expiry_s)):
            raise ValueError(f"Order: release_s and expiry_s are above 0, or None: {self}")
        if self.most_waiting < 2:
            raise ValueError(f"Order: two elements wait at least: {self}")

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


class InOrderFn(beam.DoFn, Generic[Element]):
    """A stateful DoFn over (key, element) that takes elements in order.

    State for each key: the elements that wait (what comes within `release_s` and the watermark's
    delay, `most_waiting` at most; in a bounded run the input), and what `take` keeps (bounded by
    each subclass). An event-time timer drops what is kept after `expiry_s`.

    `memory` is open as `self._memory` while the DoFn is; None where there is none.

    A subclass names its stage, for its timers: Beam's in-process runner mixes up the timers of two
    fused DoFns that have one name (2.77, FnApiRunner's buffers are kept by that name alone).
    """

    WAITING = BagStateSpec("waiting", PickleCoder())
    DUE = ReadModifyWriteStateSpec("due", VarIntCoder())
    COUNT = ReadModifyWriteStateSpec("count", VarIntCoder())
    KEPT = BagStateSpec("kept", PickleCoder())
    MARK = ReadModifyWriteStateSpec("mark", StrUtf8Coder())

    def __init_subclass__(cls, *, stage: str, **others: Any) -> None:
        super().__init_subclass__(**others)
        _add_methods(cls, stage)

    def __init__(self, order: Order, memory: MemoryConfig | None = None) -> None:
        self._order = order
        self._config = memory
        self._memory: Memory | None = None

    def setup(self) -> None:
        self._memory = self._config.open() if self._config else None

    def teardown(self) -> None:
        if self._memory is not None:
            self._memory.close()

    def rank(self, element: Element) -> tuple[Any, ...]:
        """What elements of one key are sorted by: their time, then ids; no two alike."""
        raise NotImplementedError

    def take(self, key: str, elements: list[Element], kept: Kept) -> Iterator[Any]:
        """Yields what follows from `elements`: sorted, and complete up to the watermark."""
        raise NotImplementedError

    def forget(self, key: str) -> None:
        """Called when a key has expired; drops copies in memory."""

    def takes_early(self, waiting: int) -> bool:
        """Says whether so many wait that some must be taken before the watermark has passed."""
        return self._order.release_s is not None and waiting > self._order.most_waiting

    def due_micros(self, timestamp: Timestamp) -> int:
        """When an element with this timestamp is taken."""
        if self._order.release_s is not None and timestamp.micros >= _END_MICROS:
            raise ValueError(
                f"{type(self).__name__}: an element at the end of time would wait for ever; a stage"
                " before this one lost its timestamp (beam.BatchElements does)"
            )
        return self._order.release_micros(timestamp.micros)

    def expiry_micros(self, fired: Timestamp) -> int | None:
        """When a key that is taken now is forgotten; None for never."""
        return self._order.expiry_micros(fired.micros)


def _add_methods(cls: type[InOrderFn[Any]], stage: str) -> None:
    """Gives a subclass its timers, and the methods that name them in their defaults."""
    release_timer = TimerSpec(f"{stage}Release", TimeDomain.WATERMARK)
    expiry_timer = TimerSpec(f"{stage}Expiry", TimeDomain.WATERMARK)

    def process(
        self: InOrderFn[Any],
        element: tuple[str, Any],
        timestamp: Any = beam.DoFn.TimestampParam,
        waiting: Any = beam.DoFn.StateParam(cls.WAITING),
        due: Any = beam.DoFn.StateParam(cls.DUE),
        count: Any = beam.DoFn.StateParam(cls.COUNT),
        kept: Any = beam.DoFn.StateParam(cls.KEPT),
        mark: Any = beam.DoFn.StateParam(cls.MARK),
        release: Any = beam.DoFn.TimerParam(release_timer),
    ) -> Iterator[Any]:
        micros = self.due_micros(timestamp)
        waiting.add((micros, element[1]))
        before = due.read()
        number = (count.read() or 0) + 1
        if self.takes_early(number):
            pending = sorted(waiting.read(), key=lambda entry: self.rank(entry[1]))
            early, later = pending[: number // 2], pending[number // 2 :]
            wait(later, waiting, due, count, release)
            Metrics.counter(METRICS, "taken_early").inc(len(early))
            yield from self.take(element[0], [one for _, one in early], Kept(kept, mark))
            return
        count.write(number)
        if before is None or micros < before:
            due.write(micros)
            release.set(Timestamp(micros=micros))

    def wait(later: list[Any], waiting: Any, due: Any, count: Any, release: Any) -> None:
        """Leaves `later` waiting, and nothing else."""
        waiting.clear()
        due.clear()
        count.clear()
        for entry in later:
            waiting.add(entry)
        if later:
            following = min(micros for micros, _ in later)
            due.write(following)
            count.write(len(later))
            release.set(Timestamp(micros=following))

    @on_timer(release_timer)
    def on_release(
        self: InOrderFn[Any],
        key: Any = beam.DoFn.KeyParam,
        fired: Any = beam.DoFn.TimestampParam,
        waiting: Any = beam.DoFn.StateParam(cls.WAITING),
        due: Any = beam.DoFn.StateParam(cls.DUE),
        count: Any = beam.DoFn.StateParam(cls.COUNT),
        kept: Any = beam.DoFn.StateParam(cls.KEPT),
        mark: Any = beam.DoFn.StateParam(cls.MARK),
        release: Any = beam.DoFn.TimerParam(release_timer),
        expiry: Any = beam.DoFn.TimerParam(expiry_timer),
    ) -> Iterator[Any]:
        pending = list(waiting.read())
        later = [entry for entry in pending if entry[0] > fired.micros]
        wait(later, waiting, due, count, release)
        forget_micros = self.expiry_micros(fired)
        if forget_micros is not None:
            expiry.set(Timestamp(micros=forget_micros))
        ready = [element for micros, element in pending if micros <= fired.micros]
        if ready:
            yield from self.take(key, sorted(ready, key=self.rank), Kept(kept, mark))

    @on_timer(expiry_timer)
    def on_expiry(
        self: InOrderFn[Any],
        key: Any = beam.DoFn.KeyParam,
        due: Any = beam.DoFn.StateParam(cls.DUE),
        kept: Any = beam.DoFn.StateParam(cls.KEPT),
        mark: Any = beam.DoFn.StateParam(cls.MARK),
    ) -> None:
        # Where elements wait, as when a drain fires all timers at once in any order, their own
        # timer comes, and sets this one anew.
        if due.read() is None:
            kept.clear()
            mark.clear()
            self.forget(key)

    for method in (process, on_release, on_expiry):
        setattr(cls, method.__name__, method)
