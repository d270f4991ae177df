"""What a process still waits for, as one watermark."""

import asyncio
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future

import pytest
from aiohttp import web
from apache_beam.io.watermark_estimators import ManualWatermarkEstimator
from hypothesis import given
from hypothesis import strategies as st

from schemas.records import Fetched, Item, Origin
from tests.unit.test_listed_feeds import Looking
from tests.web_servers import Site, site
from transforms.endless_restrictions import KnownFeeds, Polling
from transforms.fetch_pages import _FetchBatchFn
from transforms.known_feeds import KnownFeed, Ticks
from transforms.page_batches import PageBatch, PagesLeft, PagesLeftTracker, Wanted
from transforms.poll_fns import PollFn
from transforms.watch_lists_fn import WatchListsFn
from transforms.web.clock import now
from transforms.web.feed_lists import Feed
from transforms.web.feeds_config import FeedsConfig
from transforms.web.fetching import _RESOLVING, Fetcher
from transforms.web.http_config import FetchConfig
from transforms.web.listed_feeds import ListedFeeds
from transforms.web.poll_state import PollState
from transforms.web.to_come import ToCome

_SITEMAP = (
    "<{0} xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><{1}><loc>{2}</loc></{1}></{0}>"
)
LOOPBACK = FetchConfig(allow_networks=("127.0.0.0/8",), host_delay_s=0)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 9) | st.none())))
def test_the_earliest_of_what_has_not_ended(steps: list[tuple[str, int | None]]) -> None:
    to_come, since = ToCome(), dict[str, int]()
    for name, since_ms in steps:
        if since_ms is None:
            to_come.ended(name)
            since.pop(name, None)
        else:
            to_come.expect(name, since_ms)
            since[name] = max(since_ms, since.get(name, 0))
        assert to_come.earliest_ms() == min(since.values(), default=0)


def test_time_stands_while_the_loop_does() -> None:
    fetcher = Fetcher(LOOPBACK)
    stopped, go_on = threading.Event(), threading.Event()

    def stop() -> None:
        stopped.set()
        go_on.wait()

    try:
        fetcher._loop.call_soon_threadsafe(stop)
        stopped.wait()
        stands = fetcher.heard_ms
        time.sleep(0.3)
        assert fetcher.heard_ms == stands
        go_on.set()
        deadline = time.monotonic() + 30
        while fetcher.heard_ms < stands + 300:
            assert time.monotonic() < deadline
            time.sleep(0.01)
    finally:
        go_on.set()
        fetcher.close()


