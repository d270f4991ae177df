"""FetchPages: the pages of items that carry no full text."""

import concurrent.futures
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

import apache_beam as beam
from apache_beam.pvalue import TaggedOutput
from apache_beam.utils.timestamp import Timestamp
from apache_beam.utils.windowed_value import WindowedValue

from schemas.ids import milliseconds
from schemas.records import Fetched, Item, Outcome, Page
from transforms.web.exchanges import page_or_outcome
from transforms.web.fetching import Fetcher, acquire, release
from transforms.web.http import FetchConfig
from transforms.web.page_requests import ask_page, needs_page

__all__ = ["FetchConfig", "FetchPages", "PagesFetched"]

_MAX_UNDER_WAY = 512
_TAGS = ("items", "exchanges", "outcomes")
_Tagged = (
    TaggedOutput[Literal["items"], Item]
    | TaggedOutput[Literal["exchanges"], Fetched]
    | TaggedOutput[Literal["outcomes"], Outcome]
)
_TIMESTAMP = beam.DoFn.TimestampParam
_WINDOW = beam.DoFn.WindowParam


class PagesFetched(NamedTuple):
    """Every item ends in exactly one of `pages`, `items` and `outcomes`.

    Attributes:
        pages: at the time of their own fetch. items: those that need no page, as they came.
        exchanges: every request, answered or not, for the archive.
        outcomes: `not_fetched` and `fetch_failed`; nothing of such an item is indexed.
    """

    pages: beam.PCollection[Page]
    items: beam.PCollection[Item]
    exchanges: beam.PCollection[Fetched]
    outcomes: beam.PCollection[Outcome]


class FetchPages(beam.PTransform[beam.PCollection[Item], PagesFetched]):
    """Fetches the page of each item that has a URL and neither `text` nor `html`.

    Bounded or unbounded, as its input. The pages of a bundle are fetched at the same time, one at
    a time for each host; order is not kept. A bundle that fails is fetched anew.
    """

    def __init__(self, config: FetchConfig) -> None:
        super().__init__()
        self._config = config

    def expand(self, items: beam.PCollection[Item]) -> PagesFetched:
        # Items of one feed come out of one element; spread, they make bundles of their own.
        fetched = (
            items
            | "Spread" >> beam.Reshuffle()
            | "Fetch" >> beam.ParDo(_FetchFn(self._config)).with_outputs(*_TAGS, main="pages")
        )
        return PagesFetched(fetched.pages, fetched.items, fetched.exchanges, fetched.outcomes)


class _Asked(NamedTuple):
    """A request under way, and where its answer belongs."""

    answer: concurrent.futures.Future[Fetched]
    timestamp: Timestamp
    window: Any


class _FetchFn(beam.DoFn):
    """Starts requests as items come and gives out the answers, at the latest with the bundle."""

    def __init__(self, config: FetchConfig) -> None:
        self._config = config

    def setup(self) -> None:
        self._fetcher: Fetcher = acquire(self._config)

    def teardown(self) -> None:
        release(self._fetcher)

    def start_bundle(self) -> None:
        self._under_way: list[_Asked] = []

    def process(
        self, item: Item, timestamp: Any = _TIMESTAMP, window: Any = _WINDOW
    ) -> Iterator[Page | _Tagged]:
        if not needs_page(item):
            yield _tagged("items", item)
            return
        answer = self._fetcher.submit(ask_page(self._fetcher.client, item))
        self._under_way.append(_Asked(answer, timestamp, window))
        if len(self._under_way) >= _MAX_UNDER_WAY:
            yield from self._answers()

    def finish_bundle(self) -> Iterator[Any]:
        yield from self._answers()

    def _answers(self) -> Iterator[Any]:
        under_way, self._under_way = self._under_way, []
        for asked in under_way:
            yield from _outputs(asked)


def _outputs(asked: _Asked) -> Iterator[Any]:
    """Yields what became of a request, at its own time but never before its item's."""
    fetched = asked.answer.result()
    own = Timestamp(micros=milliseconds(fetched.fetched_at) * 1000)
    at = max(own, asked.timestamp)
    ended = page_or_outcome(fetched)
    value = WindowedValue(ended, at, (asked.window,))
    yield value if isinstance(ended, Page) else _tagged("outcomes", value)
    yield _tagged("exchanges", WindowedValue(fetched, at, (asked.window,)))


def _tagged(tag: str, value: Any) -> Any:
    """Returns a tagged output; typed by the DoFn's own result type."""
    return TaggedOutput(tag, value)
