"""Bytes to feed documents, and feed documents to the items that travel on.

Of the archived form of a feed and its replay, see `transforms.web.exchanges`.
"""

import dataclasses
import datetime as dt
import re
import zlib
from collections.abc import Iterator

from schemas.ids import digest, record_key
from schemas.records import MAX_PAYLOAD_CHARS, Item, Origin, PublishedFrom, Rejected
from transforms.text.byte_order_marks import UTF_16, head_in_ascii
from transforms.times import plausible
from transforms.web.feed_entries import FeedDocument, FeedEntry, UnreadableFeed
from transforms.web.feed_formats import parse_json_feed, parse_xml_feed
from transforms.web.http_bodies import GZIP, inflated
from transforms.web.sitemaps import parse_sitemap
from transforms.web.urls import canonical_or_none, is_front_page

_SNIFFED_BYTES = 4096
_MAX_UNPACKED = 50 * 2**20
"""The sitemap protocol's own bound."""
# Possessive: a row of comments must not be tried as one comment, two, three, ...
_PROLOGUE = rb"(?>\s+|<\?[^>]*>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[[^\]]*\])?\s*>)*+"
_ROOT = re.compile(
    rb"\A" + _PROLOGUE + rb"<(?:\w+:)?(rss|feed|RDF|urlset|sitemapindex)\b", re.DOTALL | re.I
)
_JSON_FEED = re.compile(rb'"version"\s*:\s*"https?:\\?/\\?/(www\.)?jsonfeed\.org\\?/version')
_FEED_TYPES = ("application/rss", "application/atom", "application/rdf", "application/feed+json")


def looks_like_feed(body: bytes, content_type: str = "") -> bool:
    """Tells from the first 4 kB and the Content-Type whether it is worth parsing as a feed."""
    if body.startswith(GZIP):
        body = _start_of(body)
    head = _head(body)
    if _ROOT.match(head) or (head.startswith(b"{") and _JSON_FEED.search(head)):
        return True
    return content_type.strip().lower().startswith(_FEED_TYPES)


def _start_of(body: bytes) -> bytes:
    try:
        return inflated(body, _SNIFFED_BYTES)[0]
    except zlib.error:
        return b""


def _head(body: bytes) -> bytes:
    return head_in_ascii(body[:_SNIFFED_BYTES])


def parse_feed(body: bytes, content_type: str, url: str | None) -> FeedDocument:
    """Reads RSS 0.9 to 2.0, RDF, Atom, JSON Feed, sitemaps and their indexes; also as .gz.

    Args:
        body: as served, content encoding undone.
        content_type: the header's value, "" where unknown; its charset is a hint.
        url: where the feed lies: relative links are resolved against it, or against its site.
    Raises:
        UnreadableFeed: nothing of this kind, or broken before its first entry.
    """
    body = _unpacked(body)
    head = _head(body)
    if not head:
        raise UnreadableFeed("empty")
    if head.startswith(b"{"):
        return parse_json_feed(body, url)
    root = _ROOT.match(head)
    if root and root[1].lower() in (b"urlset", b"sitemapindex"):
        return parse_sitemap(body)
    return parse_xml_feed(body, content_type, url)


def is_cut(body: bytes) -> bool:
    """Tells whether a feed in XML, UTF-16 excepted, lacks the end of its root."""
    root = _ROOT.match(_head(body))
    if not root or body.startswith(UTF_16):
        return False
    return not re.search(rb"</(?:\w+:)?%s\s*>" % root[1], body, re.IGNORECASE)


def parse_sitemap_index(body: bytes) -> tuple[str, ...]:
    """Returns the sitemaps that an index lists, those that are polled; () for any other body.

    Raises:
        UnreadableFeed: an index that cannot be read.
    """
    body = _unpacked(body)
    root = _ROOT.match(_head(body))
    is_index = root is not None and root[1].lower() == b"sitemapindex"
    return parse_sitemap(body).sitemaps if is_index else ()


