"""Feeds joined with what earlier runs knew of them, for runners that keep no state of their own."""

import dataclasses
import datetime as dt
import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import apache_beam as beam

from schemas.ids import milliseconds
from schemas.memory import MemoryConfig
from transforms.web.clock import now
from transforms.web.feed_lists import Feed
from transforms.web.poll_state import PollState
from transforms.web.seen_entries import reopened

# Feeds whose states are looked up together, and that are polled together where each is polled once.
_BATCH = 256


def batches(feeds: Sequence[Feed]) -> Iterator[tuple[Feed, ...]]:
    """Yields feeds in order, as many together as `RecallPollsFn` is to look up at once."""
    for at in range(0, len(feeds), _BATCH):
        yield tuple(feeds[at : at + _BATCH])


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class KnownFeed:
    """A feed with what an earlier run knew of it."""

    feed: Feed
    state: PollState


@dataclasses.dataclass(frozen=True, slots=True)
class Ticks:
    """Stands beside the feeds where one element must estimate the watermark of them all."""


class RecallPollsFn(beam.DoFn):
    """Joins feeds with the poll states that the index holds.

    A feed's document may have been written by a run that was killed before it wrote the articles;
    so what came out last and has no outcome is forgotten, and comes out again. A stream may have
    been killed over a newer text of what ended before, too: so the outcome must be as new. Bounded
    runs write such texts and feeds together, and a text that changes nothing has no newer outcome.

    What came out lately and whose page failed, which may mend itself, comes out again as well.
    """

    def __init__(self, memory: MemoryConfig | None, *, unbounded: bool) -> None:
        self._config = memory
        self._unbounded = unbounded

    def setup(self) -> None:
        self._memory = self._config.open() if self._config else None

    def teardown(self) -> None:
        if self._memory:
            self._memory.close()

    def process(self, feeds: tuple[Feed, ...]) -> Iterator[tuple[KnownFeed, ...]]:
        states = self._states([feed.url for feed in feeds])
        pending = [key for state in states.values() for key, _ in state.pending]
        ended: dict[str, float] = {}
        failed: dict[str, int] = {}
        for one in self._find("outcomes", "key", pending):
            ended[one["key"]] = _at_ms(one) if self._unbounded else math.inf
            if one.get("passing"):
                failed[one["key"]] = _at_ms(one)
        now_ms = milliseconds(now())
        for feed, state in states.items():
            states[feed] = reopened(state, ended, failed, now_ms)
        yield tuple(KnownFeed(feed=one, state=states.get(one.url, PollState())) for one in feeds)

    def _states(self, urls: Sequence[str]) -> dict[str, PollState]:
        return {str(one["feed"]): _state(one) for one in self._find("feeds", "feed", urls)}

    def _find(self, family: str, field: str, values: Sequence[str]) -> Iterable[dict[str, Any]]:
        return self._memory.find(family, field, values) if self._memory and values else ()


def _at_ms(outcome: dict[str, Any]) -> int:
    return milliseconds(dt.datetime.fromisoformat(outcome["at"]))


def _state(document: dict[str, Any]) -> PollState:
    """Returns the state in a document; a fresh one where another version wrote it."""
    try:
        return PollState.from_json(str(document.get("state") or ""))
    except ValueError:
        return PollState()
