"""Sitemaps, indexes of them, their .gz form, and the old formats of feeds."""

import datetime as dt
import gzip
import time
import tracemalloc

import pytest

from schemas.records import Origin
from transforms.web.feed_documents import items_of, looks_like_feed, parse_feed, parse_sitemap_index
from transforms.web.feed_entries import MAX_ENTRIES, FeedDocument, UnreadableFeed
from transforms.web.sitemaps import MAX_PARTS

AT = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)


def parsed(body: bytes) -> FeedDocument:
    return parse_feed(body, "", "https://a.example/feed")


def urlset(count: int) -> bytes:
    """A sitemap, the newest entry in its middle."""
    start = AT - dt.timedelta(days=365)
    times = [start + dt.timedelta(minutes=(7919 * n) % count) for n in range(count)]
    urls = (
        f"<url><loc>https://a.example/{n}</loc><lastmod>{at.isoformat()}</lastmod></url>"
        for n, at in enumerate(times)
    )
    return f"<urlset>{''.join(urls)}</urlset>".encode()


def index(*entries: tuple[str, str]) -> bytes:
    parts = (f"<sitemap><loc>{u}</loc><lastmod>{t}</lastmod></sitemap>" for u, t in entries)
    return f"<sitemapindex>{''.join(parts)}</sitemapindex>".encode()


def test_a_huge_sitemap_gives_its_newest_entries_and_says_so() -> None:
    document = parsed(urlset(60_000))
    times = [entry.updated_at for entry in document.entries if entry.updated_at]
    assert document.problem == "60000 entries; the 5000 newest are taken"
    assert len(times) == MAX_ENTRIES
    newest = AT - dt.timedelta(days=365) + dt.timedelta(minutes=59_999)
    assert min(times) == newest - dt.timedelta(minutes=MAX_ENTRIES - 1)


def test_the_newest_sitemaps_of_an_index() -> None:
    entries = [(f"https://a.example/{month}.xml", f"2026-{month:02}-01") for month in range(1, 11)]
    document = parsed(index(*entries))
    assert document.sitemaps == tuple(f"https://a.example/{m}.xml" for m in range(10, 5, -1))
    assert (document.format, document.entries) == ("sitemapindex", ())
    assert document.problem == f"index of 10 sitemaps; {MAX_PARTS} are polled"


def test_news_sitemaps_go_before_all_others() -> None:
    body = index(
        ("https://a.example/pages.xml", "2026-11-01"), ("https://a.example/news.xml", "2026-10-01")
    )
    assert parsed(body).sitemaps == ("https://a.example/news.xml",)
    assert parse_sitemap_index(gzip.compress(body)) == ("https://a.example/news.xml",)
    assert parse_sitemap_index(urlset(2)) == parse_sitemap_index(b"<rss/>") == ()


def test_a_host_that_is_called_news_makes_no_news_sitemap() -> None:
    host = "https://www.dailynews.example"
    months = [(f"{host}/{month}.xml", f"2026-{month:02}-01") for month in range(1, 11)]
    for news in ("news.xml", "sitemap.php?type=News"):
        assert parsed(index(*months, (f"{host}/{news}", ""))).sitemaps == (f"{host}/{news}",)
    assert parsed(index(*months)).sitemaps[0] == f"{host}/10.xml"


def test_gz() -> None:
    body = gzip.compress(urlset(3))
    assert looks_like_feed(body)
    assert len(parsed(body).entries) == 3
    assert not looks_like_feed(gzip.compress(b"<html>")) and not looks_like_feed(b"\x1f\x8b-")


