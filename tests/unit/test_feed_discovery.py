"""Feeds that pages name."""

import pytest

from transforms.web.feed_discovery import Named, feeds_named_by, sitemaps_named_by

URL = "https://www.gazette.example.com/front/"


def named(markup: str) -> list[str]:
    return [one.url for one in feeds_named_by(markup.encode(), "text/html", URL)]


def test_link_elements() -> None:
    markup = """<html><head>
    <link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed">
    <link rel="alternate" type="application/rss+xml; charset=utf-8" title=" All  news " href="rss">
    <link rel="ALTERNATE nofollow" type="Application/Atom+XML" href="https://other.example.org/a">
    <link rel="alternate" hreflang="de" href="/de"><link rel="alternate" type="text/html" href="/m">
    <link rel="stylesheet" type="application/rss+xml" href="/no"></head><body>x"""
    assert feeds_named_by(markup.encode(), "", URL) == (
        Named("https://www.gazette.example.com/front/rss", "All news"),
        Named("https://other.example.org/a", ""),
        Named("https://www.gazette.example.com/comments/feed", "Comments"),
    )


@pytest.mark.parametrize(
    ("href", "is_feed"),
    [
        ("/rss", True),
        ("/news.rss", True),
        ("/feeds/all.xml", True),
        ("/?feed=rss2", True),
        ("https://feeds.example.com/feed/", True),
        ("https://elsewhere.org/rss", False),
        ("/feedback", False),
        ("/stories/atomic-power", False),
        ("javascript:rss", False),
        ("http://[rss", False),
        ("", False),
    ],
)
def test_links(href: str, is_feed: bool) -> None:
    assert bool(named(f'<html><body><a href="{href}">RSS</a></body></html>')) == is_feed


def test_each_once_and_not_too_many() -> None:
    links = "".join(f"<a href='/rss/{n % 20}?utm_source={n}'>x</a>" for n in range(100))
    assert len(named(links)) == 8
    assert named("") == named("<" * 1000) == []


def test_feeds_that_a_parameter_tells_apart() -> None:
    links = "".join(f"<a href='/rss.aspx?rssid={n}'>x</a>" for n in (1, 2, 1))
    assert [url[-1] for url in named(links)] == ["1", "2"]


def test_sitemaps_in_robots() -> None:
    robots = (
        b"User-agent: *\nSitemap: https://a.example/all.xml\r\n sitemap:https://a.example/news.xml"
    )
    assert sitemaps_named_by(robots) == ("https://a.example/news.xml", "https://a.example/all.xml")
    at_news = robots.replace(b"a.example", b"news.example")
    assert sitemaps_named_by(at_news)[0] == "https://news.example/news.xml"
    assert sitemaps_named_by(b"") == ()
