"""FetchPages: the pages of items that carry no full text."""

import concurrent.futures
import dataclasses
import math
import uuid
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

import apache_beam as beam
from apache_beam.coders import Coder
from apache_beam.io.watermark_estimators import ManualWatermarkEstimator
from apache_beam.pvalue import TaggedOutput
from apache_beam.transforms.window import TimestampedValue
from apache_beam.utils.timestamp import Duration, Timestamp
from apache_beam.utils.windowed_value import WindowedValue

from schemas.ids import milliseconds
from schemas.records import Fetched, Item, Outcome, Page
from transforms.event_times import SETTLED, raise_watermark
from transforms.page_batches import (
    BatchFn,
    Failed,
    PageBatch,
    PagesLeft,
    PagesLeftTracker,
    Wanted,
    host_of,
)
from transforms.restrictions import RestrictionCoder
from transforms.web.clock import now
from transforms.web.exchanges import page_or_outcome
from transforms.web.fetching import Fetcher, acquire, release
from transforms.web.http_config import FetchConfig
from transforms.web.page_requests import needs_page
from transforms.web.page_retries import retry_due_ms
from transforms.web.under_way import HostQueues

_MAX_HELD = 20_000
_TAGS = ("exchanges", "outcomes")
_Ended = (
    Page | TaggedOutput[Literal["exchanges"], Fetched] | TaggedOutput[Literal["outcomes"], Outcome]
)
_TIMESTAMP = beam.DoFn.TimestampParam
_WINDOW = beam.DoFn.WindowParam
_TRACKER = beam.DoFn.RestrictionParam()
_WATERMARK = beam.DoFn.WatermarkEstimatorParam(ManualWatermarkEstimator.default_provider())

# A stream looks after its requests once a second: runners cut shorter pauses to whole seconds.
_PAUSE_S = 1
# Looks a second after batches that rest, of all together: an outage makes thousands of them.
_LOOKS = 20


class PagesFetched(NamedTuple):
    """Every item ends in exactly one of `pages`, `items` and `outcomes`.

    Attributes:
        pages: at the time of their own fetch. items: those that need no page, as they came.
        exchanges: every request, answered or not, for the archive.
        outcomes: `not_fetched`, `fetch_failed`, and `repeated` where another feed named the same
            article just before; nothing of such an item is indexed.
    """

    pages: beam.PCollection[Page]
    items: beam.PCollection[Item]
    exchanges: beam.PCollection[Fetched]
    outcomes: beam.PCollection[Outcome]


class FetchPages(beam.PTransform[beam.PCollection[Item], PagesFetched]):
    """Fetches the page of each item that has a URL and neither `text` nor `html`.

    In a process one request at a time for each host, hosts independent of each other; order is not
    kept. A page that two feeds of `items` name within 15 minutes is fetched once (`RecentPages`);
    another FetchPages in the process fetches it, too. What was not given out is asked for again
    after a failure: a page may be fetched twice, and is given out once.

    Bounded runs fetch a bundle's pages at the same time and end it with the last one. In a stream
    (`live`) no bundle waits for a page: each batch of a host's items is a splittable element that
    gives out what has come and defers the rest by a second, and so it lies in the runner's hands
    until its last page is given out. Its watermark follows close behind the clock meanwhile;
    `joint_watermark` is for Prism: see `transforms.event_times`. A page that its server did not
    give is asked for again there (`retry_due_ms`), some six times in as many hours, and holds up
    nobody meanwhile.
    """

    def __init__(
        self, config: FetchConfig, *, live: bool = False, joint_watermark: bool = False
    ) -> None:
        super().__init__()
        self._config = config
        self._live = live
        self._joint = joint_watermark

    def expand(self, items: beam.PCollection[Item]) -> PagesFetched:
        """Returns pages, exchanges, outcomes, and the items that need no page."""
        grouping = beam.ParDo(BatchFn() if self._live else _PartFn())
        parted = items | "Part" >> grouping.with_outputs("items", main="wanted")
        # Items of one feed come out of one element; spread, they make bundles of their own.
        spread = parted.wanted | "Spread" >> beam.Reshuffle()
        fetch: beam.DoFn
        if self._live:
            fetch = _FetchBatchFn(self._config, joint=self._joint)
        else:
            fetch = _FetchAllFn(self._config)
        fetched = spread | "Fetch" >> beam.ParDo(fetch).with_output_types(Fetched)
        ended = fetched | "Sort" >> beam.ParDo(_SortFn()).with_outputs(*_TAGS, main="pages")
        return PagesFetched(ended.pages, parted.items, ended.exchanges, ended.outcomes)


