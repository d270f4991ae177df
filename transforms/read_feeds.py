"""ReadFeeds: polls feeds, each at its own pace, for as long as the pipeline runs; or once."""

import dataclasses
import datetime as dt
import math
import time
from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple

import apache_beam as beam
from apache_beam.coders import Coder
from apache_beam.io.watermark_estimators import ManualWatermarkEstimator
from apache_beam.pvalue import TaggedOutput
from apache_beam.transforms.window import TimestampedValue
from apache_beam.utils.timestamp import Duration, Timestamp

from schemas.ids import milliseconds
from schemas.memory import MemoryConfig
from schemas.records import FeedStatus, Fetched, Item, Rejected
from transforms.known_feeds import KnownFeed, RecallPollsFn
from transforms.poll_restriction import Polling, PollingCoder, PollTracker
from transforms.watch_lists import WatchListsFn
from transforms.watermarks import raise_watermark
from transforms.web.clock import now
from transforms.web.feed_lists import Feed
from transforms.web.feed_polls import after_away
from transforms.web.fetching import Fetcher, acquire, release
from transforms.web.http import FetchConfig
from transforms.web.listed_feeds import ListedFeeds
from transforms.web.poll_state import Intervals, PollState
from transforms.web.polling import Judged, ask, judge

__all__ = ["Feed", "FeedsConfig", "FeedsRead", "ReadFeeds"]

