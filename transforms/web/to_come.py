"""What a process still waits for, and that nothing of it can be older than some time."""

import threading


class ToCome:
    """Names of what is to come, each with the earliest time that it can have.

    Safe to call from several threads.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._since: dict[str, int] = {}

    def expect(self, name: str, since_ms: int) -> None:
        """Notes that nothing that is still to come of `name` is older than `since_ms`.

        Args:
            since_ms: milliseconds since 1970; an earlier one than before changes nothing.
        """
        with self._lock:
            self._since[name] = max(since_ms, self._since.get(name, since_ms))

    def ended(self, name: str) -> None:
        """Notes that nothing more comes of `name`."""
        with self._lock:
            self._since.pop(name, None)

    def earliest_ms(self) -> int:
        """Returns the earliest time that anything to come can have; 0 where nothing is expected."""
        with self._lock:
            return min(self._since.values(), default=0)
