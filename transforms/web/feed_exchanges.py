"""A feed's answer as read: the same in a stream, in a replay, and where an archive is checked."""

from typing import NamedTuple

from schemas.records import MAX_PAYLOAD_CHARS, Fetched, Item, Origin, Rejected
from transforms.web.feed_documents import items_of, parse_feed, rejected_entries
from transforms.web.feed_entries import FeedDocument, UnreadableFeed
from transforms.web.http_config import header

_STEP = "ReadFeeds"


class FeedRead(NamedTuple):
    """A body as read; `document` is None where it is no feed, then `problem` says why."""

    exchange: Fetched
    document: FeedDocument | None
    problem: str = ""
    items: tuple[Item, ...] = ()
    rejected: tuple[Rejected, ...] = ()


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
        tuple(items_of(document, origin, exchange.fetched_at)),
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
