"""A server that does not behave ends in its named outcome, whatever was asked of it.

Feed, page, robots.txt and a sitemap of an index go through one client; here each is followed to
what an operator reads. How the client bears such servers: `test_bad_servers`.
"""

import asyncio
import dataclasses
import datetime as dt
import gzip

import brotli
import pytest
from backports import zstd

from schemas.records import Article, Item, Origin, Outcome, Page, Rejected
from tests.bad_servers import Talk, bad_server, endless, resets, says
from tests.web_servers import site
from transforms.web.articles import article_of
from transforms.web.exchanges import page_or_outcome
from transforms.web.feed_lists import Feed
from transforms.web.http import Client
from transforms.web.http_config import FetchConfig
from transforms.web.page_requests import ask_page
from transforms.web.poll_state import Intervals, PollState
from transforms.web.polling import Judged, ask, judge

AT = dt.datetime(2026, 11, 2, 8, tzinfo=dt.UTC)
ROOMY = FetchConfig(allow_networks=("127.0.0.0/8",), host_delay_s=0, attempts=1)
CONFIG = dataclasses.replace(ROOMY, max_bytes=200_000)
# Only of those that dawdle: their other answers must come within it, on a slow machine too.
IMPATIENT = dataclasses.replace(CONFIG, timeout_s=2)
DAWDLES = "no answer within 2 s"
BOUNDS = Intervals(min_s=100, max_s=1000)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
BOMB = b"\0" * 2**24
NOTHING = says(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")


def packed(name: str, body: bytes) -> Talk:
    head = HEAD + f"Content-Encoding: {name}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    return says(head + body)


def redirects(target: str) -> Talk:
    head = f"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: {target}\r\n\r\n"
    return says(head.encode())


TALKS: dict[str, tuple[Talk, str]] = {
    "a byte at a time": (endless(HEAD + b"\r\n", b"x", pause_s=0.1), DAWDLES),
    "never ends": (endless(HEAD + b"\r\n", b"x" * 60_000), "more than 200000 bytes"),
    "says nothing": (says(b"", pause_s=60), DAWDLES),
    "resets": (resets(HEAD + b"Content-Length: 100\r\n\r\nabc"), "Client"),
    "promises more": (says(HEAD + b"Content-Length: 100\r\n\r\nabc"), "ClientPayloadError"),
    "sends more": (says(HEAD + b"Content-Length: 3\r\n\r\nabcdef"), "bad HTTP"),
    "circle": (redirects("/a"), "more than 10 redirects"),
    "to a file": (redirects("file:///etc/passwd"), "is no http or https URL"),
    "to metadata": (redirects("http://169.254.169.254/"), "is no public address"),
    "10 MB of headers": (says(HEAD + b"A: " + b"b" * 10_000_000 + b"\r\n\r\n"), "bad HTTP"),
    "gzip bomb": (packed("gzip", gzip.compress(BOMB)), "more than 200000 bytes"),
    "br bomb": (packed("br", brotli.compress(BOMB, quality=1)), "more than 200000 bytes"),
    "zstd bomb": (packed("zstd", zstd.compress(BOMB)), "more than 200000 bytes"),
}
OURS = ("to a file", "to metadata")


def config_of(name: str) -> FetchConfig:
    return IMPATIENT if TALKS[name][1] == DAWDLES else CONFIG


def polled(url: str, config: FetchConfig) -> Judged:
    feed = Feed(url=url, source="Gazette")

    async def run() -> Judged:
        async with Client(config) as client:
            asked = await ask(client, feed, PollState(), attempts=1)
            return judge(feed, PollState(), asked, BOUNDS)

    return asyncio.run(run())


def fetched(url: str, config: FetchConfig) -> Outcome | Article | Rejected:
    """Follows an item's page to its end."""
    item = Item(key=url, origin=Origin(source="Gazette"), url=url, title="Dam", fetched_at=AT)

    async def run() -> Page | Outcome:
        async with Client(config) as client:
            return page_or_outcome(await ask_page(client, item))

    page = asyncio.run(run())
    return article_of(page) if isinstance(page, Page) else page


def failed(url: str, config: FetchConfig) -> Outcome:
    ended = fetched(url, config)
    assert isinstance(ended, Outcome)
    return ended


@pytest.mark.parametrize("name", TALKS)
def test_as_a_feed(name: str) -> None:
    talk, reason = TALKS[name]
    with bad_server(talk) as url:
        status = polled(url, config_of(name)).polled.status
    assert status.status == "failing"
    assert status.quiet.startswith("blocked: " if name in OURS else "failing: ")
    assert reason in status.quiet


@pytest.mark.parametrize("name", TALKS)
def test_as_a_page(name: str) -> None:
    talk, reason = TALKS[name]
    with bad_server(talk, robots=NOTHING) as url:
        ended = failed(url, config_of(name))
    assert ended.outcome == ("not_fetched" if name in OURS else "fetch_failed")
    assert reason in ended.reason and "robots" not in ended.reason


@pytest.mark.parametrize("name", TALKS)
def test_as_robots_txt(name: str) -> None:
    talk, reason = TALKS[name]
    # A circle of its own: the page's address is not asked.
    talk = redirects("/robots.txt") if name == "circle" else talk
    with bad_server(says(HEAD + b"Content-Length: 3\r\n\r\nabc"), robots=talk) as url:
        ended = failed(url, config_of(name))
    assert ended.outcome == ("not_fetched" if name in OURS else "fetch_failed")
    assert ended.reason.startswith("robots.txt: ") and reason in ended.reason


@pytest.mark.parametrize("name", TALKS)
def test_as_a_sitemap_of_an_index(name: str) -> None:
    talk, reason = TALKS[name]
    with bad_server(talk) as url, site("127.0.0.2") as served:
        good = f"<urlset><url><loc>{served.url('/story')}</loc></url></urlset>"
        served.text("/good.xml", good, "application/xml")
        listed = f"<sitemap><loc>{url}</loc></sitemap>"
        listed += f"<sitemap><loc>{served.url('/good.xml')}</loc></sitemap>"
        served.text("/index.xml", f"<sitemapindex>{listed}</sitemapindex>", "application/xml")
        judged = polled(served.url("/index.xml"), config_of(name))
        assert [item.url for item in judged.polled.items] == [served.url("/story")]
    status = judged.polled.status
    assert (status.status, status.quiet) == ("ok", "")
    assert status.problem.startswith(f"{url}: ") and reason in status.problem


DEEP = 100_000


@pytest.mark.parametrize(
    "body",
    [
        b"<rss><channel>" + b"<a>" * DEEP,
        b"<rss version='2.0'><channel><item>" + b"<description><div>" * DEEP,
        b"<urlset>" + b"<url>" * DEEP,
        b"<sitemapindex>" + b"<sitemap>" * DEEP,
        b'{"version": "https://jsonfeed.org/version/1.1", "items": ' + b"[" * DEEP,
        b"<html><body>" + b"<div>" * DEEP,
    ],
)
def test_feeds_nested_100_000_deep(body: bytes) -> None:
    with site() as served:
        served.text("/rss", body, "application/xml")
        status = polled(served.url("/rss"), ROOMY).polled.status
    assert status.quiet.startswith("unreadable: ") or status.quiet == "parsed empty"


def test_a_page_nested_100_000_deep() -> None:
    with site() as served:
        served.text("/a", b"<html><body>" + b"<div>" * DEEP + b"words", "text/html")
        ended = fetched(served.url("/a"), ROOMY)
    assert isinstance(ended, Outcome) and ended.outcome == "no_text"


def test_robots_txt_that_is_made_to_be_slow() -> None:
    """A pattern of many wildcards takes for ever where it becomes a regular expression."""
    with site() as served:
        rules = "User-agent: *\n" + ("Disallow: /" + "*a" * 1000 + "*b\n") * 20
        served.text("/robots.txt", rules, "text/plain")
        served.text("/" + "a" * 2000, "<p>" + "Words of a story. " * 20)
        ended = fetched(served.url("/" + "a" * 2000), ROOMY)
    assert isinstance(ended, Article)