class _PartFn(beam.DoFn):
    """Tells items that need a page from those that do not."""

    def process(self, item: Item) -> Iterator[Item | TaggedOutput[Literal["items"], Item]]:
        yield item if needs_page(item) else TaggedOutput("items", item)


class _FetchingFn(beam.DoFn):
    """Holds the process's client, and its own register of pages."""

    def __init__(self, config: FetchConfig) -> None:
        self._config = config
        # Pickled with the rest: the copies of one step share a register, two steps never do.
        self._register = uuid.uuid4().hex

    def setup(self) -> None:
        self._fetcher: Fetcher = acquire(self._config)
        self._pages = self._fetcher.pages_of(self._register)

    def teardown(self) -> None:
        release(self._fetcher)

    def _ask(self, item: Item) -> concurrent.futures.Future[Fetched]:
        return self._fetcher.submit(self._pages.ask(self._fetcher.client, item))


class _FetchAllFn(_FetchingFn):
    """Starts requests as items come and gives out the answers, at the latest with the bundle."""

    def start_bundle(self) -> None:
        self._queues: HostQueues[tuple[Wanted, Any], Fetched] = HostQueues(
            lambda piece: self._ask(piece[0].item)
        )

    def process(
        self, item: Item, timestamp: Any = _TIMESTAMP, window: Any = _WINDOW
    ) -> Iterator[Any]:
        wanted = Wanted(item, timestamp.micros)
        self._queues.add(host_of(item.url or ""), (wanted, window))
        for (ended, _), fetched in self._queues.done():
            yield TimestampedValue(fetched, _time(fetched, ended))
        for (ended, _), fetched in self._queues.rest(_MAX_HELD):
            yield TimestampedValue(fetched, _time(fetched, ended))

    def finish_bundle(self) -> Iterator[Any]:
        for (wanted, window), fetched in self._queues.rest():
            yield WindowedValue(fetched, _time(fetched, wanted), (window,))


@dataclasses.dataclass(slots=True)
class _Look:
    """What a look after a batch finds; times are milliseconds since 1970.

    Attributes:
        heard_ms: what is under way is answered later than this. given_ms: times of what came.
        resting_ms: when pages that failed are asked for again.
        taken_away: the runner gave the rest of the batch to another call.
    """

    heard_ms: int
    given_ms: list[int] = dataclasses.field(default_factory=list)
    resting_ms: list[int] = dataclasses.field(default_factory=list)
    under_way: bool = False
    taken_away: bool = False

    def left(self) -> bool:
        """Tells whether a page is still to come."""
        return self.under_way or bool(self.resting_ms)

    def nothing_before_ms(self) -> int:
        """Returns the earliest time that a page to come can have: none is asked for before."""
        rests = self.resting_ms and not self.under_way
        return min(self.resting_ms) if rests else self.heard_ms