def _unpacked(body: bytes) -> bytes:
    """Undoes the gzip of a .gz file, which is no content encoding, up to 50 MiB."""
    if not body.startswith(GZIP):
        return body
    try:
        unpacked, _ = inflated(body, _MAX_UNPACKED + 1)
    except zlib.error as error:
        raise UnreadableFeed(f"broken gzip: {error}") from error
    if len(unpacked) > _MAX_UNPACKED:
        raise UnreadableFeed(f"unpacks to more than {_MAX_UNPACKED} bytes")
    return unpacked


def items_of(document: FeedDocument, origin: Origin, fetched_at: dt.datetime) -> Iterator[Item]:
    """Yields an item for each usable entry, in the feed's order.

    Args: as of `numbered_items`.
    """
    return (item for _, item in numbered_items(document, origin, fetched_at))


def numbered_items(
    document: FeedDocument, origin: Origin, fetched_at: dt.datetime
) -> Iterator[tuple[int, Item]]:
    """Yields the items of `items_of` with the numbers of their entries, from 1.

    Args:
        origin: with `feed` set, keys are canonical URLs, and only the first entry of a key is
            taken; with `file` set, keys are `file#item N` and every entry is.
    """
    seen: set[str] = set()
    for number, entry in enumerate(document.entries, start=1):
        item = item_of(entry, number, document, origin, fetched_at)
        if item is not None and item.key not in seen:
            seen.add(item.key)
            yield number, item


def item_of(
    entry: FeedEntry, number: int, document: FeedDocument, origin: Origin, fetched_at: dt.datetime
) -> Item | None:
    """Returns the item of an entry, None where it has neither a usable URL nor a text.

    The front page is no URL of an entry that has its text.
    """
    has_text = bool(entry.html or entry.text)
    # Feeds of status pages and podcasts link all of their entries to the front page.
    url = None if has_text and is_front_page(entry.url) else canonical_or_none(entry.url)
    if url is None and not has_text:
        return None
    published_at = plausible(entry.published_at, fetched_at)
    updated_at = plausible(entry.updated_at, fetched_at)
    told: PublishedFrom = "feed" if entry.exact else "feed_inexact"
    changed: PublishedFrom = "feed_updated" if updated_at else "unknown"
    placed = _placed(entry, number, origin, url)
    return Item(
        key=record_key(placed, url),
        origin=placed,
        url=entry.url.strip() if url else None,
        title=entry.title,
        text=entry.text,
        html=entry.html,
        summary=entry.summary,
        authors=entry.authors,
        published_at=published_at or updated_at,
        published_from=told if published_at else changed,
        language=entry.language or document.language,
        fetched_at=fetched_at,
    )


def _placed(entry: FeedEntry, number: int, origin: Origin, url: str | None) -> Origin:
    """Returns `origin` with what makes the entry's key its own.

    In a feed, whose entries move down with each poll, that is the entry's id or a digest.
    """
    if origin.feed is None:
        inside = f"{origin.position} item {number}" if origin.position else f"item {number}"
        return dataclasses.replace(origin, position=inside)
    if url:
        return origin
    text = entry.text or entry.html or entry.summary or entry.url
    own = entry.id or digest(entry.title, text)
    return dataclasses.replace(origin, position=own)


def rejected_entries(
    document: FeedDocument, origin: Origin, fetched_at: dt.datetime, step: str
) -> Iterator[Rejected]:
    """Yields what `items_of` leaves out: entries with neither a usable URL nor a text."""
    return (one for _, one in numbered_rejects(document, origin, fetched_at, step))


def numbered_rejects(
    document: FeedDocument, origin: Origin, fetched_at: dt.datetime, step: str
) -> Iterator[tuple[int, Rejected]]:
    """Yields the records of `rejected_entries` with the numbers of their entries, from 1."""
    for number, entry in enumerate(document.entries, start=1):
        if item_of(entry, number, document, origin, fetched_at) is None:
            placed = _placed(entry, number, origin, None)
            rejected = Rejected(
                key=record_key(placed, None),
                origin=placed,
                url=None,
                step=step,
                error="UnusableEntry",
                message=f"entry {number} has neither a usable URL ({entry.url[:200]!r}) nor a text",
                payload=" | ".join((entry.id, entry.title, entry.summary))[:MAX_PAYLOAD_CHARS],
                replay="no",
                at=fetched_at,
            )
            yield number, rejected
