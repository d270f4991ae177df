"""A feed's answer as read: the same in a stream, in a replay, and where an archive is checked."""

import dataclasses
from collections.abc import Mapping
from typing import NamedTuple

from schemas.records import MAX_PAYLOAD_CHARS, Fetched, Item, Origin, Rejected
from transforms.web.feed_documents import numbered_items, parse_feed, rejected_entries
from transforms.web.feed_entries import FeedDocument, UnreadableFeed
from transforms.web.http_config import header

_STEP = "ReadFeeds"


class FeedRead(NamedTuple):
    """A body as read; `document` is None where it is no feed, then `problem` says why.

    Attributes:
        numbered: its items, each with the number of its entry, from 1.
    """

    exchange: Fetched
    document: FeedDocument | None
    problem: str = ""
    numbered: tuple[tuple[int, Item], ...] = ()
    rejected: tuple[Rejected, ...] = ()

    @property
    def items(self) -> tuple[Item, ...]:
        """All of its items."""
        return tuple(item for _, item in self.numbered)

    @property
    def new_items(self) -> tuple[Item, ...]:
        """Those that came out of the poll; all where the exchange does not tell."""
        told = self.exchange.new_entries
        if told is None:
            return self.items
        new = frozenset(told)
        return tuple(item for number, item in self.numbered if number in new)

    def archived(self, new: Mapping[str, Item]) -> Fetched:
        """Returns the exchange, with the numbers of those of its items that came out, by key."""
        if self.document is None:
            return self.exchange
        numbers = (number for number, item in self.numbered if new.get(item.key) is item)
        return dataclasses.replace(self.exchange, new_entries=tuple(numbers))


def read_feed(exchange: Fetched) -> FeedRead:
    """Returns all entries of a feed, each key once; a body that is no feed is rejected."""
    origin = Origin(source=exchange.source, feed=exchange.feed)
    try:
        document = parse_feed(exchange.body, header(exchange.headers, "content-type"), exchange.url)
    except UnreadableFeed as error:
        return FeedRead(exchange, None, str(error), (), (_unreadable(exchange, error),))
    return FeedRead(
        exchange,
        document,
        document.problem,
        tuple(numbered_items(document, origin, exchange.fetched_at)),
        tuple(rejected_entries(document, origin, exchange.fetched_at, _STEP)),
    )


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
