"""ReadFeeds: polls feeds, each at its own pace, for as long as the pipeline runs; or once."""

from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple

import apache_beam as beam
from apache_beam.metrics import Metrics
from apache_beam.pvalue import TaggedOutput

from schemas.memory import MemoryConfig
from schemas.records import FeedStatus, Fetched, Item, Rejected
from transforms.known_feeds import RecallPollsFn, Ticks, batches
from transforms.poll_fns import METRICS, PollFn, PollOnceFn
from transforms.watch_lists_fn import WatchListsFn
from transforms.web.feed_lists import Feed
from transforms.web.feeds_config import FeedsConfig
from transforms.web.listed_feeds import ListedFeeds
from transforms.web.polling import Judged

_TAGS = ("exchanges", "statuses", "rejected")
_Tagged = (
    TaggedOutput[Literal["exchanges"], Fetched]
    | TaggedOutput[Literal["statuses"], FeedStatus]
    | TaggedOutput[Literal["rejected"], Rejected]
)


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

    Polls are counted by status under the metrics `METRICS`.

    Unbounded, unless `config.once`. Poll state (ETag, seen entries, interval) lies in each feed's
    restriction, so that a runner with durable state goes on where it stopped; on others, and for
    `once`, it starts from the `feeds` documents of `memory`. An entry is delivered at least once.

    A feed's watermark is its next poll's time: what comes next cannot be older, so that the
    slowest feed holds nobody up.

    With `lists`, files that the workers must be able to read, a stream takes up what changes in
    them: new feeds, and those that are paused, removed, and listed again. A feed that is paused or
    removed says so in its status, and keeps its state. `feeds` are then what the lists say at the
    start (`read_feed_lists`), or none; one that no list names counts as removed.

    `joint_watermark` is for Prism: see `transforms.event_times`.
    """

    def __init__(
        self,
        feeds: Sequence[Feed],
        config: FeedsConfig,
        memory: MemoryConfig | None = None,
        lists: Sequence[str] = (),
        *,
        joint_watermark: bool = False,
    ) -> None:
        super().__init__()
        self._joint = joint_watermark
        self._feeds = tuple(feeds)
        self._config = config
        self._memory = memory
        self._lists = tuple(lists)

    def expand(self, pbegin: beam.pvalue.PBegin) -> FeedsRead:
        """Returns items, exchanges, statuses and rejects."""
        # Without feeds and lists there is nothing to wait for, and the graph stays bounded.
        bounded = self._config.once or not (self._feeds or self._lists)
        recalled = self._listed(pbegin, bounded) | "RecallPolls" >> beam.ParDo(
            RecallPollsFn(self._memory, unbounded=not bounded)
        )
        poll: beam.DoFn
        if bounded:
            poll = PollOnceFn(self._config)
        else:
            recalled = recalled | "EachFeed" >> beam.FlatMap(tuple)
            if self._joint:
                ticks = pbegin | "Ticks" >> beam.Create([Ticks()], reshuffle=False)
                recalled = (recalled, ticks) | "FlattenTicks" >> beam.Flatten()
            lists = ListedFeeds(self._lists, self._feeds)
            poll = PollFn(self._config, lists, joint=self._joint)
        # A splittable step with one output is what every runner does best.
        judged = recalled | "Poll" >> beam.ParDo(poll)
        polled = judged | "Sort" >> beam.ParDo(_SortFn()).with_outputs(*_TAGS, main="items")
        return FeedsRead(polled.items, polled.exchanges, polled.statuses, polled.rejected)

    def _listed(self, pbegin: beam.pvalue.PBegin, bounded: bool) -> Any:
        """Returns the feeds, in batches."""
        if (self._lists or self._joint) and not bounded:
            joint = self._config.fetch if self._joint else None
            watch = WatchListsFn(self._lists, self._feeds, self._config.list_check_s, joint)
            source = pbegin | "ListFeeds" >> beam.Create([self._lists], reshuffle=False)
            return source | "WatchLists" >> beam.ParDo(watch).with_output_types(tuple[Feed, ...])
        polled = [feed for feed in self._feeds if not (bounded and feed.paused)]
        return pbegin | "ListFeeds" >> beam.Create([*batches(polled)], reshuffle=False)


class _SortFn(beam.DoFn):
    """Hands out what a poll brought."""

    def process(self, judged: Judged) -> Iterator[Item | _Tagged]:
        yield from judged.polled.items
        for exchange in judged.exchanges:
            yield _tagged("exchanges", exchange)
        for rejected in judged.rejected:
            yield _tagged("rejected", rejected)
        status = judged.polled.status
        Metrics.counter(METRICS, status.status).inc()
        yield _tagged("statuses", status)


def _tagged(tag: str, value: Any) -> Any:
    """Returns a tagged output; typed by the DoFn's own result type."""
    return TaggedOutput(tag, value)
