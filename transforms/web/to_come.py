"""What a process still waits for, and that nothing of it can be older than some time."""

import threading


class ToCome:
    """Names of what is to come, each with the earliest time that it can have.

    Safe to call from several threads.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._since: dict[str, int] = {}
        # None where what was the earliest has gone: many names come and go for each that is it.
        self._earliest_ms: int | None = 0

    def expect(self, name: str, since_ms: int) -> None:
        """Notes that nothing that is still to come of `name` is older than `since_ms`.

        Args:
            since_ms: milliseconds since 1970; an earlier one than before changes nothing.
        """
        with self._lock:
            before_ms = self._since.get(name)
            if before_ms is None or before_ms < since_ms:
                self._note(before_ms)
                self._since[name] = since_ms

    def ended(self, name: str) -> None:
        """Notes that nothing more comes of `name`."""
        with self._lock:
            self._note(self._since.pop(name, None))

    def earliest_ms(self) -> int:
        """Returns the earliest time that anything to come can have; 0 where nothing is expected."""
        with self._lock:
            if self._earliest_ms is None:
                self._earliest_ms = min(self._since.values(), default=0)
            return self._earliest_ms

    def _note(self, gone_ms: int | None) -> None:
        """Notes that an entry goes; None where one came."""
        if gone_ms is None or gone_ms == self._earliest_ms:
            self._earliest_ms = None
