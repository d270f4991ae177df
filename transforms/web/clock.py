"""The time of day as the records carry it."""

import datetime as dt
import logging
import threading

from schemas.ids import to_milliseconds

_TICK = dt.timedelta(milliseconds=1)
_SET_BACK = dt.timedelta(seconds=5)
_LOG = logging.getLogger(__name__)


class Clock:
    """Aware UTC in whole milliseconds, later at each call: so fetches of a process have an order.

    Where the system's clock is set back, this one goes on a millisecond for each call until it is
    reached again: a stream brings nothing meanwhile, which is told. Safe to call from several
    threads.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ahead = False
        self._last = dt.datetime.fromtimestamp(0, dt.UTC)

    def __call__(self) -> dt.datetime:
        """Returns now, or one millisecond after what was returned last."""
        with self._lock:
            told = to_milliseconds(dt.datetime.now(dt.UTC))
            self._tell(self._last - told)
            self._last = max(told, self._last + _TICK)
            return self._last

    def _tell(self, by: dt.timedelta) -> None:
        if by > _SET_BACK and not self._ahead:
            _LOG.warning(
                "the system's clock was set back by %.0f s: a stream shows nothing new for as long",
                by.total_seconds(),
            )
        self._ahead = by > _SET_BACK


now = Clock()
