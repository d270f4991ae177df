"""A backfill of the stream's own archive gives what the stream gave, to the letter."""

from pathlib import Path
from typing import Any

import apache_beam as beam
import pytest
from aiohttp import web
from apache_beam.testing.test_pipeline import TestPipeline

from pipeline.cli import main
from tests.beam.kept import Kept, keep, load
from tests.ended_polls import end_polls_at_404
from tests.newsroom import backfill, differences, documents
from tests.web_servers import Site, site
from transforms.archive_pages import ArchivePages
from transforms.fetch_pages import FetchPages
from transforms.read_feeds import ReadFeeds
from transforms.read_files import ReadFiles
from transforms.web.feed_lists import Feed
from transforms.web.feeds_config import FeedsConfig
from transforms.web.http_config import FetchConfig

LOOPBACK = FetchConfig(
    allow_networks=("127.0.0.0/8",), host_delay_s=0, backoff_s=0.01, attempts=2, max_bytes=50_000
)
LONG = "<p>" + "Die Flut stieg über Nacht. " * 30 + "</p>"
RSS = f"""<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<item><title>Whole „Text“</title><link>/whole</link>
<content:encoded><![CDATA[{LONG}]]></content:encoded></item>
<item><title>Page ä</title><link>/page?utm_source=rss</link><description>Teaser</description></item>
<item><title>Moved</title><link>/moved</link></item>
<item><title>Missing</title><link>/missing</link></item>
<item><title>Broken</title><link>/broken</link></item>
<item><title>Large</title><link>/large</link></item>
<item><title>Closed</title><link>/closed</link></item>
<item><title>Inside</title><link>http://10.0.0.1/</link></item>
<item><title>Nowhere</title></item></channel></rss>"""

OTHER = """<rss version="2.0"><channel>
<item><title>Page ä</title><link>/page?utm_source=other</link></item></channel></rss>"""


def stream(tmp_path: Path) -> list[Kept]:
    with site() as served:
        served.text("/robots.txt", "User-agent: *\nDisallow: /closed", "text/plain")
        served.text("/rss", RSS, "application/rss+xml; charset=utf-8")
        served.text("/other", OTHER, "application/rss+xml")
        served.text("/none", "<html>no feed</html>")
        for name in ("rss", "other"):
            served.text(f"/page?utm_source={name}", "<p>bödy".encode("cp1252"), "text/html")
        served.status("/moved", 301, Location="/page?utm_source=rss")
        served.status("/broken", 503)
        served.text("/large", "x" * 50_001)
        feeds = [Feed(url=served.url(path), source="Blatt") for path in ("/rss", "/none", "/other")]
        with TestPipeline(runner="FnApiRunner") as pipeline:
            read = pipeline | ReadFeeds(feeds, FeedsConfig(once=True, fetch=LOOPBACK))
            fetched = read.items | FetchPages(LOOPBACK)
            exchanges = (read.exchanges, fetched.exchanges) | beam.Flatten()
            _ = exchanges | ArchivePages(str(tmp_path / "archive"))
            keep(read._replace(items=fetched.items), tmp_path / "feeds")
            keep(fetched, tmp_path / "pages")
    return [*load(tmp_path / "feeds"), *load(tmp_path / "pages")]


def replay(tmp_path: Path) -> list[Kept]:
    with TestPipeline(runner="FnApiRunner") as pipeline:
        keep(pipeline | ReadFiles([str(tmp_path / "archive")]), tmp_path / "files")
    return list(load(tmp_path / "files"))


def facts(kept: list[Kept], name: str) -> set[Any]:
    return {(one.element, one.micros) for one in kept if one.name == name}


def test_a_replay_is_the_stream(tmp_path: Path) -> None:
    live = stream(tmp_path)
    replayed = replay(tmp_path)
    sizes = {"items": 1, "pages": 2, "outcomes": 6, "rejected": 2}
    for name, size in sizes.items():
        assert facts(replayed, name) == facts(live, name), name
        assert len(facts(live, name)) == size, name
    # One page was named by two feeds, and fetched once; the second one's entry ended by itself.
    (twice,) = (one for one, _ in facts(replayed, "outcomes") if one.outcome == "repeated")
    (page,) = (one for one, _ in facts(replayed, "pages") if one.key == twice.key)
    assert twice.origin.feed != page.origin.feed
    assert page.origin.feed in twice.reason


def edition(*items: str) -> str:
    """A feed of full texts, of titles that begin with the names of their pages."""
    entries = "".join(
        f"<item><title>{title}</title><link>/{title.split()[0]}</link><content:encoded>"
        f"<![CDATA[{LONG.replace('Flut', title)}]]></content:encoded></item>"
        for title in items
    )
    root = '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
    return f"{root}<channel>{entries}<item><title>Nowhere</title></item></channel></rss>"


def test_what_a_feed_goes_on_showing_comes_out_of_a_replay_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    end_polls_at_404(monkeypatch)
    bodies = [edition("one", "two"), edition("three", "one", "two"), edition("one", "two again")]

    def answer(_: web.Request) -> web.Response:
        if not bodies:
            return web.Response(status=404)
        return web.Response(text=bodies.pop(0), content_type="application/rss+xml")

    polls = FeedsConfig(fetch=LOOPBACK, min_interval_s=1, max_interval_s=1)
    with site() as served, TestPipeline(runner="FnApiRunner") as pipeline:
        served.answers["/rss"] = answer
        read = pipeline | ReadFeeds([Feed(url=served.url("/rss"), source="Blatt")], polls)
        _ = read.exchanges | ArchivePages(str(tmp_path / "archive"))
        keep(read, tmp_path / "feeds")
    live, replayed = list(load(tmp_path / "feeds")), replay(tmp_path)
    for name, size in {"items": 4, "rejected": 1}.items():
        assert facts(replayed, name) == facts(live, name), name
        assert len(facts(live, name)) == size, name


def test_a_text_that_one_feed_goes_on_showing_is_no_newer_than_anothers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The page of the article that both name has a sentence more than the feed with its text."""
    with site() as served:
        served.text("/one", f"<title>one</title><h1>one</h1>{LONG}<p>Mehr am Abend.</p>")
        served.text(
            "/news.xml", f"<urlset><url><loc>{served.url('/one')}</loc></url></urlset>", "text/xml"
        )
        for body in (edition("one"), edition("two", "one")):
            served.text("/rss", body, "application/rss+xml")
            poll(served, tmp_path, "/rss", "/news.xml")
    found = documents(tmp_path / "out")
    assert [len(found[family]) for family in ("articles", "revisions")] == [2, 1]
    archive, again = tmp_path / "archive", tmp_path / "again"
    assert not differences(backfill(archive, again, *REJECTS), found)
    # What a later body only goes on showing has its outcome, too.
    for folder in (tmp_path / "out", again):
        assert main(["check", "--ledger", str(archive), "--output_dir", str(folder)]) == 0
        assert f"{archive}: 3 records = 3 outcomes: " in capsys.readouterr().out


REJECTS = ("--max_rejected", "-1")


def poll(served: Site, tmp_path: Path, *paths: str) -> None:
    sinks = ("--output_dir", str(tmp_path / "out"), "--archive_dir", str(tmp_path / "archive"))
    guards = ("--allow_networks", "127.0.0.0/8", "--host_delay_s", "0", *REJECTS)
    feeds = [served.url(path) for path in paths]
    assert main(["stream", "--once", *sinks, *guards, "--feeds", *feeds]) == 0
