"""The steps that poll: a batch of feeds once, or each feed for as long as the pipeline runs."""

import dataclasses
import datetime as dt
import math
import time
from collections.abc import Iterator
from typing import Any

import apache_beam as beam
from apache_beam.coders import Coder
from apache_beam.io.watermark_estimators import ManualWatermarkEstimator
from apache_beam.transforms.window import TimestampedValue
from apache_beam.utils.timestamp import Duration

from schemas.ids import milliseconds
from transforms.endless_restrictions import EndlessTracker, Polling
from transforms.event_times import raise_watermark, timestamp_of
from transforms.known_feeds import KnownFeed
from transforms.restrictions import RestrictionCoder
from transforms.web.clock import now
from transforms.web.feed_lists import Feed
from transforms.web.feed_polls import after_away
from transforms.web.fetching import Fetcher, acquire, release
from transforms.web.http_config import FetchConfig
from transforms.web.listed_feeds import ListedFeeds
from transforms.web.planned_polls import Away, Poll
from transforms.web.poll_state import Intervals, PollState
from transforms.web.polling import Asked, Judged, ask, judge

_EARLY_S = 0.05
_TRACKER = beam.DoFn.RestrictionParam()
_WATERMARK = beam.DoFn.WatermarkEstimatorParam(ManualWatermarkEstimator.default_provider())


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class FeedsConfig:
    """How feeds are polled.

    Attributes:
        once: poll each feed one time and end; a bounded source.
        list_check_s: how often the lists of feeds are looked at, in whole seconds.
        min_interval_s, max_interval_s: bounds of the pause between polls of a feed.
        fetch: how they are asked for.
    Raises:
        ValueError: a bound or pause makes no sense.
    """

    once: bool = False
    list_check_s: int = 30
    min_interval_s: float = 300.0
    max_interval_s: float = 21_600.0
    fetch: FetchConfig = dataclasses.field(default_factory=FetchConfig)

    def __post_init__(self) -> None:
        _ = self.intervals  # which are checked as they are made
        if self.list_check_s < 1:
            raise ValueError("list_check_s: lists are looked at once a second at most")

    @property
    def intervals(self) -> Intervals:
        """The bounds of the pause."""
        return Intervals(min_s=self.min_interval_s, max_s=self.max_interval_s)


class _FetchingFn(beam.DoFn):
    """Holds the process's client."""

    def __init__(self, config: FeedsConfig) -> None:
        self._config = config

    def setup(self) -> None:
        self._fetcher: Fetcher = acquire(self._config.fetch)

    def teardown(self) -> None:
        release(self._fetcher)


class PollOnceFn(_FetchingFn):
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
    return TimestampedValue(judged, timestamp_of(milliseconds(judged.polled.status.last_poll)))


class PollFn(_FetchingFn, beam.RestrictionProvider):
    """Takes in a feed's poll when it has ended, plans the next one, and defers the rest to it.

    The poll itself begins when it is due, in the process's own time (`PlannedPolls`). A bundle
    waits for no feed, and one that comes late makes no poll late.

    A feed that the lists name no more, or as paused, is looked after as often as the lists are.
    """

    def __init__(self, config: FeedsConfig, lists: ListedFeeds) -> None:
        super().__init__(config)
        self._lists = lists

    def initial_restriction(self, element: KnownFeed) -> Polling:
        return Polling(state=element.state, done=element.state.gone)

    def create_tracker(self, restriction: Polling) -> EndlessTracker[Polling]:
        return EndlessTracker(restriction)

    def restriction_coder(self) -> Coder:
        return RestrictionCoder()

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
        feed = element.feed
        poll = self._planned(feed, polling)
        if not poll.work.done():
            self._wait(poll, tracker, watermark)
            return
        judged = self._judged(feed, polling.state, poll.work.result())
        following = _following(judged)
        if not tracker.try_claim(following):
            return
        self._fetcher.polls.forget(feed, polling.due_ms)
        if judged.polled.state.away != polling.state.away or not judged.polled.state.away:
            yield _timed(judged)
        if not following.done:
            self._planned(feed, following)
            raise_watermark(watermark, following.due_ms)
            tracker.defer_remainder(_until(following.due_ms))

    def _planned(self, feed: Feed, polling: Polling) -> Poll:
        return self._fetcher.polls.plan(
            self._fetcher.client, self._lists, feed, polling.state, polling.due_ms
        )

    @staticmethod
    def _wait(poll: Poll, tracker: Any, watermark: Any) -> None:
        """Defers to when the poll begins, or by a second where it has begun."""
        now_ms = milliseconds(now())
        if poll.visited and poll.due_ms > now_ms:
            # Only Beam's in-process runner comes early; it would come again at once, all day.
            time.sleep(_EARLY_S)
        nothing_before_ms = poll.nothing_before_ms(now_ms)
        if nothing_before_ms is not None:
            raise_watermark(watermark, nothing_before_ms)
        tracker.defer_remainder(_until(poll.due_ms))

    def _judged(self, feed: Feed, state: PollState, answer: Asked | Away) -> Judged:
        """Returns what a poll came to, or that the lists did not want it."""
        intervals = self._config.intervals
        match answer:
            case Away(standing):
                pause_s = self._config.list_check_s
                return Judged(after_away(feed, state, standing, now(), pause_s))
            case Asked():
                return judge(feed, dataclasses.replace(state, away=""), answer, intervals)


def _until(due_ms: int) -> Duration:
    """Returns the time until then in whole seconds, since Flink's runner would cut it shorter."""
    return Duration(seconds=max(1, math.ceil((due_ms - milliseconds(now())) / 1000)))


def _following(judged: Judged) -> Polling:
    state = judged.polled.state
    due = judged.polled.status.last_poll + dt.timedelta(seconds=state.pause_s)
    return Polling(state=state, due_ms=milliseconds(due), done=state.gone)
