"""Polls of one process, each begun at its own time, whenever the runner comes to collect it.

What is here is a convenience and not a promise: the feeds themselves lie in the runner's hands, and
one whose poll was lost with its process is asked again.
"""

import asyncio
import concurrent.futures
import dataclasses
import threading
import time
from collections.abc import Callable, Coroutine
from typing import Any, NamedTuple

from transforms.web.feed_lists import Feed
from transforms.web.http import Client
from transforms.web.listed_feeds import ListedFeeds, Standing
from transforms.web.poll_state import PollState
from transforms.web.polling import Asked, ask

_FORGOTTEN_MS = 600_000
_SWEPT_MS = 10_000
# A feed that was never polled here has no time of its own: such polls begin so far apart. Ten
# thousand feeds are then spread over 200 s, and stay so, since each counts from its own last poll.
_APART_MS = 20
_ATTEMPTS = 1


class Away(NamedTuple):
    """The lists want the feed not to be polled; they were looked at when the poll was due."""

    standing: Standing


@dataclasses.dataclass(slots=True, kw_only=True)
class Poll:
    """A poll that is planned, under way or done.

    Attributes:
        due_ms: when it begins, in milliseconds since 1970. heard: the last answer has come; what
            it says is still to be read.
    """

    due_ms: int
    work: concurrent.futures.Future[Asked | Away] = dataclasses.field(init=False)
    heard: bool = False
    visited: bool = False

    def nothing_before_ms(self, heard_ms: int) -> int | None:
        """Returns a time before which the poll brings nothing; None where that is not known.

        Args:
            heard_ms: `Fetcher.heard_ms`, read before this is called.
        """
        if self.heard or self.work.done():
            return None
        return max(self.due_ms, heard_ms)


class PlannedPolls:
    """Polls by feed and due time. Safe to call from several threads.

    What nobody comes for within ten minutes after it was due, as after a bundle has moved to
    another process, is dropped.
    """

    def __init__(
        self,
        submit: Callable[[Coroutine[Any, Any, Any]], concurrent.futures.Future[Any]],
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Makes a register.

        Args:
            submit: starts a coroutine on the client's event loop.
            clock: seconds since 1970.
        """
        self._submit = submit
        self._clock = clock
        self._lock = threading.Lock()
        self._polls: dict[tuple[str, int], Poll] = {}
        self._next_ms = 0
        self._swept_ms = 0

    def __len__(self) -> int:
        """How many polls were planned and not forgotten."""
        return len(self._polls)

    def plan(
        self, client: Client, lists: ListedFeeds, feed: Feed, state: PollState, due_ms: int
    ) -> Poll:
        """Returns the poll of a feed that is due at a time, planned by whoever asks first.

        One that is overdue begins in its turn, `_APART_MS` after the one before.
        """
        with self._lock:
            now_ms = round(self._clock() * 1000)
            self._sweep(now_ms)
            name = feed.url, due_ms
            if name in self._polls:
                self._polls[name].visited = True
                return self._polls[name]
            if due_ms <= now_ms:
                self._next_ms = max(now_ms, self._next_ms)
                begin_ms, self._next_ms = self._next_ms, self._next_ms + _APART_MS
            else:
                begin_ms = due_ms
            poll = Poll(due_ms=begin_ms)
            # What was seen is not needed to ask, and is the most of a state.
            asked = dataclasses.replace(state, seen=(), pending=())
            poll.work = self._submit(self._run(poll, client, lists, feed, asked))
            self._polls[name] = poll
            return poll

    def forget(self, feed: Feed, due_ms: int) -> None:
        """Drops a poll whose answer is in the runner's hands."""
        with self._lock:
            self._polls.pop((feed.url, due_ms), None)

    async def _run(
        self, poll: Poll, client: Client, lists: ListedFeeds, feed: Feed, state: PollState
    ) -> Asked | Away:
        while (left_s := poll.due_ms / 1000 - self._clock()) > 0:
            await asyncio.sleep(left_s)
        away = lists.standing(feed)
        if away:
            return Away(away)

        def heard(last: bool) -> None:
            poll.heard = last

        return await ask(client, feed, state, _ATTEMPTS, heard)

    def _sweep(self, now_ms: int) -> None:
        if now_ms - self._swept_ms < _SWEPT_MS:
            return
        self._swept_ms = now_ms
        for name, poll in list(self._polls.items()):
            if now_ms - poll.due_ms > _FORGOTTEN_MS and poll.work.done():
                del self._polls[name]
