"""Feeds joined with what earlier runs knew of them, for runners that keep no state of their own."""

import dataclasses
from collections.abc import Iterator
from typing import Any

import apache_beam as beam

from schemas.memory import MemoryConfig
from transforms.web.feed_lists import Feed
from transforms.web.poll_state import PollState


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class KnownFeed:
    """A feed with what an earlier run knew of it."""

    feed: Feed
    state: PollState


class RecallPollsFn(beam.DoFn):
    """Joins feeds with the poll states that the index holds."""

    def __init__(self, memory: MemoryConfig | None) -> None:
        self._config = memory

    def setup(self) -> None:
        self._memory = self._config.open() if self._config else None

    def teardown(self) -> None:
        if self._memory:
            self._memory.close()

    def process(self, feeds: tuple[Feed, ...]) -> Iterator[tuple[KnownFeed, ...]]:
        urls = [feed.url for feed in feeds]
        documents = self._memory.find("feeds", "feed", urls) if self._memory else ()
        states = {str(document["feed"]): _state(document) for document in documents}
        yield tuple(KnownFeed(feed=feed, state=states.get(feed.url, PollState())) for feed in feeds)


def _state(document: dict[str, Any]) -> PollState:
    """Returns the state in a document; a fresh one where another version wrote it."""
    try:
        return PollState.from_json(str(document.get("state") or ""))
    except ValueError:
        return PollState()
