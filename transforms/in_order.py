"""Elements wait until the watermark has passed them, and are taken in the order of their times.

The one mechanism behind DropRepeats, GroupStories, FollowMerges, LinkClaims, CountStances and
DescribeStories: what they put out depends on the elements and their times, never on the order of
arrival.
"""

# ruff: noqa: B008, PLR0917  (defaults are how Beam is told of state and timers)

from __future__ import annotations

import abc
import dataclasses
import operator
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar, Generic, TypeVar

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
from transforms import state_sizes

state_sizes.mend()

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

    def update(self, held: Sequence[Any], increments: Sequence[Any]) -> None:
        """As `replace`, but where these begin with all that was `held`, adds only the rest."""
        if len(held) <= len(increments) and all(map(operator.is_, held, increments)):
            for increment in increments[len(held) :]:
                self._bag.add(increment)
        else:
            self.replace(increments)


class Waiting:
    """The elements of a key that wait, each as (when it is taken, in microseconds; the element)."""

    def __init__(self, bag: Any, due: Any, count: Any, timer: Any) -> None:
        self._bag = bag
        self._due = due
        self._count = count
        self._timer = timer

    def count(self) -> int:
        """How many wait; each call asks the runner."""
        return self._count.read() or 0

    def entries(self) -> list[tuple[int, Any]]:
        """All that wait, in no order."""
        return list(self._bag.read())

    def add(self, micros: int, element: Any, count: int | None = None) -> None:
        """Lets one more wait; `count` with it, where they are counted."""
        due = self._due.read()
        self._bag.add((micros, element))
        if count is not None:
            self._count.write(count)
        if due is None or micros < due:
            self._wake(micros)

    def keep(self, entries: Sequence[tuple[int, Any]], *, counted: bool = True) -> None:
        """Lets these wait, and nothing else; `counted` is whether they were."""
        self._bag.clear()
        self._due.clear()
        if counted:
            self._count.clear()
        for entry in entries:
            self._bag.add(entry)
        if entries:
            self._count.write(len(entries))
            self._wake(min(micros for micros, _ in entries))

    def _wake(self, micros: int) -> None:
        self._due.write(micros)
        self._timer.set(Timestamp(micros=micros))


class InOrderFn(beam.DoFn, abc.ABC, Generic[Element]):
    """A stateful DoFn over (key, element) that takes elements in order.

    State for each key: the elements that wait (what comes within `release_s` and the watermark's
    delay, `most_waiting` at most; in a bounded run the input), and what `take` keeps (bounded by
    each subclass). An event-time timer drops what is kept after `expiry_s`.

    `memory` is open as `self._memory` while the DoFn is; None where there is none.

    A subclass names its stage, and its timers by it; `apart` is for two of one subclass.
    """

    stage: ClassVar[str]

    WAITING = BagStateSpec("waiting", PickleCoder())
    DUE = ReadModifyWriteStateSpec("due", VarIntCoder())
    COUNT = ReadModifyWriteStateSpec("count", VarIntCoder())
    KEPT = BagStateSpec("kept", PickleCoder())
    MARK = ReadModifyWriteStateSpec("mark", StrUtf8Coder())

    def __init_subclass__(cls, *, stage: str, **others: Any) -> None:
        super().__init_subclass__(**others)
        cls.stage = stage
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

    @abc.abstractmethod
    def rank(self, element: Element) -> tuple[Any, ...]:
        """What elements of one key are sorted by: their time, then ids; no two alike."""

    @abc.abstractmethod
    def take(self, key: str, elements: list[Element], kept: Kept) -> Iterator[Any]:
        """Yields what follows from `elements`: sorted, and complete up to the watermark."""

    def forget(self, key: str) -> None:
        """Called when a key has expired; drops copies in memory."""

    def accept(
        self, element: tuple[str, Element], timestamp: Timestamp, waiting: Waiting, kept: Kept
    ) -> Iterator[Any]:
        """Lets an element wait; where too many do, takes the earlier half of them."""
        key, value = element
        micros = self._due_micros(timestamp)
        if self._order.release_s is None:
            waiting.add(micros, value)
            return
        count = waiting.count() + 1
        if count <= self._order.most_waiting:
            waiting.add(micros, value, count)
            return
        entries = [*waiting.entries(), (micros, value)]
        entries.sort(key=lambda entry: self.rank(entry[1]))
        early, later = entries[: count // 2], entries[count // 2 :]
        waiting.keep(later)
        Metrics.counter(METRICS, "taken_early").inc(len(early))
        yield from self.take(key, [one for _, one in early], kept)

    def take_due(self, key: str, fired: Timestamp, waiting: Waiting, kept: Kept) -> Iterator[Any]:
        """Takes what is due."""
        entries = waiting.entries()
        later = [entry for entry in entries if entry[0] > fired.micros]
        waiting.keep(later, counted=self._order.release_s is not None)
        due = [element for micros, element in entries if micros <= fired.micros]
        if due:
            yield from self.take(key, sorted(due, key=self.rank), kept)

    def _due_micros(self, timestamp: Timestamp) -> int:
        """When an element with this timestamp is taken."""
        if self._order.release_s is not None and timestamp.micros >= _END_MICROS:
            raise ValueError(
                f"{type(self).__name__}: an element at the end of time would wait for ever; a stage"
                " before this one lost its timestamp (beam.BatchElements does)"
            )
        return self._order.release_micros(timestamp.micros)


def _add_methods(cls: type[InOrderFn[Any]], stage: str) -> None:
    """Gives a subclass the methods that Beam calls: its timers are named in their defaults."""
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
        those = Waiting(waiting, due, count, release)
        yield from self.accept(element, timestamp, those, Kept(kept, mark))

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
        forget_micros = self._order.expiry_micros(fired.micros)
        if forget_micros is not None:
            expiry.set(Timestamp(micros=forget_micros))
        those = Waiting(waiting, due, count, release)
        yield from self.take_due(key, fired, those, Kept(kept, mark))

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
