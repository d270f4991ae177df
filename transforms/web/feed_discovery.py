"""Which feeds a site's page names, and where else to look for some."""

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from lxml import html

from transforms.web.html_trees import NoText, tree_of
from transforms.web.sitemaps import is_news
from transforms.web.unreadable import UnreadableRecord
from transforms.web.urls import UnusableUrl, canonical_url, feed_key, same_registered_domain

MAX_SUGGESTED = 8

COMMON_PATHS = ("/feed", "/rss", "/rss.xml", "/atom.xml", "/feed.xml", "/index.xml")
"""Where sites that name no feed often have one; asked for only where robots.txt allows it."""

_TYPES = frozenset(
    (
        *("application/rss+xml", "application/atom+xml", "application/rdf+xml"),
        *("application/feed+json", "application/json", "application/xml", "text/xml"),
    )
)
_FEEDISH = re.compile(
    r"(^|[/._-])(rss|feeds?|atom|rdf)([/._-]|$)|\.(rss|atom|rdf)$|news[_-]?sitemap", re.I
)
_SITEMAP = re.compile(rb"^[ \t]*sitemap[ \t]*:[ \t]*(\S{1,2000})", re.I | re.M)


class Named(NamedTuple):
    """A feed that a page names: its URL, and its title as the page gives it, or ""."""

    url: str
    title: str


def feeds_named_by(body: bytes, content_type: str, url: str) -> tuple[Named, ...]:
    """Returns the feeds that a page names, at most eight: its `link` elements', then its links'.

    A link is believed to lead to a feed where its path says so, within the page's registered
    domain. Feeds of comments go last.

    Args:
        url: the page's own, for relative links.
    """
    try:
        tree = tree_of(body, content_type)
    except (UnreadableRecord, NoText):
        return ()
    found: dict[str, Named] = {}
    for link, title in (*_alternates(tree), *_links(tree, url)):
        address = _absolute(url, link)
        if address:
            found.setdefault(feed_key(address), Named(address, " ".join(title.split())[:200]))
    named = sorted(found.values(), key=lambda one: "comment" in f"{one.url} {one.title}".lower())
    return tuple(named[:MAX_SUGGESTED])


def sitemaps_named_by(robots: bytes) -> tuple[str, ...]:
    """Returns the sitemaps that a robots.txt names, those of news first."""
    named = [url.decode("utf-8", "replace") for url in _SITEMAP.findall(robots[: 500 * 1024])]
    return tuple(sorted(named, key=lambda url: not is_news(url))[:MAX_SUGGESTED])


def _alternates(tree: html.HtmlElement) -> Iterator[tuple[str, str]]:
    for link in tree.iter("link"):
        kind = (link.get("type") or "").partition(";")[0].strip().lower()
        if "alternate" in (link.get("rel") or "").lower().split() and kind in _TYPES:
            yield link.get("href") or "", link.get("title") or ""


def _links(tree: html.HtmlElement, url: str) -> Iterator[tuple[str, str]]:
    for link in tree.iter("a"):
        href = link.get("href") or ""
        address = _absolute(url, href)
        if address and same_registered_domain(address, url):
            parts = urlsplit(address)
            if _FEEDISH.search(parts.path) or parts.query.lower() in ("feed=rss2", "feed=atom"):
                yield href, "".join(link.itertext())


def _absolute(base: str, link: str) -> str:
    """Returns a link as an absolute URL that could be a feed's, "" for any other."""
    try:
        address = urljoin(base, link.strip())
        canonical_url(address)
    except (ValueError, UnusableUrl):
        return ""
    return address if link.strip() else ""
