"""ReadFeeds against a real server, on Beam's in-process runners."""

import dataclasses
import datetime as dt
import gzip
import json
import time
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiohttp import web
from apache_beam.io.watermark_estimators import ManualWatermarkEstimator
from apache_beam.runners.sdf_utils import RestrictionTrackerView, ThreadsafeRestrictionTracker
from apache_beam.testing.test_pipeline import TestPipeline

from pipeline.cli import main
from schemas.documents import document_of
from schemas.ids import milliseconds
from schemas.records import FeedStatus, Fetched, Item, Rejected
from tests.beam.kept import Kept, keep, load
from tests.ended_polls import end_polls_at_404
from tests.web_servers import Site, site
from transforms.endless_restrictions import EndlessTracker, Polling
from transforms.known_feeds import KnownFeed
from transforms.poll_fns import PollFn
from transforms.read_feeds import ReadFeeds
from transforms.web.clock import now
from transforms.web.feed_lists import Feed
from transforms.web.feeds_config import FeedsConfig
from transforms.web.http_config import FetchConfig
from transforms.web.listed_feeds import ListedFeeds
from transforms.web.poll_state import PollState

ONCE = FeedsConfig(
    once=True, fetch=FetchConfig(allow_networks=("127.0.0.0/8",), host_delay_s=0, backoff_s=0.01)
)
RSS = """<rss version="2.0"><channel><title>Gazette</title><language>en-gb</language>
<item><title>Dam holds &amp;amp; town stays</title><link>/dam?utm_source=rss</link>
<description>It &lt;b&gt;held&lt;/b&gt;.</description>
<pubDate>Mon, 02 Nov 2026 08:00:00 GMT</pubDate></item>
<item><title>Nowhere to go</title></item></channel></rss>"""


@pytest.fixture
def served() -> Iterator[Site]:
    with site() as one:
        yield one


@dataclasses.dataclass(frozen=True)
class Remembered:
    """A memory of `feeds` documents."""

    documents: tuple[dict[str, Any], ...]

    def open(self) -> "Remembered":
        return self

    def find(self, family: str, field: str, values: Sequence[str], **_: Any) -> Iterator[Any]:
        assert (family, field) in {("feeds", "feed"), ("outcomes", "key")}
        return iter([one for one in self.documents if one.get(field) in values])

    def close(self) -> None:
        pass


def poll(tmp_path: Path, feeds: Sequence[Feed], memory: Remembered | None = None) -> list[Kept]:
    kept = tmp_path / "kept"
    kept.write_bytes(b"")
    with TestPipeline(runner="FnApiRunner") as pipeline:
        keep(pipeline | ReadFeeds(feeds, ONCE, memory), kept)
    return list(load(kept))


def of_kind(kept: list[Kept], kind: type) -> list[Any]:
    return [one.element for one in kept if isinstance(one.element, kind)]


def feed(served: Site, path: str) -> Feed:
    return Feed(url=served.url(path), source="Gazette")


@pytest.mark.parametrize("lists", [["outlets.toml"], []])
def test_without_feeds_a_stream_waits_for_those_of_its_lists(lists: list[str]) -> None:
    read = TestPipeline(runner="FnApiRunner") | ReadFeeds([], FeedsConfig(), lists=lists)
    assert read.items.is_bounded == (not lists)


def test_one_poll_of_each_feed(served: Site, tmp_path: Path) -> None:
    served.text("/rss", RSS, "application/rss+xml")
    served.text("/page", "<html>no feed</html>")
    served.status("/gone", 410)
    feeds = [feed(served, path) for path in ("/rss", "/page", "/gone", "/missing")]
    kept = poll(tmp_path, feeds)

    (item,) = of_kind(kept, Item)
    assert (item.title, item.summary, item.language) == ("Dam holds & town stays", "It held.", "en")
    assert (item.key, item.url) == (served.url("/dam"), served.url("/dam?utm_source=rss"))
    assert (item.origin.source, item.origin.feed) == ("Gazette", served.url("/rss"))
    statuses = {one.feed: one.status for one in of_kind(kept, FeedStatus)}
    assert list(map(statuses.get, (one.url for one in feeds))) == [
        *("ok", "unreadable", "failing", "failing")
    ]
    assert {one.error for one in of_kind(kept, Rejected)} == {"UnusableEntry", "UnreadableFeed"}
    assert {one.feed for one in of_kind(kept, Fetched)} == {one.url for one in feeds[:2]}
    (micros,) = (one.micros for one in kept if one.element == item)
    assert micros == milliseconds(item.fetched_at) * 1000


