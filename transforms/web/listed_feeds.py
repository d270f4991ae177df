"""Lists of feeds that are looked at again while a stream runs."""

import logging
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from transforms.web.feed_lists import Feed, FeedListError, read_feed_lists
from transforms.web.urls import feed_key

Standing = Literal["", "paused", "removed"]
_LOG = logging.getLogger(__name__)
_CHECKED_S = 1.0


class ListedFeeds:
    """What the lists say now. A list that cannot be read leaves the last one that could in force.

    Looks at the files' times at most once a second; not safe to call from several threads.
    """

    def __init__(
        self,
        names: Sequence[str],
        feeds: Sequence[Feed],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Makes a view.

        Args:
            names: of lists, as `read_feed_lists` takes them.
            feeds: what the lists said when the stream was started.
        """
        self._names = tuple(names)
        self._clock = clock
        self._feeds = {feed_key(feed.url): feed for feed in feeds}
        self._checked_at = float("-inf")
        self._stamps: tuple[tuple[int, int], ...] | None = None

    def feeds(self) -> tuple[Feed, ...]:
        """Returns the feeds that are listed, those that are paused among them."""
        self._refresh()
        return tuple(self._feeds.values())

    def standing(self, feed: Feed) -> Standing:
        """Returns what the lists say of a feed that they once named; "" where it is polled."""
        self._refresh()
        listed = self._feeds.get(feed_key(feed.url))
        if listed is None:
            return "removed"
        return "paused" if listed.paused else ""

    def _refresh(self) -> None:
        if self._clock() - self._checked_at < _CHECKED_S:
            return
        self._checked_at = self._clock()
        stamps = tuple(_stamp(name) for name in self._names)
        if not self._names or stamps == self._stamps:
            return
        self._stamps = stamps
        try:
            feeds = read_feed_lists(self._names)
        except FeedListError as error:
            _LOG.warning("the feeds stay as they were: %s", error)
            return
        self._feeds = {feed_key(feed.url): feed for feed in feeds}


def _stamp(name: str) -> tuple[int, int]:
    """Returns what changes with a file; the same for a URL and a file that is not there."""
    try:
        found = Path(name).stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size
