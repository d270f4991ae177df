"""Sitemaps, best with Google's news extension, and indexes of sitemaps."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from lxml import etree

from transforms.times import is_exact, parse_time
from transforms.web.feed_entries import (
    MAX_ENTRIES,
    FeedDocument,
    FeedEntry,
    UnreadableFeed,
    language_code,
    left_out,
    title_text,
)

MAX_PARTS = 5
"""How many sitemaps of an index are polled: the newest ones."""

_LONG_AGO = dt.datetime(1, 1, 1, tzinfo=dt.UTC)


def parse_sitemap(body: bytes) -> FeedDocument:
    """Reads a sitemap or an index of them; entities and huge trees stay off.

    Of more than 5,000 entries the newest are taken, of an index the five newest sitemaps.

    Raises:
        UnreadableFeed: no XML, no sitemap, or broken before its first entry.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, recover=True)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableFeed(f"no XML: {error}") from error
    name = etree.QName(root).localname.lower() if root is not None else ""
    if name not in ("urlset", "sitemapindex"):
        raise UnreadableFeed("no sitemap: neither urlset nor sitemapindex")
    problem = str(parser.error_log.last_error)[:500] if len(parser.error_log) else ""
    entries = tuple(_entries(root))
    if problem and not entries:
        raise UnreadableFeed(problem)
    return _index(entries, problem) if name == "sitemapindex" else _urls(entries, problem)


def _urls(entries: tuple[FeedEntry, ...], problem: str) -> FeedDocument:
    too_many = f"{len(entries)} entries; the {MAX_ENTRIES} newest are taken"
    if len(entries) <= MAX_ENTRIES:
        return FeedDocument(format="sitemap", entries=entries, problem=problem)
    taken = _newest(entries, MAX_ENTRIES)
    return FeedDocument(
        format="sitemap",
        entries=taken,
        problem=problem or too_many,
        left_out=left_out(len(entries)),
    )


def _index(entries: tuple[FeedEntry, ...], problem: str) -> FeedDocument:
    told = [one for one in entries if one.url]
    # A news sitemap holds the last two days; of the others no name says so.
    news = [one for one in told if is_news(one.url)]
    taken = _newest(tuple(news or told), MAX_PARTS)
    few = f"index of {len(told)} sitemaps; {len(taken)} are polled"
    return FeedDocument(
        format="sitemapindex",
        sitemaps=tuple(one.url for one in taken),
        problem=problem or (few if len(taken) < len(told) else ""),
    )


def is_news(url: str) -> bool:
    """Tells whether an address names a sitemap of news, behind the host that it shares with all."""
    return "news" in url.lower().partition("://")[2].partition("/")[2]


def _newest(entries: tuple[FeedEntry, ...], count: int) -> tuple[FeedEntry, ...]:
    """Returns the newest entries; those of one time, or without any, in the order given."""
    return tuple(sorted(entries, key=_time, reverse=True)[:count])


def _time(entry: FeedEntry) -> dt.datetime:
    return entry.published_at or entry.updated_at or _LONG_AGO


def _entries(root: Any) -> Iterator[FeedEntry]:
    for element in root.iterchildren(tag=etree.Element):
        fields = dict(_leaves(element))
        location = fields.get("loc", "")
        yield FeedEntry(
            id=location,
            url=location,
            title=title_text(fields.get("title", "")),
            published_at=parse_time(fields.get("publication_date")),
            updated_at=parse_time(fields.get("lastmod")),
            exact=is_exact(fields.get("publication_date")),
            language=language_code(fields.get("language")),
        )


def _leaves(element: Any) -> Iterator[tuple[str, str]]:
    """Yields local name and text of all descendants, pictures and videos left out."""
    for child in element.iterchildren(tag=etree.Element):
        name = etree.QName(child).localname
        if name not in ("image", "video"):
            yield name, (child.text or "").strip()
            yield from _leaves(child)
