"""`newsbeam check` looks at feeds, and finds those of a page."""

from collections.abc import Iterator

import pytest

from pipeline.cli import main
from pipeline.feed_checks import check_feeds
from pipeline.findings import Finding
from tests.web_servers import Site, site
from transforms.web.feed_lists import Feed
from transforms.web.http_config import FetchConfig

LOOPBACK = FetchConfig(allow_networks=("127.0.0.0/8",), host_delay_s=0, backoff_s=0.01)
RSS = (
    "<rss version='2.0'><channel><title>Gazette</title><item><link>/a</link></item></channel></rss>"
)


@pytest.fixture
def served() -> Iterator[Site]:
    with site() as one:
        one.text("/rss.xml", RSS, "application/rss+xml")
        yield one


def found(served: Site, path: str) -> Finding:
    (one,) = check_feeds([Feed(url=served.url(path), source="Gazette")], LOOPBACK)
    return one


def test_the_feeds_that_a_page_names(served: Site) -> None:
    served.text(
        "/front",
        "<link rel=alternate type=application/rss+xml href=/rss.xml title=All>"
        "<link rel=alternate type=application/rss+xml href=/broken>",
    )
    finding = found(served, "/front")
    assert not finding.good
    expected = f": no feed, but a page; feeds found there: {served.url('/rss.xml')} (All, 1 entry)"
    assert finding.what.endswith(expected)
    assert set(served.paths()) == {"/front", "/rss.xml", "/broken"}


def test_the_usual_places_where_robots_allow_them(served: Site) -> None:
    served.text("/front", "<p>Welcome.")
    urlset = f"<urlset><url><loc>{served.url('/a')}</loc></url></urlset>"
    served.text("/news.xml", urlset, "application/xml")
    robots = f"User-agent: *\nDisallow: /feed\nSitemap: {served.url('/news.xml')}"
    served.text("/robots.txt", robots, "text/plain")
    what = found(served, "/front").what
    assert f"{served.url('/news.xml')} (1 entry), {served.url('/rss.xml')} (Gazette, 1" in what
    assert "/feed" not in served.paths() and "/atom.xml" in served.paths()


def test_a_page_without_any_feed(served: Site) -> None:
    del served.answers["/rss.xml"]
    served.text("/front", "<p>Welcome.")
    assert "no feed; if it is a page, it names none" in found(served, "/front").what


def test_feeds_and_indexes_that_are_well(served: Site) -> None:
    index = f"<sitemapindex><sitemap><loc>{served.url('/a.xml')}</loc></sitemap></sitemapindex>"
    served.text("/index.xml", index, "application/xml")
    assert found(served, "/rss.xml").what.endswith("/rss.xml: 1 entry")
    assert found(served, "/index.xml").what.endswith("an index of sitemaps, 1 of them polled")
    served.text("/empty", "<rss version='2.0'><channel></channel></rss>", "application/rss+xml")
    empty = found(served, "/empty")
    assert not empty.good and empty.what.endswith("/empty: reads well, but has no entries")
    paused = Feed(url=served.url("/gone"), source="Gazette", paused=True)
    told = [one.what for one in check_feeds([paused], LOOPBACK)]
    assert told == ["feeds: 1 paused in the list, not asked"]
    assert "/gone" not in served.paths()


def test_titles_are_printed_as_they_are(served: Site, capsys: pytest.CaptureFixture[str]) -> None:
    title = "[/b] [sport] all\x1b[31m news"
    markup = f"<link rel=alternate type=application/rss+xml href=/rss.xml title='{title}'>"
    served.text("/front", markup)
    command = ["check", "--allow_networks", "127.0.0.0/8"]
    assert main([*command, "--feeds", served.url("/front")]) == 2
    told = f"{served.url('/rss.xml')} ([/b] [sport] all [31m news, 1 entry)"
    assert told in capsys.readouterr().out
    # A flag that takes several values has taken the feed for one.
    assert main([*command, served.url("/front")]) == 2
    assert "--allow_networks: " in capsys.readouterr().err
