"""One poll of one feed: asking, which waits, and judging the answer, which computes."""

from typing import NamedTuple

from schemas.records import Fetched, Origin, Rejected
from transforms.web.feed_documents import UnreadableFeed, items_of, parse_feed, rejected_entries
from transforms.web.feed_lists import Feed
from transforms.web.feed_polls import (
    Polled,
    after_failure,
    after_items,
    after_unchanged,
    after_unreadable,
    unchanged,
)
from transforms.web.http import Client, FetchFailed, NotFetched, Response
from transforms.web.http_config import header
from transforms.web.poll_state import Intervals, PollState

_STEP = "ReadFeeds"
_PAYLOAD_CHARS = 32_768
_ACCEPT = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9"

Answer = Response | FetchFailed | NotFetched


class Judged(NamedTuple):
    """All that a poll brings: `exchange` where the answer is worth keeping."""

    polled: Polled
    exchange: Fetched | None
    rejected: tuple[Rejected, ...]


async def ask(client: Client, feed: Feed, state: PollState, attempts: int) -> Answer:
    """Asks for the feed, if it changed; failures come back as values."""
    headers = {"Accept": f"{_ACCEPT}, */*;q=0.5", **state.conditions()}
    try:
        return await client.get(state.url or feed.url, headers=headers, attempts=attempts)
    except (FetchFailed, NotFetched) as error:
        return error


def judge(feed: Feed, state: PollState, answer: Answer, intervals: Intervals) -> Judged:
    """Returns what an answer comes to."""
    if not isinstance(answer, Response):
        return Judged(after_failure(feed, state, answer, intervals), None, ())
    if unchanged(state, answer):
        return Judged(after_unchanged(feed, state, answer, intervals), None, ())
    exchange = _exchange(feed, answer)
    origin = Origin(source=feed.source, feed=feed.url)
    try:
        document = parse_feed(answer.body, header(answer.headers, "content-type"), answer.url)
    except UnreadableFeed as error:
        polled = after_unreadable(feed, state, answer, str(error), intervals)
        return Judged(polled, exchange, (unreadable(exchange, error),))
    items = tuple(items_of(document, origin, answer.fetched_at))
    rejected = tuple(rejected_entries(document, origin, answer.fetched_at, _STEP))
    polled = after_items(feed, state, answer, document, items, intervals=intervals)
    return Judged(polled, exchange, rejected)


def unreadable(exchange: Fetched, error: UnreadableFeed) -> Rejected:
    """Returns the rejected record of a body that is no feed; live and in a replay."""
    return Rejected(
        key=exchange.feed,
        origin=Origin(source=exchange.source, feed=exchange.feed),
        url=exchange.feed,
        step=_STEP,
        error="UnreadableFeed",
        message=f"{exchange.feed} is no feed: {error}",
        payload=exchange.body[:_PAYLOAD_CHARS].decode("utf-8", "replace"),
        replay="url",
        at=exchange.fetched_at,
    )


def _exchange(feed: Feed, answer: Response) -> Fetched:
    return Fetched(
        kind="feed",
        feed=feed.url,
        source=feed.source,
        requested_url=answer.requested_url,
        url=answer.url,
        status=answer.status,
        headers=answer.headers,
        body=answer.body,
        fetched_at=answer.fetched_at,
    )
