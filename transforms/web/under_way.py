"""Pages asked for by one bundle and collected by it or by a later one, in the same process.

What is here is a convenience and not a promise: the items themselves lie in the runner's hands, and
one whose answer was lost with its process is asked for again.
"""

import concurrent.futures
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")
A = TypeVar("A")

_FORGOTTEN_S = 120.0
_SWEPT_S = 10.0
_AHEAD = 2


class _Started(Generic[A]):
    """A piece of work, and when somebody asked after it last."""

    def __init__(self, work: concurrent.futures.Future[A], asked_at: float) -> None:
        self.work = work
        self.asked_at = asked_at


class Answers(Generic[A]):
    """Answers by name, for work that is started once and asked after until it is done.

    Safe to call from several threads. What nobody asks after for two minutes, as after a bundle has
    moved to another process, is dropped.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._started: dict[str, _Started[A]] = {}
        self._swept_at = clock()

    def __len__(self) -> int:
        """How many pieces were started and not collected."""
        return len(self._started)

    def collect(
        self, name: str, start: Callable[[], concurrent.futures.Future[A]]
    ) -> concurrent.futures.Future[A] | None:
        """Returns the finished work, which is then forgotten; None while it is under way."""
        with self._lock:
            now = self._clock()
            self._sweep(now)
            if name not in self._started:
                self._started[name] = _Started(start(), now)
            started = self._started[name]
            started.asked_at = now
            if not started.work.done():
                return None
            return self._started.pop(name).work

    def _sweep(self, now: float) -> None:
        if now - self._swept_at < _SWEPT_S:
            return
        self._swept_at = now
        for name, started in list(self._started.items()):
            if now - started.asked_at > _FORGOTTEN_S:
                del self._started[name]


class HostQueues(Generic[T, A]):
    """The work of one bundle: two pieces under way for each host, the others wait in its queue.

    So a slow host holds neither places nor memory that others need. Belongs to one thread.
    """

    def __init__(self, start: Callable[[T], concurrent.futures.Future[A]]) -> None:
        self._start = start
        self._waiting: dict[str, deque[T]] = {}
        self._under_way: dict[str, int] = {}
        self._done: queue.SimpleQueue[tuple[str, T, concurrent.futures.Future[A]]]
        self._done = queue.SimpleQueue()

    def __len__(self) -> int:
        """How many pieces were added and not yet given back."""
        return sum(map(len, self._waiting.values())) + sum(self._under_way.values())

    def add(self, host: str, piece: T) -> None:
        """Takes in a piece of work for a host."""
        self._waiting.setdefault(host, deque()).append(piece)
        self._go_on(host)

    def done(self) -> Iterator[tuple[T, A]]:
        """Yields what is done by now."""
        while not self._done.empty():
            yield self._next()

    def rest(self, most: int = 0) -> Iterator[tuple[T, A]]:
        """Yields what gets done, as it does, until no more than `most` pieces are left."""
        while len(self) > most:
            yield self._next()

    def _next(self) -> tuple[T, A]:
        host, piece, work = self._done.get()
        self._under_way[host] -= 1
        self._go_on(host)
        return piece, work.result()

    def _go_on(self, host: str) -> None:
        waiting = self._waiting.get(host)
        while waiting and self._under_way.get(host, 0) < _AHEAD:
            piece = waiting.popleft()
            self._under_way[host] = self._under_way.get(host, 0) + 1
            work = self._start(piece)
            work.add_done_callback(
                lambda ended, piece=piece: self._done.put((host, piece, ended))  # type: ignore[misc]
            )
        if not waiting and not self._under_way.get(host):
            self._waiting.pop(host, None)
            self._under_way.pop(host, None)
