"""One line when a cluster starts to refuse, one when it takes documents again."""

import logging
import threading
import time
from collections.abc import Callable, Collection

_LOG = logging.getLogger(__name__)


class Notices:
    """Tells the log of the changes between taking and refusing; for all threads of a worker."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._since: float | None = None
        self._waiting = 0

    def refused(self, documents: int, reason: str) -> None:
        """Notes that so many documents must be sent again; speaks if that is news."""
        with self._lock:
            self._waiting = max(self._waiting, documents)
            if self._since is not None:
                return
            self._since = self._clock()
        _LOG.warning(
            "Elasticsearch does not take documents, they wait and are sent again: %s", reason
        )

    def read_only(self, indices: Collection[str]) -> None:
        """Says that documents of these indices are rejected from now on."""
        for name in sorted(indices):
            _LOG.warning(
                "%s was made read-only: its documents are rejected until that is off", name
            )

    def taken(self) -> None:
        """Notes that a request went through whole; speaks if that is news."""
        if self._since is None:
            return
        with self._lock:
            since, self._since = self._since, None
            waiting, self._waiting = self._waiting, 0
        if since is not None:
            _LOG.warning(
                "Elasticsearch takes documents again, after %.1f s; up to %d of one request waited",
                self._clock() - since,
                waiting,
            )