_BATCH = 256
_LIVE_ATTEMPTS = 1
_EARLY_S = 0.05
_TAGS = ("exchanges", "statuses", "rejected")
_TRACKER = beam.DoFn.RestrictionParam()
_WATERMARK = beam.DoFn.WatermarkEstimatorParam(ManualWatermarkEstimator.default_provider())
_Tagged = (
    TaggedOutput[Literal["exchanges"], Fetched]
    | TaggedOutput[Literal["statuses"], FeedStatus]
    | TaggedOutput[Literal["rejected"], Rejected]
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class FeedsConfig:
    """How feeds are polled.

    Attributes:
        once: poll each feed one time and end; a bounded source.
        min_interval_s, max_interval_s: bounds of the pause between polls of a feed.
        list_check_s: how often the lists of feeds are looked at, in whole seconds.
    """

    once: bool = False
    list_check_s: int = 30
    min_interval_s: float = 300.0
    max_interval_s: float = 21_600.0
    fetch: FetchConfig = dataclasses.field(default_factory=FetchConfig)

    def __post_init__(self) -> None:
        Intervals(min_s=self.min_interval_s, max_s=self.max_interval_s)
        if self.list_check_s < 1:
            raise ValueError("list_check_s: lists are looked at once a second at most")

    @property
    def intervals(self) -> Intervals:
        """The bounds, checked."""
        return Intervals(min_s=self.min_interval_s, max_s=self.max_interval_s)


class FeedsRead(NamedTuple):
    """What polls bring. Timestamps are times of fetch.

    Attributes:
        items: new and changed entries. exchanges: bodies that brought something, for the archive.
        statuses: one for each poll. rejected: bodies that are no feed (key: the feed's URL), and
            entries with neither a usable URL nor a text.
    """

    items: beam.PCollection[Item]
    exchanges: beam.PCollection[Fetched]
    statuses: beam.PCollection[FeedStatus]
    rejected: beam.PCollection[Rejected]


class ReadFeeds(beam.PTransform[beam.pvalue.PBegin, FeedsRead]):
    """Polls feeds; a failing feed is a status, never a failing bundle.

    Unbounded, unless `config.once`. Poll state (ETag, seen entries, interval) lies in each feed's
    restriction, so that a runner with durable state goes on where it stopped; on others, and for
    `once`, it starts from the `feeds` documents of `memory`. An entry is delivered at least once.

    A feed's watermark is its next poll's time: what comes next cannot be older, so that the
    slowest feed holds nobody up.

    With `lists`, files that the workers must be able to read, a stream takes up what changes in
    them: new feeds, and those that are paused, removed, and listed again. A feed that is paused or
    removed says so in its status, and keeps its state.
    """

    def __init__(
        self,
        feeds: Sequence[Feed],
        config: FeedsConfig,
        memory: MemoryConfig | None = None,
        lists: Sequence[str] = (),
    ) -> None:
        super().__init__()
        self._feeds = tuple(feeds)
        self._config = config
        self._memory = memory
        self._lists = tuple(lists)

    def expand(self, pbegin: beam.pvalue.PBegin) -> FeedsRead:
        """Returns items, exchanges, statuses and rejects."""
        # Without feeds there is nothing to wait for, and the graph stays bounded.
        bounded = self._config.once or not self._feeds
        recalled = self._listed(pbegin, bounded) | "RecallPolls" >> beam.ParDo(
            RecallPollsFn(self._memory)
        )
        poll: beam.DoFn
        if bounded:
            poll = _PollOnceFn(self._config)
        else:
            recalled = recalled | "EachFeed" >> beam.FlatMap(tuple)
            poll = _PollFn(self._config, ListedFeeds(self._lists, self._feeds))
        # A splittable step with one output is what every runner does best.
        judged = recalled | "Poll" >> beam.ParDo(poll)
        polled = judged | "Sort" >> beam.ParDo(_SortFn()).with_outputs(*_TAGS, main="items")
        return FeedsRead(polled.items, polled.exchanges, polled.statuses, polled.rejected)

    def _listed(self, pbegin: beam.pvalue.PBegin, bounded: bool) -> Any:
        """Returns the feeds, in batches."""
        if self._lists and not bounded:
            watch = WatchListsFn(self._lists, self._feeds, self._config.list_check_s)
            source = pbegin | "ListFeeds" >> beam.Create([self._lists], reshuffle=False)
            return source | "WatchLists" >> beam.ParDo(watch).with_output_types(tuple[Feed, ...])
        polled = [feed for feed in self._feeds if not (bounded and feed.paused)]
        batches = [tuple(polled[at : at + _BATCH]) for at in range(0, len(polled), _BATCH)]
        return pbegin | "ListFeeds" >> beam.Create(batches, reshuffle=False)


class _FetchingFn(beam.DoFn):
    """Holds the process's client."""

    def __init__(self, config: FeedsConfig) -> None:
        self._config = config

    def setup(self) -> None:
        self._fetcher: Fetcher = acquire(self._config.fetch)

    def teardown(self) -> None:
        release(self._fetcher)


class _PollOnceFn(_FetchingFn):
    """Polls the feeds of a batch, all at the same time."""

    def process(self, batch: tuple[KnownFeed, ...]) -> Iterator[Judged]:
        client = self._fetcher.client
        asked = [
            (one, self._fetcher.submit(ask(client, one.feed, one.state, attempts=0)))
            for one in batch
            if not one.state.gone
        ]
        for one, answer in asked:
            yield _timed(judge(one.feed, one.state, answer.result(), self._config.intervals))


def _timed(judged: Judged) -> Any:
    """Returns what a poll brought, at the time of the poll."""
    at_ms = milliseconds(judged.polled.status.last_poll)
    return TimestampedValue(judged, Timestamp(micros=at_ms * 1000))


class _SortFn(beam.DoFn):
    """Hands out what a poll brought."""

    def process(self, judged: Judged) -> Iterator[Item | _Tagged]:
        yield from judged.polled.items
        for exchange in judged.exchanges:
            yield _tagged("exchanges", exchange)
        for rejected in judged.rejected:
            yield _tagged("rejected", rejected)
        yield _tagged("statuses", judged.polled.status)


def _tagged(tag: str, value: Any) -> Any:
    """Returns a tagged output; typed by the DoFn's own result type."""
    return TaggedOutput(tag, value)


class _PollFn(_FetchingFn, beam.RestrictionProvider):
    """Polls a feed when it is due, and defers the rest to its next poll.

    A feed that the lists name no more, or as paused, is looked after as often as the lists are.
    """

    def __init__(self, config: FeedsConfig, lists: ListedFeeds) -> None:
        super().__init__(config)
        self._lists = lists

    def initial_restriction(self, element: KnownFeed) -> Polling:
        return Polling(state=element.state, done=element.state.gone)

    def create_tracker(self, restriction: Polling) -> PollTracker:
        return PollTracker(restriction)

    def restriction_coder(self) -> Coder:
        return PollingCoder()

    def restriction_size(self, element: KnownFeed, restriction: Polling) -> int:
        return 0 if restriction.done else 1

    @beam.DoFn.unbounded_per_element()
    def process(
        self,
        element: KnownFeed,
        tracker: Any = _TRACKER,
        watermark: Any = _WATERMARK,
    ) -> Iterator[Judged]:
        polling: Polling = tracker.current_restriction()
        if polling.done:
            return
        started = raise_watermark(watermark, milliseconds(now()))
        early_s = (polling.due_ms - started) / 1000
        if early_s > 1:
            # Only Beam's in-process runner comes early; it would come again at once, all day.
            time.sleep(_EARLY_S)
            tracker.defer_remainder(Duration(seconds=math.ceil(early_s)))
            return
        time.sleep(max(early_s, 0.0))
        judged = self._looked_at(element.feed, polling.state)
        following = _following(judged)
        if not tracker.try_claim(following):
            return
        if judged.polled.state.away != polling.state.away or not judged.polled.state.away:
            yield _timed(judged)
        if not following.done:
            raise_watermark(watermark, following.due_ms)
            tracker.defer_remainder(Duration(seconds=_pause_s(judged.polled.state)))

    def _looked_at(self, feed: Feed, state: PollState) -> Judged:
        """Polls the feed, unless the lists want otherwise."""
        away = self._lists.standing(feed)
        if away:
            return Judged(after_away(feed, state, away, now(), self._config.list_check_s))
        return self._poll(feed, dataclasses.replace(state, away=""))

    def _poll(self, feed: Feed, state: PollState) -> Judged:
        client = self._fetcher.client
        answer = self._fetcher.submit(ask(client, feed, state, _LIVE_ATTEMPTS)).result()
        return judge(feed, state, answer, self._config.intervals)


def _pause_s(state: PollState) -> int:
    """Returns the pause in whole seconds, since Flink's runner would cut it shorter."""
    return max(1, math.ceil(state.pause_s))


def _following(judged: Judged) -> Polling:
    state = judged.polled.state
    due = judged.polled.status.last_poll + dt.timedelta(seconds=_pause_s(state))
    return Polling(state=state, due_ms=milliseconds(due), done=state.gone)