def members(plain: bytes, count: int) -> bytes:
    """So many gzip members, one behind the other: some sites compress while they write."""
    size = -(-len(plain) // count)
    return b"".join(gzip.compress(plain[at : at + size]) for at in range(0, len(plain), size))


@pytest.mark.parametrize("count", [2, 7, 400])
@pytest.mark.parametrize("behind", [b"", b"\0" * 512, b"\n<!-- cached -->"])
def test_all_members_of_a_gz_are_read_and_what_is_none_is_passed_over(
    count: int, behind: bytes
) -> None:
    body = members(urlset(3000), count) + behind
    assert looks_like_feed(body)
    document = parsed(body)
    assert (len(document.entries), document.problem) == (3000, "")


def test_what_came_before_the_cut_of_a_later_member_is_read() -> None:
    first, later = gzip.compress(urlset(9)[:-9]), gzip.compress(b"</urlset>")
    whole, cut = parsed(first + later), parsed(first + later[:-12])
    assert cut.entries == whole.entries
    assert cut.problem and not whole.problem


def test_members_of_a_gz_are_bounded_together() -> None:
    with pytest.raises(UnreadableFeed, match="more than"):
        parsed(gzip.compress(b"<urlset>") + gzip.compress(b" " * 2**20) * 50)


def test_members_of_a_gz_without_anything_in_them_take_no_time() -> None:
    body = gzip.compress(b"") * 200_000 + gzip.compress(urlset(3))
    started = time.monotonic()
    assert len(parsed(body).entries) == 3
    assert time.monotonic() - started < 20


@pytest.mark.parametrize("body", [gzip.compress(b"<rss", mtime=0) + b"more", b"\x1f\x8bnonsense"])
def test_broken_gz(body: bytes) -> None:
    with pytest.raises(UnreadableFeed):
        parsed(body)


def test_a_gz_bomb_costs_what_the_cap_allows() -> None:
    bomb = gzip.compress(b"<urlset>" + b" " * 400 * 2**20)
    tracemalloc.start()
    with pytest.raises(UnreadableFeed, match="more than"):
        parsed(bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 130 * 2**20


ENTITY_BOMB = b"".join(
    (
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">',
        *(b'<!ENTITY %c "%s">' % (97 + n, b"&%c;" % (96 + n) * 10) for n in range(1, 10)),
        b"]>",
    )
)
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("root", ["rss", "urlset", "sitemapindex", "feed"])
@pytest.mark.parametrize("prologue", [ENTITY_BOMB, OUTSIDE])
def test_entities_bring_in_nothing(root: str, prologue: bytes) -> None:
    name = b"j" if prologue is ENTITY_BOMB else b"a"
    body = b"<%s><channel><item><url><loc>https://a.example/&%s;</loc></url>" % (
        root.encode(),
        name,
    )
    body = prologue + body + b"<link>https://a.example/&%s;</link></item></channel>" % name
    try:
        document = parsed(body + b"</%s>" % root.encode())
    except UnreadableFeed:
        return
    assert "root:" not in str(document)
    assert len(str(document)) < 10_000


@pytest.mark.parametrize(
    ("version", "body"),
    [
        (
            "rss091u",
            '<rss version="0.91"><channel><title>G</title>{item}</channel></rss>',
        ),
        (
            "rss092",
            '<rss version="0.92"><channel><title>G</title>{item}</channel></rss>',
        ),
        (
            "rss090",
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
            'xmlns="http://my.netscape.com/rdf/simple/0.9/"><channel><title>G</title></channel>'
            "{item}</rdf:RDF>",
        ),
        (
            "rss10",
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
            'xmlns="http://purl.org/rss/1.0/"><channel rdf:about="x"><title>G</title></channel>'
            "{item}</rdf:RDF>",
        ),
        (
            "atom03",
            '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>G</title><entry>'
            '<title>Dam</title><link rel="alternate" href="/dam"/></entry></feed>',
        ),
    ],
)
def test_old_formats(version: str, body: str) -> None:
    item = "<item><title>Dam</title><link>/dam</link></item>"
    document = parsed(body.format(item=item).encode())
    assert (document.format, document.title, document.problem) == (version, "G", "")
    (one,) = items_of(document, Origin(source="G", feed="https://a.example/feed"), AT)
    assert (one.title, one.key) == ("Dam", "https://a.example/dam")