class Joint:
    """The steps of a stream that estimate one watermark for all of their elements."""

    def __init__(self, *feeds: Feed, often_s: float = 300.0) -> None:
        lists = ListedFeeds((), feeds)
        self.watch = WatchListsFn((), feeds, 3600, LOOPBACK)
        config = FeedsConfig(fetch=LOOPBACK, min_interval_s=often_s, max_interval_s=often_s)
        self.polls = PollFn(config, lists, joint=True)
        self.pages = _FetchBatchFn(LOOPBACK, joint=True)
        for step in (self.watch, self.polls, self.pages):
            step.setup()

    def close(self) -> None:
        for step in (self.watch, self.polls, self.pages):
            step.teardown()

    def watermark_ms(self) -> int:
        """What the feeds' watermark is said to be, 0 where nothing is known."""
        watermark = ManualWatermarkEstimator(None)
        ticks = Ticks()
        tracker = Looking(self.polls.initial_restriction(ticks))
        assert list(self.polls.process(ticks, tracker, watermark)) == []
        return int(watermark.current_watermark().micros) // 1000

    def listed_ms(self) -> int:
        """Looks at the lists once; returns when."""
        watermark, tracker = ManualWatermarkEstimator(None), Looking(KnownFeeds())
        (batch,) = self.watch.process(None, tracker, watermark)
        return int(batch.timestamp.micros) // 1000

    def visit(self, feed: Feed, polling: Polling) -> tuple[int | None, Polling]:
        """Looks after a feed once; returns the time of its poll, if that came, and what is left."""
        watermark, tracker = ManualWatermarkEstimator(None), Looking(polling)
        known = KnownFeed(feed=feed, state=PollState())
        polled = [one.timestamp for one in self.polls.process(known, tracker, watermark)]
        assert watermark.current_watermark() is None
        left = getattr(tracker, "left", polling)
        return (int(polled[0].micros) // 1000 if polled else None), left

    def polled(self, feed: Feed, polling: Polling) -> tuple[int, Polling]:
        """Looks after a feed until its poll has come."""
        deadline = time.monotonic() + 30
        while True:
            at_ms, polling = self.visit(feed, polling)
            if at_ms is not None:
                return at_ms, polling
            assert time.monotonic() < deadline
            time.sleep(0.01)


@pytest.fixture
def outlets() -> Iterator[tuple[Site, Site]]:
    with site() as one, site("127.0.0.2") as other:
        yield one, other


def test_no_feed_speaks_for_another(outlets: tuple[Site, Site]) -> None:
    quick, slow = (Feed(url=outlet.url("/rss"), source="Gazette") for outlet in outlets)
    answer = threading.Event()

    async def answered(_: web.Request) -> web.Response:
        await asyncio.to_thread(answer.wait, 30)
        return web.Response(text="<rss version='2.0'><channel/></rss>")

    outlets[0].text("/rss", "<rss version='2.0'><channel/></rss>")
    outlets[1].answers["/rss"] = answered
    joint = Joint(quick, slow)
    assert joint.watermark_ms() == 0
    listed_ms = joint.listed_ms()
    # Nobody has looked after a feed, but both are listed.
    assert joint.watermark_ms() == listed_ms
    _, waiting = joint.visit(slow, Polling(state=PollState()))
    quick_ms, settling = joint.polled(quick, Polling(state=PollState()))
    # What the quick one brought is not in the runner's hands before its next call.
    assert listed_ms <= joint.watermark_ms() <= quick_ms
    _, quick_left = joint.visit(quick, settling)
    assert quick_left.due_ms > quick_ms
    before_ms = joint.watermark_ms()
    answer.set()
    slow_ms, settling = joint.polled(slow, waiting)
    assert before_ms <= joint.watermark_ms() <= slow_ms
    _, slow_left = joint.visit(slow, settling)
    assert joint.watermark_ms() == min(quick_left.due_ms, slow_left.due_ms)
    joint.close()


def test_an_answer_does_not_wait_for_names(outlets: tuple[Site, Site]) -> None:
    feed = Feed(url=outlets[0].url("/rss"), source="Gazette")
    outlets[0].text("/rss", "<rss version='2.0'><channel/></rss>")
    joint = Joint(feed)
    name_servers = threading.Event()
    for _ in range(_RESOLVING):
        joint.polls._fetcher._resolving.submit(name_servers.wait, 60)
    try:
        joint.polled(feed, Polling(state=PollState()))
        assert not name_servers.is_set()
    finally:
        name_servers.set()
        joint.close()


def test_a_feed_that_is_always_due_again_when_it_is_looked_after_holds_nobody(
    outlets: tuple[Site, Site],
) -> None:
    feed = Feed(url=outlets[0].url("/rss"), source="Gazette")
    outlets[0].text("/rss", "<rss version='2.0'><channel/></rss>")
    joint = Joint(feed, often_s=0.1)
    joint.listed_ms()
    polling = Polling(state=PollState())
    for _ in range(3):
        polled_ms, polling = joint.polled(feed, polling)
        while not joint.polls._planned(feed, polling).work.done():
            time.sleep(0.01)
    joint.visit(feed, polling)
    assert joint.watermark_ms() > polled_ms
    joint.close()


def test_an_index_has_the_time_of_its_last_sitemap(outlets: tuple[Site, Site]) -> None:
    index, other = outlets
    answer = threading.Event()

    async def answered(_: web.Request) -> web.Response:
        await asyncio.to_thread(answer.wait, 30)
        return web.Response(text=_SITEMAP.format("urlset", "url", index.url("/news")))

    index.text("/index", _SITEMAP.format("sitemapindex", "sitemap", other.url("/map")))
    other.answers["/map"] = answered
    feed = Feed(url=index.url("/index"), source="Gazette")
    joint = Joint(feed)
    listed_ms = joint.listed_ms()
    polling = Polling(state=PollState())
    deadline = time.monotonic() + 30
    while not other.asked or joint.watermark_ms() < listed_ms + 500:
        _, polling = joint.visit(feed, polling)
        assert time.monotonic() < deadline
        time.sleep(0.01)
    stands = joint.watermark_ms()
    answer.set()
    polled_ms, _ = joint.polled(feed, polling)
    assert polled_ms >= stands
    joint.close()


class Collecting(PagesLeftTracker):
    """Keeps what is left to a later call, as a runner does."""

    def defer_remainder(self, _: object) -> None:
        split = self.try_split(0)
        assert split is not None
        self._left = split[1]
        self._claimed, self._ended = set(), False


def test_a_batch_of_pages_holds_time_until_they_are_in_the_runners_hands() -> None:
    with site() as served:
        served.text("/a", "body")
        wanted = (Wanted(_item(served.url("/a")), 0),)
        batch = PageBatch(host="127.0.0.1", wanted=wanted)
        joint = Joint()
        tracker = Collecting(joint.pages.initial_restriction(batch))
        to_come = joint.pages._fetcher.pages_to_come
        watermark = ManualWatermarkEstimator(None)
        deadline = time.monotonic() + 30
        while not (given := list(joint.pages.process(batch, tracker, watermark))):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        page_ms = given[0].timestamp.micros // 1000
        assert to_come.earliest_ms() <= page_ms
        stands = watermark.current_watermark()
        assert stands is not None and stands.micros // 1000 <= page_ms
        assert tracker.current_restriction() == PagesLeft((1,))
        assert list(joint.pages.process(batch, tracker, watermark)) == []
        assert tracker.check_done() and to_come.earliest_ms() == 0
        joint.close()


def test_a_batch_is_known_before_anything_is_asked_for() -> None:
    joint = Joint()
    asked_since: list[int] = []

    def ask(_: Item) -> Future[Fetched]:
        asked_since.append(joint.pages._fetcher.pages_to_come.earliest_ms())
        return Future()

    joint.pages._ask = ask  # type: ignore[method-assign]
    batch = PageBatch(host="a.example", wanted=(Wanted(_item("https://a.example/"), 5_000),))
    tracker = Collecting(joint.pages.initial_restriction(batch))
    assert list(joint.pages.process(batch, tracker, ManualWatermarkEstimator(None))) == []
    assert asked_since == [5]
    joint.close()


def _item(url: str) -> Item:
    return Item(
        key=url,
        origin=Origin(source="Gazette", feed="https://x/rss"),
        url=url,
        title="A",
        fetched_at=now(),
    )
