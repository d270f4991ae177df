"""A feed's answer as read: the same in a stream, in a replay, and where an archive is checked."""

import dataclasses
import datetime as dt
import itertools
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from schemas.records import MAX_PAYLOAD_CHARS, Fetched, Item, Origin, Rejected
from transforms.web.feed_documents import numbered_items, numbered_rejects, parse_feed
from transforms.web.feed_entries import FeedDocument, UnreadableFeed
from transforms.web.http_config import header

_STEP = "ReadFeeds"


class FeedRead(NamedTuple):
    """A body as read; `document` is None where it is no feed, then `problem` says why.

    Attributes:
        numbered: its items and unusable entries, each key once, with the entry's number, from 1.
        rejected: the body as a whole, where it is no feed.
    """

    exchange: Fetched
    document: FeedDocument | None
    problem: str = ""
    numbered: tuple[tuple[int, Item | Rejected], ...] = ()
    rejected: tuple[Rejected, ...] = ()

    @property
    def items(self) -> tuple[Item, ...]:
        """All of its items."""
        return tuple(one for _, one in self.numbered if isinstance(one, Item))

    @property
    def unusable(self) -> tuple[Rejected, ...]:
        """All entries with neither a usable URL nor a text."""
        return tuple(one for _, one in self.numbered if isinstance(one, Rejected))

    @property
    def new_entries(self) -> tuple[Item | Rejected, ...]:
        """Those that came out of the poll; all where the exchange does not tell."""
        told = self.exchange.new_entries
        new = None if told is None else frozenset(told)
        return tuple(one for number, one in self.numbered if new is None or number in new)

    def archived(self, new: Mapping[str, Item | Rejected]) -> Fetched:
        """Returns the exchange, with the numbers of those of its entries that came out, by key."""
        if self.document is None:
            return self.exchange
        numbers = (number for number, one in self.numbered if new.get(one.key) is one)
        return dataclasses.replace(self.exchange, new_entries=tuple(sorted(numbers)))


def read_feed(exchange: Fetched) -> FeedRead:
    """Returns all entries of a feed, each key once; a body that is no feed is rejected."""
    origin = Origin(source=exchange.source, feed=exchange.feed)
    try:
        document = parse_feed(exchange.body, header(exchange.headers, "content-type"), exchange.url)
    except UnreadableFeed as error:
        return FeedRead(exchange, None, str(error), (), (_unreadable(exchange, error),))
    numbered = tuple(_numbered(document, origin, exchange.fetched_at))
    return FeedRead(exchange, document, document.problem, numbered)


def _numbered(
    document: FeedDocument, origin: Origin, at: dt.datetime
) -> Iterator[tuple[int, Item | Rejected]]:
    """Yields items first: of an id that has both, the item stays."""
    seen: set[str] = set()
    entries: Iterator[tuple[int, Item | Rejected]] = itertools.chain(
        numbered_items(document, origin, at), numbered_rejects(document, origin, at, _STEP)
    )
    for number, one in entries:
        if one.key not in seen:
            seen.add(one.key)
            yield number, one


def _unreadable(exchange: Fetched, error: UnreadableFeed) -> Rejected:
    """Returns the rejected record of a body that is no feed.

    The key is the feed's even for a sitemap that it lists: that is what is polled anew.
    """
    return Rejected(
        key=exchange.feed,
        origin=Origin(source=exchange.source, feed=exchange.feed),
        url=exchange.requested_url,
        step=_STEP,
        error="UnreadableFeed",
        message=f"{exchange.requested_url} is no feed: {error}",
        payload=exchange.body[:MAX_PAYLOAD_CHARS].decode("utf-8", "replace"),
        replay="url",
        at=exchange.fetched_at,
    )
