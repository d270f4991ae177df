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
from apache_beam.metrics import Metrics
from apache_beam.transforms.window import TimestampedValue
from apache_beam.utils.timestamp import Duration

from schemas.ids import milliseconds
from transforms.endless_restrictions import EndlessTracker, Polling
from transforms.event_times import SETTLED, raise_watermark, timestamp_of
from transforms.known_feeds import KnownFeed, Ticks
from transforms.restrictions import RestrictionCoder
from transforms.web.clock import now
from transforms.web.feed_lists import Feed
from transforms.web.feed_polls import after_away
from transforms.web.feeds_config import FeedsConfig
from transforms.web.fetching import Fetcher, acquire, release
from transforms.web.listed_feeds import ListedFeeds
from transforms.web.planned_polls import Away, Poll
from transforms.web.poll_state import PollState
from transforms.web.polling import Asked, Judged, ask, judge

METRICS = "newsbeam.feeds"
RESTING = "resting"
"""The counter of feeds that were not asked, beside those of the polls by status."""

_EARLY_S = 0.05
_SOON_S = 0.25
_TICK = Duration(_SOON_S)
_TRACKER = beam.DoFn.RestrictionParam()
_WATERMARK = beam.DoFn.WatermarkEstimatorParam(ManualWatermarkEstimator.default_provider())


class _FetchingFn(beam.DoFn):
    """Holds the process's client."""

    def __init__(self, config: FeedsConfig) -> None:
        self._config = config

    def setup(self) -> None:
        self._fetcher: Fetcher = acquire(self._config.fetch)

    def teardown(self) -> None:
        release(self._fetcher)


class PollOnceFn(_FetchingFn):
    """Polls the feeds of a batch, all at the same time; those that rest are counted alone."""

    def process(self, batch: tuple[KnownFeed, ...]) -> Iterator[Judged]:
        client = self._fetcher.client
        awake = [one for one in batch if not _rests(one.state)]
        Metrics.counter(METRICS, RESTING).inc(len(batch) - len(awake))
        asked = [
            (one, self._fetcher.submit(ask(client, one.feed, one.state, attempts=0)))
            for one in awake
        ]
        for one, asking in asked:
            answer = asking.result()
            judged = judge(one.feed, one.state, answer, self._config.intervals)
            yield _timed(judged, answer)


def _rests(state: PollState) -> bool:
    return state.rests_until is not None and now() < state.rests_until


def _timed(judged: Judged, answer: Asked | Away) -> Any:
    """Returns what a poll brought, at the time of its last answer."""
    ended = judged.polled.status.last_poll if isinstance(answer, Away) else answer.ended_at
    return TimestampedValue(judged, timestamp_of(milliseconds(ended)))


class PollFn(_FetchingFn, beam.RestrictionProvider):
    """Takes in a feed's poll when it has ended, plans the next one, and defers the rest to it.

    The poll itself begins when it is due, in the process's own time (`PlannedPolls`). A bundle
    waits for no feed, and one that comes late makes no poll late.

    A feed that the lists name no more, or as paused, is looked after as often as the lists are.

    Args:
        joint: whether `Ticks` estimates the watermark of all feeds (`transforms.event_times`).
    """

    def __init__(self, config: FeedsConfig, lists: ListedFeeds, *, joint: bool = False) -> None:
        super().__init__(config)
        self._lists = lists
        self._joint = joint

    def initial_restriction(self, element: KnownFeed | Ticks) -> Polling:
        if isinstance(element, Ticks):
            return Polling(state=PollState())
        until = element.state.rests_until
        return Polling(state=element.state, due_ms=milliseconds(until) if until else 0)

    def create_tracker(self, restriction: Polling) -> EndlessTracker[Polling]:
        return EndlessTracker(restriction)

    def restriction_coder(self) -> Coder:
        return RestrictionCoder()

    def restriction_size(self, element: KnownFeed | Ticks, restriction: Polling) -> int:
        return 0 if restriction.done else 1

    @beam.DoFn.unbounded_per_element()
    def process(
        self,
        element: KnownFeed | Ticks,
        tracker: Any = _TRACKER,
        watermark: Any = _WATERMARK,
    ) -> Iterator[Judged]:
        if isinstance(element, Ticks):
            self._tick(tracker, watermark)
            return
        polling: Polling = tracker.current_restriction()
        feed = element.feed
        if polling.done:
            return
        if self._joint:
            # What the calls before gave out is in the runner's hands.
            self._fetcher.feeds_to_come.expect(feed.url, polling.due_ms)
        poll = self._planned(feed, polling)
        if not poll.work.done():
            self._wait(feed, poll, tracker, watermark)
            return
        answer = poll.work.result()
        judged = self._judged(feed, polling.state, answer)
        following = _following(judged)
        if not tracker.try_claim(following):
            return
        self._fetcher.polls.forget(feed, polling.due_ms)
        if judged.polled.state.away != polling.state.away or not judged.polled.state.away:
            yield _timed(judged, answer)
        self._planned(feed, following)
        if self._joint:
            tracker.defer_remainder(SETTLED)
        else:
            raise_watermark(watermark, following.due_ms)
            tracker.defer_remainder(self._until(following.due_ms))

    def _tick(self, tracker: Any, watermark: Any) -> None:
        """Estimates the watermark for all feeds of the process."""
        raise_watermark(watermark, self._fetcher.feeds_to_come.earliest_ms())
        tracker.defer_remainder(_TICK)

    def _planned(self, feed: Feed, polling: Polling) -> Poll:
        return self._fetcher.polls.plan(
            self._fetcher.client, self._lists, feed, polling.state, polling.due_ms
        )

    def _wait(self, feed: Feed, poll: Poll, tracker: Any, watermark: Any) -> None:
        """Defers to when the poll begins, or by a second where it has begun."""
        if poll.visited and poll.due_ms > milliseconds(now()) and not self._joint:
            # Only Beam's in-process runner comes early; it would come again at once, all day.
            time.sleep(_EARLY_S)
        nothing_before_ms = poll.nothing_before_ms(self._fetcher.heard_ms)
        if nothing_before_ms is not None:
            if self._joint:
                self._fetcher.feeds_to_come.expect(feed.url, nothing_before_ms)
            else:
                raise_watermark(watermark, nothing_before_ms)
        tracker.defer_remainder(self._until(poll.due_ms))

    def _until(self, due_ms: int) -> Duration:
        """Returns the time until a poll that is due then is looked after again.

        In whole seconds, since Flink's runner would cut it shorter. Where the watermark is joint,
        one that is not taken in holds up all the others.
        """
        left_s = (due_ms - milliseconds(now())) / 1000
        if self._joint:
            return Duration(max(left_s, 0) + min(max(-left_s, _SOON_S), 1))
        return Duration(max(1, math.ceil(left_s)))

    def _judged(self, feed: Feed, state: PollState, answer: Asked | Away) -> Judged:
        """Returns what a poll came to, or that the lists did not want it."""
        intervals = self._config.intervals
        match answer:
            case Away(standing):
                pause_s = self._config.list_check_s
                return Judged(after_away(feed, state, standing, now(), pause_s))
            case Asked():
                return judge(feed, dataclasses.replace(state, away=""), answer, intervals)


def _following(judged: Judged) -> Polling:
    state = judged.polled.state
    due = judged.polled.status.last_poll + dt.timedelta(seconds=state.pause_s)
    return Polling(state=state, due_ms=milliseconds(due))
