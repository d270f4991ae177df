"""Lists of feeds as a source that does not end: each feed comes out when it is first listed."""

from collections.abc import Iterator, Sequence
from typing import Any

import apache_beam as beam
from apache_beam.coders import Coder
from apache_beam.io.watermark_estimators import ManualWatermarkEstimator
from apache_beam.transforms.window import TimestampedValue
from apache_beam.utils.timestamp import Duration

from schemas.ids import digest, milliseconds
from transforms.endless_restrictions import EndlessTracker, KnownFeeds
from transforms.event_times import raise_watermark, timestamp_of
from transforms.known_feeds import batches
from transforms.restrictions import RestrictionCoder
from transforms.web.clock import now
from transforms.web.feed_lists import Feed
from transforms.web.fetching import acquire, release
from transforms.web.http_config import FetchConfig
from transforms.web.listed_feeds import ListedFeeds
from transforms.web.to_come import ToCome
from transforms.web.urls import feed_key

_LISTS = ""
_TRACKER = beam.DoFn.RestrictionParam()
_WATERMARK = beam.DoFn.WatermarkEstimatorParam(ManualWatermarkEstimator.default_provider())


class WatchListsFn(beam.DoFn, beam.RestrictionProvider):
    """Puts out batches of feeds: at first all, then those that were never listed before.

    A feed that is no longer listed stays known: its own polling notices, and waits. State: 13
    characters for each feed that was ever listed.

    Args:
        joint: whose register hears of the feeds first, where one element estimates the watermark
            of all feeds (`transforms.event_times`); None where each has its own.
    """

    def __init__(
        self,
        names: Sequence[str],
        feeds: Sequence[Feed],
        check_s: float,
        joint: FetchConfig | None = None,
    ) -> None:
        self._lists = ListedFeeds(names, feeds)
        self._check_s = check_s
        self._joint = joint
        self._to_come = ToCome()

    def setup(self) -> None:
        if self._joint:
            self._fetcher = acquire(self._joint)
            self._to_come = self._fetcher.feeds_to_come

    def teardown(self) -> None:
        if self._joint:
            release(self._fetcher)

    def initial_restriction(self, element: Any) -> KnownFeeds:
        return KnownFeeds()

    def create_tracker(self, restriction: KnownFeeds) -> EndlessTracker[KnownFeeds]:
        return EndlessTracker(restriction)

    def restriction_coder(self) -> Coder:
        return RestrictionCoder()

    def restriction_size(self, element: Any, restriction: KnownFeeds) -> int:
        return int(not restriction.done)

    @beam.DoFn.unbounded_per_element()
    def process(
        self, element: Any, tracker: Any = _TRACKER, watermark: Any = _WATERMARK
    ) -> Iterator[Any]:
        known: KnownFeeds = tracker.current_restriction()
        if known.done:
            return
        looked_ms = milliseconds(now())
        raise_watermark(watermark, looked_ms)
        before = set(known.names)
        listed = {_name(feed): feed for feed in self._lists.feeds()}
        fresh = [name for name in listed if name not in before]
        if not tracker.try_claim(KnownFeeds((*known.names, *fresh))):
            return
        # What the next look brings is not older than that look.
        next_ms = looked_ms + round(self._check_s * 1000)
        for name in fresh:
            self._to_come.expect(listed[name].url, looked_ms)
        self._to_come.expect(_LISTS, next_ms)
        for batch in batches([listed[name] for name in fresh]):
            yield TimestampedValue(batch, timestamp_of(looked_ms))
        raise_watermark(watermark, next_ms)
        tracker.defer_remainder(Duration(seconds=self._check_s))


def _name(feed: Feed) -> str:
    return digest(feed_key(feed.url))[:13]
