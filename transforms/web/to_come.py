"""What a process still waits for, and that nothing of it can be older than some time."""

import heapq
import threading


class ToCome:
    """Names of what is to come, each with the earliest time that it can have.

    Safe to call from several threads.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._since: dict[str, int] = {}
        # By time; those that have gone or have risen since stay until they come first.
        self._heap: list[tuple[int, str]] = []

    def __len__(self) -> int:
        """How many are expected."""
        return len(self._since)

    def expect(self, name: str, since_ms: int) -> None:
        """Notes that nothing that is still to come of `name` is older than `since_ms`.

        Args:
            since_ms: milliseconds since 1970; an earlier one than before changes nothing.
        """
        with self._lock:
            before_ms = self._since.get(name)
            if before_ms is None or before_ms < since_ms:
                self._since[name] = since_ms
                heapq.heappush(self._heap, (since_ms, name))
                self._bound()

    def ended(self, name: str) -> None:
        """Notes that nothing more comes of `name`."""
        with self._lock:
            self._since.pop(name, None)

    def earliest_ms(self) -> int:
        """Returns the earliest time that anything to come can have; 0 where nothing is expected."""
        with self._lock:
            while self._heap:
                since_ms, name = self._heap[0]
                if self._since.get(name) == since_ms:
                    return since_ms
                heapq.heappop(self._heap)
            return 0

    def _bound(self) -> None:
        """Drops what is no more, where one that stands kept all of it behind itself."""
        if len(self._heap) > 2 * len(self._since) + _SPARE:
            self._heap = [(since_ms, name) for name, since_ms in self._since.items()]
            heapq.heapify(self._heap)


_SPARE = 1000
