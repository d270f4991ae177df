"""Pages asked for by one bundle and collected by it or by a later one, in the same process.

What is here is a convenience and not a promise: the items themselves lie in the runner's hands, and
one whose answer was lost with its process is asked for again.
"""

import concurrent.futures
import queue
import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")
A = TypeVar("A")

_MAX_UNCOLLECTED = 2000
_AHEAD = 2


class Answers(Generic[A]):
    """Answers by name, for work that is started once and asked after until it is done.

    Safe to call from several threads. Of the answers that nobody collects, as after a bundle has
    moved to another process, the oldest are dropped beyond 2,000.
    """

    def __init__(self, most: int = _MAX_UNCOLLECTED) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._started: OrderedDict[str, concurrent.futures.Future[A]] = OrderedDict()

    def collect(
        self, name: str, start: Callable[[], concurrent.futures.Future[A]]
    ) -> concurrent.futures.Future[A] | None:
        """Returns the finished work, which is then forgotten; None while it is under way."""
        with self._lock:
            if name not in self._started:
                self._drop_oldest()
                self._started[name] = start()
            if not self._started[name].done():
                return None
            return self._started.pop(name)

    def _drop_oldest(self) -> None:
        if len(self._started) < self._most:
            return
        done = [name for name, work in self._started.items() if work.done()]
        for name in done[: len(self._started) - self._most + 1]:
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
