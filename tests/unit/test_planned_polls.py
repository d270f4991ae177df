"""Polls that begin when they are due, against a real server; and the step that collects them."""

import datetime as dt
import itertools
import time
from collections.abc import Iterator

import pytest
from aiohttp import web
from apache_beam.io.watermark_estimators import ManualWatermarkEstimator

from schemas.ids import milliseconds
from schemas.records import FeedStatus
from tests.web_servers import Site, Until, site
from transforms.endless_restrictions import EndlessTracker, Polling
from transforms.known_feeds import KnownFeed
from transforms.poll_fns import PollFn
from transforms.web.feed_lists import Feed
from transforms.web.feeds_config import FeedsConfig
from transforms.web.fetching import Fetcher
from transforms.web.http_config import FetchConfig
from transforms.web.listed_feeds import ListedFeeds
from transforms.web.planned_polls import Away, PlannedPolls, Poll
from transforms.web.poll_state import PollState
from transforms.web.polling import Asked

LOOPBACK = FetchConfig(allow_networks=("127.0.0.0/8",), host_delay_s=0)
RSS = '<rss version="2.0"><channel><item><title>Dam</title><link>/dam</link></item></channel></rss>'


@pytest.fixture
def served() -> Iterator[Site]:
    with site() as one:
        one.text("/rss", RSS, "application/rss+xml")
        yield one


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    one = Fetcher(LOOPBACK)
    yield one
    one.close()


def plan(fetcher: Fetcher, feed: Feed, due_ms: int, lists: ListedFeeds | None = None) -> Poll:
    listed = lists or ListedFeeds((), [feed])
    return fetcher.polls.plan(fetcher.client, listed, feed, PollState(), due_ms)


def soon_ms(in_s: float) -> int:
    return round((time.time() + in_s) * 1000)


def test_a_poll_begins_when_it_is_due_and_waits_for_whoever_comes(
    served: Site, fetcher: Fetcher
) -> None:
    feed = Feed(url=served.url("/rss"), source="Gazette")
    due_ms, clock = 1_000_000, [999.8]
    polls = PlannedPolls(fetcher.submit, lambda: clock[0])
    listed = ListedFeeds((), [feed])

    def planned() -> Poll:
        return polls.plan(fetcher.client, listed, feed, PollState(), due_ms)

    poll = planned()
    assert poll.nothing_before_ms(due_ms - 200) == due_ms
    time.sleep(0.3)
    assert served.asked == []
    clock[0] = 1000.0
    assert isinstance(poll.work.result(), Asked)
    assert served.paths() == ["/rss"]
    assert poll.nothing_before_ms(due_ms) is None
    # Who comes later collects that poll; once it is collected, another one begins.
    assert planned() is poll
    polls.forget(feed, due_ms)
    assert planned() is not poll
    assert len(polls) == 1


def test_polls_that_are_overdue_take_turns(served: Site, fetcher: Fetcher) -> None:
    feeds = [Feed(url=served.url(f"/rss?{number}"), source="Gazette") for number in range(10)]
    began = [plan(fetcher, feed, 0).due_ms for feed in feeds]
    assert all(after - before >= 20 for before, after in itertools.pairwise(began))


def test_a_poll_that_nobody_comes_for_is_dropped_after_ten_minutes(fetcher: Fetcher) -> None:
    clock = [1000.0]
    polls = PlannedPolls(fetcher.submit, lambda: clock[0])
    feeds = [Feed(url=f"http://127.0.0.1:9/{n}", source="Gazette", paused=True) for n in range(2)]
    lists = ListedFeeds((), feeds)
    polls.plan(fetcher.client, lists, feeds[0], PollState(), 1_000_000).work.result()
    for passed_s, left in ((590, 2), (611, 1)):
        clock[0] = 1000.0 + passed_s
        polls.plan(fetcher.client, lists, feeds[1], PollState(), 1_590_000)
        assert len(polls) == left


def test_the_lists_are_looked_at_when_a_poll_is_due(served: Site, fetcher: Fetcher) -> None:
    feed = Feed(url=served.url("/rss"), source="Gazette", paused=True)
    assert plan(fetcher, feed, soon_ms(0.1)).work.result() == Away("paused")
    assert served.asked == []


def test_what_is_planned_ends_with_the_fetcher(served: Site) -> None:
    fetcher = Fetcher(LOOPBACK)
    poll = plan(fetcher, Feed(url=served.url("/rss"), source="Gazette"), soon_ms(3600))
    fetcher.close()
    assert poll.work.cancelled()
    assert served.asked == []


class Deferring(EndlessTracker):
    """Notes that the rest was deferred, as a runner does."""

    def defer_remainder(self, _: object) -> None:
        self.try_split(0)


def visit(step: PollFn, known: KnownFeed, polling: Polling) -> tuple[list[FeedStatus], int]:
    """Looks after a feed once; returns what came of it, and the watermark, 0 where it stays."""
    watermark = ManualWatermarkEstimator(None)
    out = step.process(known, Deferring(polling), watermark)
    statuses = [one.value.polled.status for one in out]
    stands = watermark.current_watermark()
    return statuses, stands.micros // 1000 if stands else 0


def test_no_visit_waits_for_a_feed(served: Site) -> None:
    held: list[int] = []
    often_visited = Until(lambda: len(held) > 20 and held[-1] > held[0])

    async def slow(_: web.Request) -> web.Response:
        await often_visited.wait()
        return web.Response(text=RSS, content_type="application/rss+xml")

    served.answers["/slow"] = slow
    known = KnownFeed(feed=Feed(url=served.url("/slow"), source="Gazette"), state=PollState())
    step = PollFn(FeedsConfig(fetch=LOOPBACK), ListedFeeds((), [known.feed]))
    polling = step.initial_restriction(known)
    step.setup()
    while True:
        statuses, watermark_ms = visit(step, known, polling)
        if statuses:
            break
        held += [watermark_ms] if watermark_ms else []
        time.sleep(0.01)
    step.teardown()
    # The slow feed does not hold the others' time; what it brings is not older than that.
    assert often_visited.came and held == sorted(held)
    (status,) = statuses
    assert milliseconds(status.last_poll) >= held[-1]
    assert watermark_ms == milliseconds(status.last_poll + dt.timedelta(seconds=300))
    assert served.paths() == ["/slow"]


def test_a_poll_that_was_lost_with_its_worker_is_made_again(served: Site) -> None:
    known = KnownFeed(feed=Feed(url=served.url("/rss"), source="Gazette"), state=PollState())
    for _ in range(2):
        step = PollFn(FeedsConfig(fetch=LOOPBACK), ListedFeeds((), [known.feed]))
        step.setup()
        visit(step, known, Polling(state=PollState()))
        deadline = time.monotonic() + 30
        while not (found := visit(step, known, Polling(state=PollState()))[0]):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        step.teardown()
        assert [one.status for one in found] == ["ok"]
    assert served.paths() == ["/rss", "/rss"]
