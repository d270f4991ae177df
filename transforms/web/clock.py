"""The time of day as the records carry it."""

import datetime as dt
import threading

from schemas.ids import to_milliseconds

_TICK = dt.timedelta(milliseconds=1)


class Clock:
    """Aware UTC in whole milliseconds, later at each call: so fetches of a process have an order.

    Safe to call from several threads.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = dt.datetime.fromtimestamp(0, dt.UTC)

    def __call__(self) -> dt.datetime:
        """Returns now, or one millisecond after what was returned last."""
        with self._lock:
            self._last = max(to_milliseconds(dt.datetime.now(dt.UTC)), self._last + _TICK)
            return self._last


now = Clock()
