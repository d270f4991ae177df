"""Several bulk requests under way at once, no two of them with a document in common."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Generic, NamedTuple, Protocol, TypeVar

from transforms.elasticsearch.actions import Action
from transforms.elasticsearch.bulk import Report


class HasAction(Protocol):
    """Whatever travels with an action."""

    @property
    def action(self) -> Action: ...


E = TypeVar("E", bound=HasAction)


class Done(NamedTuple, Generic[E]):
    """A request that went through, and what it was made of, in one order."""

    entries: Sequence[E]
    report: Report


def rounds(entries: Iterable[E]) -> list[list[E]]:
    """Splits a batch so that no list names a document twice; their order is that of arrival."""
    split: list[list[E]] = []
    seen: dict[tuple[str, str], int] = {}
    for entry in entries:
        turn = seen.get(entry.action.place, 0)
        seen[entry.action.place] = turn + 1
        if turn == len(split):
            split.append([])
        split[turn].append(entry)
    return split


class InFlight(Generic[E]):
    """Writes batches on threads of its own, at most `limit` at a time.

    A batch waits for those before it that name one of its documents: two versions of one document
    are never under way together, so that what was given later is written later.
    """

    def __init__(self, write: Callable[[Sequence[Action]], Report], limit: int) -> None:
        self._write = write
        self._limit = limit
        self._threads = ThreadPoolExecutor(limit, thread_name_prefix="bulk")
        self._under_way: dict[Future[Report], tuple[Sequence[E], frozenset[tuple[str, str]]]] = {}

    def add(self, batch: Iterable[E]) -> Iterator[Done[E]]:
        """Starts to write a batch, and yields requests that went through meanwhile.

        Raises:
            Exception: what `write` raised for an earlier one; nothing is under way any more then.
        """
        for entries in rounds(batch):
            places = frozenset(entry.action.place for entry in entries)
            yield from self._finished(places)
            future = self._threads.submit(self._write, [entry.action for entry in entries])
            self._under_way[future] = (entries, places)

    def finish(self) -> Iterator[Done[E]]:
        """Waits for all that is under way; raises as `add` does."""
        yield from self._collect(list(self._under_way))

    def close(self) -> None:
        """Ends the threads."""
        self._threads.shutdown()

    def _finished(self, places: frozenset[tuple[str, str]]) -> Iterator[Done[E]]:
        """Waits until there is room, and nothing under way that names any of `places`."""
        rivals = [
            future
            for future, (_, others) in self._under_way.items()
            if not others.isdisjoint(places)
        ]
        yield from self._collect(rivals)
        while len(self._under_way) >= self._limit:
            done, _ = wait(self._under_way, return_when=FIRST_COMPLETED)
            yield from self._collect(done)

    def _collect(self, futures: Iterable[Future[Report]]) -> Iterator[Done[E]]:
        for future in futures:
            try:
                report = future.result()
            except BaseException:
                # The bundle is tried again, and must not meet requests of its first try.
                wait(self._under_way)
                self._under_way.clear()
                raise
            entries, _ = self._under_way.pop(future)
            yield Done(entries, report)