def test_a_poll_of_all_feeds_tells_how_many_failed(
    served: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    served.text("/rss", RSS, "application/rss+xml")
    served.text("/page", "<html>no feed</html>")
    served.status("/gone", 410)
    sinks = ("--output_dir", str(tmp_path / "out"), "--allow_networks", "127.0.0.0/8")
    once = ["stream", "--once", *sinks, "--host_delay_s", "0", "--max_rejected", "-1", "--feeds"]
    urls = [served.url(path) for path in ("/rss", "/page", "/gone", "/missing")]
    assert main([*once, *urls]) == 0
    told = capsys.readouterr().err.splitlines()[-1]
    assert told.endswith("; 3 of 4 feeds failed (the documents `feeds` say why)")
    assert main([*once, urls[0]]) == 0
    assert "failed" not in capsys.readouterr().err


def test_the_next_run_asks_only_for_what_changed(served: Site, tmp_path: Path) -> None:
    served.text("/rss", RSS, "application/rss+xml", ETag='"1"')
    first = poll(tmp_path, [feed(served, "/rss")])
    (status,) = of_kind(first, FeedStatus)
    (unusable,) = of_kind(first, Rejected)
    keys = (served.url("/dam"), unusable.key)
    ended = [{"key": key, "at": "2026-11-01T08:00:00.000Z"} for key in keys]
    memory = Remembered(({"feed": status.feed, "state": status.state}, *ended))

    second = poll(tmp_path, [feed(served, "/rss")], memory)
    assert served.asked[-1][2]["If-None-Match"] == '"1"'
    assert [one.status for one in of_kind(second, FeedStatus)] == ["not_modified"]
    assert not of_kind(second, Item) and not of_kind(second, Fetched)

    changed = RSS.replace("Dam holds", "Dam breaks")
    served.text("/rss", changed, "application/rss+xml")
    third = poll(tmp_path, [feed(served, "/rss")], memory)
    assert [item.title for item in of_kind(third, Item)] == ["Dam breaks & town stays"]


def test_the_document_says_why_a_feed_is_quiet_at_each_poll(served: Site, tmp_path: Path) -> None:
    served.text("/new", RSS, "application/rss+xml")
    served.text("/empty", "<rss version='2.0'><channel><title>G</title></channel></rss>")
    served.text("/page", "<html>no feed</html>")
    served.status("/closed", 403)
    served.status("/broken", 500)
    private = Feed(url="http://10.0.0.1/rss", source="Gazette")
    paths = ("/new", "/empty", "/page", "/closed", "/broken")
    feeds = [*(feed(served, path) for path in paths), private]

    def quiet_after(memory: Remembered | None) -> tuple[Remembered, list[Any]]:
        kept = poll(tmp_path, feeds, memory)
        statuses = of_kind(kept, FeedStatus)
        documents = {one.feed: orjson.loads(document_of(one).source) for one in statuses}
        ended = [{"key": one.key} for one in (*of_kind(kept, Item), *of_kind(kept, Rejected))]
        told = [documents[one.url]["quiet"].partition(":")[0] for one in feeds]
        return Remembered((*documents.values(), *ended)), told

    memory, first = quiet_after(None)
    assert first == ["", "parsed empty", "unreadable", "blocked", "failing", "blocked"]
    _, second = quiet_after(memory)
    assert second == ["not modified", *first[1:]]


def test_what_a_killed_run_lost_comes_again(served: Site, tmp_path: Path) -> None:
    served.text("/rss", RSS, "application/rss+xml", ETag='"1"')
    first = poll(tmp_path, [feed(served, "/rss")])
    (status,) = of_kind(first, FeedStatus)
    memory = Remembered(({"feed": status.feed, "state": status.state},))

    second = poll(tmp_path, [feed(served, "/rss")], memory)
    assert "If-None-Match" not in served.asked[-1][2]
    assert [item.title for item in of_kind(second, Item)] == ["Dam holds & town stays"]


def test_a_feed_that_rests_is_asked_by_no_run_before_it_wants_to_be(
    served: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    served.answers["/rss"] = lambda _: web.Response(status=429, headers={"Retry-After": "900"})
    once = ("--once", "--output_dir", str(tmp_path), "--allow_networks", "127.0.0.0/8", "--feeds")
    for told in (
        "1 of 1 feeds failed",
        "1 not asked, since they want to be left alone or are gone",
    ):
        assert main(["stream", *once, served.url("/rss")]) == 0
        assert f"; {told} (the documents `feeds` say why)" in capsys.readouterr().err
        (kept,) = (json.loads(line) for line in (tmp_path / "feeds.jsonl").open())
        assert "; wants to be left alone until " in kept["quiet"]
    assert len(served.asked) == 1
    served.text("/rss", RSS, "application/rss+xml")
    past = now() - dt.timedelta(seconds=1)
    memory = Remembered(
        ({"feed": served.url("/rss"), "state": PollState(rests_until=past).to_json()},)
    )
    (item,) = of_kind(poll(tmp_path, [feed(served, "/rss")], memory), Item)
    assert item.title == "Dam holds & town stays"


def test_a_restarted_stream_lets_a_feed_rest() -> None:
    until = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)
    known = KnownFeed(
        feed=Feed(url="https://a.example/rss", source="A"), state=PollState(rests_until=until)
    )
    begun = PollFn(ONCE, ListedFeeds((), (known.feed,))).initial_restriction(known)
    assert begun.due_ms == milliseconds(until)


def test_a_live_feed_is_polled_on_through_a_410(
    served: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    end_polls_at_404(monkeypatch)
    later = RSS.replace("Dam holds", "Dam breaks")
    bodies = [RSS, RSS, "", later]

    def answer(_: web.Request) -> web.Response:
        if not bodies:
            return web.Response(status=404)
        body = bodies.pop(0)
        if not body:
            return web.Response(status=410)
        return web.Response(text=body, content_type="application/rss+xml")

    served.answers["/rss"] = answer
    live = dataclasses.replace(ONCE, once=False, min_interval_s=1, max_interval_s=1)
    with TestPipeline(runner="FnApiRunner") as pipeline:
        keep(pipeline | ReadFeeds([feed(served, "/rss")], live), tmp_path / "kept")
    kept = list(load(tmp_path / "kept"))

    titles = [one.title for one in of_kind(kept, Item)]
    assert titles == ["Dam holds & town stays", "Dam breaks & town stays"]
    names = [one.status for one in of_kind(kept, FeedStatus)]
    assert names == ["ok", "not_modified", "failing", "ok", "failing"]
    asked = [at for at, _, _ in served.asked]
    # A poll's time is cut to the millisecond.
    assert all(after - before > 0.99 for before, after in pairwise(asked))


def test_a_feed_that_waits_holds_the_watermark_at_its_next_poll_only(served: Site) -> None:
    """So that one polled each hour keeps nobody waiting for an hour."""
    hour = {"Cache-Control": "max-age=3600"}
    served.text("/rss", RSS, "application/rss+xml", **hour)
    live = dataclasses.replace(ONCE, once=False, min_interval_s=1, max_interval_s=7200)
    one = feed(served, "/rss")
    poll_fn = PollFn(live, ListedFeeds((), (one,)))
    watermark = ManualWatermarkEstimator(None)
    known, found = KnownFeed(feed=one, state=PollState()), list[Any]()
    poll_fn.setup()
    try:
        while not found:  # a visit waits for no answer
            inner = ThreadsafeRestrictionTracker(EndlessTracker(Polling(state=PollState())))
            found = [*poll_fn.process(known, RestrictionTrackerView(inner), watermark)]
            time.sleep(0.01)
    finally:
        poll_fn.teardown()
    (judged,) = found
    polled = judged.value.polled.status.last_poll
    due_micros = milliseconds(polled) * 1000 + 3600 * 1_000_000
    assert watermark.current_watermark().micros == due_micros
    deferred = inner.deferred_status()
    assert deferred is not None and deferred[0].due_ms * 1000 == due_micros


def test_an_index_of_sitemaps_is_polled_with_its_newest(served: Site, tmp_path: Path) -> None:
    named = "".join(
        f"<sitemap><loc>{served.url(f'/{year}.xml.gz')}</loc><lastmod>{year}-01-01</lastmod></sitemap>"
        for year in range(2018, 2027)
    )
    served.text("/index.xml", f"<sitemapindex>{named}</sitemapindex>", "application/xml")
    for year in range(2022, 2027):
        body = f"<urlset><url><loc>{served.url(f'/story-{year}')}</loc></url></urlset>"
        served.text(f"/{year}.xml.gz", gzip.compress(body.encode()), "application/x-gzip")
    kept = poll(tmp_path, [feed(served, "/index.xml")])
    assert {one.url for one in of_kind(kept, Item)} == {
        served.url(f"/story-{year}") for year in range(2022, 2027)
    }
    (status,) = of_kind(kept, FeedStatus)
    assert (status.new_items, status.problem) == (5, "index of 9 sitemaps; 5 are polled")
    assert len(served.asked) == 6
    assert len(of_kind(kept, Fetched)) == 6