class _FetchBatchFn(_FetchingFn, beam.RestrictionProvider):
    """Gives out the pages of a batch that have come, and defers the rest.

    Where batches estimate their watermark jointly, one place more is claimed by a last call.
    """

    def __init__(self, config: FetchConfig, *, joint: bool = False) -> None:
        super().__init__(config)
        self._joint = joint

    def initial_restriction(self, element: PageBatch) -> PagesLeft:
        places = len(element.wanted) + (1 if self._joint else 0)
        return PagesLeft(tuple(range(places)))

    def create_tracker(self, restriction: PagesLeft) -> PagesLeftTracker:
        return PagesLeftTracker(restriction)

    def restriction_coder(self) -> Coder:
        return RestrictionCoder()

    def restriction_size(self, element: PageBatch, restriction: PagesLeft) -> int:
        return len(restriction.places)

    @beam.DoFn.unbounded_per_element()
    def process(
        self, batch: PageBatch, tracker: Any = _TRACKER, watermark: Any = _WATERMARK
    ) -> Iterator[Any]:
        to_come, name = self._fetcher.pages_to_come, _name(batch.wanted[0].item)
        if self._joint:
            # Before anything is asked for.
            to_come.expect(name, min(one.micros for one in batch.wanted) // 1000)
        look = _Look(self._fetcher.heard_ms)
        yield from self._look_after(batch, tracker, look)
        if look.taken_away:
            return
        if self._joint:
            to_come.expect(name, min([look.nothing_before_ms(), *look.given_ms]))
            # Prism takes it for what is still to come to this step, too: that can be of any moment.
            raise_watermark(watermark, min(to_come.earliest_ms(), look.heard_ms))
        elif look.left():
            raise_watermark(watermark, look.nothing_before_ms())
        if look.left():
            tracker.defer_remainder(self._until(look))
        elif self._joint and look.given_ms:
            tracker.defer_remainder(SETTLED)
        elif self._joint:
            tracker.try_claim(len(batch.wanted))
            to_come.ended(name)

    def _look_after(self, batch: PageBatch, tracker: Any, look: "_Look") -> Iterator[Any]:
        """Yields the pages that have come, and notes in `look` what became of the others."""
        restriction: PagesLeft = tracker.current_restriction()
        failed = {one.place: one for one in restriction.failed}
        now_ms = milliseconds(now())
        for place in (at for at in restriction.places if at < len(batch.wanted)):
            wanted, before = batch.wanted[place], failed.get(place, Failed(place, 0, 0))
            fetched = None
            if before.due_ms <= now_ms:
                fetched = self._collected(wanted.item)
                look.under_way |= fetched is None
            else:
                look.resting_ms.append(before.due_ms)
            if fetched is None:
                continue
            again = self._again(fetched, before, wanted)
            if not tracker.try_claim(again or place):
                look.taken_away = True
                return
            if again:
                look.resting_ms.append(again.due_ms)
                continue
            time = _time(fetched, wanted)
            look.given_ms.append(time.micros // 1000)
            yield TimestampedValue(fetched, time)

    def _until(self, look: "_Look") -> Duration:
        """Returns the time until the next look.

        Where the watermark is joint it follows the clock by these looks, so nobody waits for long.
        """
        if look.under_way:
            return Duration(seconds=_PAUSE_S)
        if self._joint:
            return Duration(seconds=max(_PAUSE_S, len(self._fetcher.pages_to_come) / _LOOKS))
        left_s = (look.nothing_before_ms() - milliseconds(now())) / 1000
        return Duration(seconds=max(_PAUSE_S, math.ceil(left_s)))

    def _again(self, fetched: Fetched, before: Failed, wanted: Wanted) -> Failed | None:
        """Returns when a page that did not come is asked for again, None where it is given up."""
        pause_s = self._config.page_retry_s
        due_ms = retry_due_ms(fetched, before.times, wanted.micros // 1000, pause_s)
        return None if due_ms is None else Failed(before.place, before.times + 1, due_ms)

    def _collected(self, item: Item) -> Fetched | None:
        """Returns the answer if it has come; starts the request where nobody did."""
        work = self._fetcher.answers.collect(_name(item), lambda: self._ask(item))
        return work.result() if work else None


class _SortFn(beam.DoFn):
    """Hands out what became of a request."""

    def process(self, fetched: Fetched) -> Iterator[_Ended]:
        ended = page_or_outcome(fetched)
        yield ended if isinstance(ended, Page) else _tagged("outcomes", ended)
        yield _tagged("exchanges", fetched)


def _name(item: Item) -> str:
    """Returns what an item is called while it is under way."""
    return f"{milliseconds(item.fetched_at)} {item.origin.feed} {item.key}"


def _time(fetched: Fetched, wanted: Wanted) -> Timestamp:
    """Returns an answer's own time, but never one before its item's."""
    return Timestamp(micros=max(milliseconds(fetched.fetched_at) * 1000, wanted.micros))


def _tagged(tag: str, value: Any) -> Any:
    """Returns a tagged output; typed by the DoFn's own result type."""
    return TaggedOutput(tag, value)
