"""One poll of one feed: asking, which waits, and judging the answer, which computes."""

import asyncio
import dataclasses
import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from schemas.records import Fetched, Item, Rejected
from transforms.web.feed_documents import parse_sitemap_index
from transforms.web.feed_entries import FeedDocument, UnreadableFeed
from transforms.web.feed_exchanges import FeedRead, read_feed
from transforms.web.feed_lists import Feed
from transforms.web.feed_polls import (
    NOTHING_NEW,
    Polled,
    after_failure,
    after_items,
    after_unchanged,
    after_unreadable,
    body_hash,
    unchanged,
    why_quiet,
)
from transforms.web.http import Client
from transforms.web.http_config import FetchFailed, NotFetched, Response, header
from transforms.web.poll_state import Intervals, PollState, SitemapState
from transforms.web.seen_entries import entry_names

_ACCEPT = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9"

Answer = Response | FetchFailed | NotFetched


class Asked(NamedTuple):
    """What a poll got: the feed's answer, and those of the sitemaps that an index lists."""

    answer: Answer
    parts: tuple[tuple[SitemapState, Answer], ...] = ()

    @property
    def ended_at(self) -> dt.datetime:
        """When the last of them came, or was given up."""
        answers = (self.answer, *(answer for _, answer in self.parts))
        return max(one.fetched_at if isinstance(one, Response) else one.at for one in answers)


class Judged(NamedTuple):
    """All that a poll brings; `exchanges` are the answers that are worth keeping."""

    polled: Polled
    exchanges: tuple[Fetched, ...] = ()
    rejected: tuple[Rejected, ...] = ()


async def ask(
    client: Client,
    feed: Feed,
    state: PollState,
    attempts: int,
    heard: Callable[[bool], None] = lambda _: None,
) -> Asked:
    """Asks for the feed, if it changed; failures come back as values.

    Tells `heard` whether the last answer has come: the feed's own, until it is known to list more.
    """
    answer = await _get(client, state.url or feed.url, state.conditions(), attempts)
    heard(True)
    # Off the loop: an index of 50,000 sitemaps takes a while to read.
    listed = await asyncio.get_running_loop().run_in_executor(_READERS, _listed, state, answer)
    heard(not listed)
    parts = [(one, await _get(client, one.url, one.conditions(), attempts)) for one in listed]
    return Asked(answer, tuple(parts))


# Not the loop's own threads: where these wait for dead name servers, answers would wait for them.
_READERS = ThreadPoolExecutor(2, "read-answer")


async def _get(client: Client, url: str, conditions: dict[str, str], attempts: int) -> Answer:
    headers = {"Accept": f"{_ACCEPT}, */*;q=0.5", **conditions}
    try:
        return await client.get(url, headers=headers, attempts=attempts)
    except (FetchFailed, NotFetched) as error:
        return error


def _listed(state: PollState, answer: Answer) -> tuple[SitemapState, ...]:
    """Returns the sitemaps that an index lists, with what is known of them."""
    if not isinstance(answer, Response):
        return ()
    if unchanged(state, answer):
        return state.parts
    try:
        index = parse_sitemap_index(answer.body)
    except UnreadableFeed:
        return ()
    known = {part.url: part for part in state.parts}
    return tuple(known.get(url) or SitemapState(url) for url in index)


def judge(feed: Feed, state: PollState, asked: Asked, intervals: Intervals) -> Judged:
    """Returns what a poll comes to."""
    answer = asked.answer
    if not isinstance(answer, Response):
        return Judged(after_failure(feed, state, answer, intervals))
    own = _read_new(feed, state, answer)
    of_parts = [_read_new(feed, part, one) for part, one in asked.parts]
    read = [one for one in (own, *of_parts) if one is not None]
    parts = tuple(
        _known(part, answered, one)
        for (part, answered), one in zip(asked.parts, of_parts, strict=True)
    )
    if not read:
        unreached = _unreached(asked)
        return Judged(after_unchanged(feed, state, answer, intervals, parts, unreached=unreached))
    if own is not None and own.document is None:
        polled = after_unreadable(feed, state, answer, own.problem, intervals)
        return Judged(polled, (own.exchange,), own.rejected)
    document = _together(read, asked.parts)
    items = {item.key: item for one in read for item in one.items}
    unusable = {one.key: one for body in read for one in body.unusable if one.key not in items}
    polled = after_items(
        feed,
        state,
        answer,
        document,
        tuple(items.values()),
        unusable=tuple(unusable.values()),
        intervals=intervals,
        parts=parts,
        otherwise=_unreached(asked) or (NOTHING_NEW if _has_unchanged(asked) else ""),
    )
    rejected = tuple(one for body in read for one in body.rejected)
    came: tuple[Item | Rejected, ...] = (*polled.items, *polled.rejected)
    new = {one.key: one for one in came}
    exchanges = tuple(body.archived(new) for body in read)
    return Judged(polled, exchanges, (*rejected, *polled.rejected))


def _read_new(feed: Feed, known: PollState | SitemapState, answer: Answer) -> FeedRead | None:
    """Returns a feed, or a sitemap of an index, as read; None where it failed or is as it was."""
    if not isinstance(answer, Response) or unchanged(known, answer):
        return None
    return read_feed(_exchange(feed, answer))


def _together(read: list[FeedRead], parts: tuple[tuple[SitemapState, Answer], ...]) -> FeedDocument:
    """Returns the feed's document, with all that is wrong with the sitemaps that it lists."""
    documents = [one.document for one in read if one.document is not None]
    document = documents[0] if documents else FeedDocument(format="sitemapindex")
    problems = [one.problem for one in read if one.problem]
    problems += [
        f"{part.url}: {one.reason}" for part, one in parts if not isinstance(one, Response)
    ]
    return dataclasses.replace(document, problem="; ".join(problems)[:1000])


def _unreached(asked: Asked) -> str:
    """Returns why none of an index's sitemaps was reached, "" where one was, or there is none."""
    errors = [why_quiet(one) for _, one in asked.parts if not isinstance(one, Response)]
    return errors[0] if errors and len(errors) == len(asked.parts) else ""


def _has_unchanged(asked: Asked) -> bool:
    """Tells whether a sitemap is as it was, whose entries are known and were not read again."""
    return any(isinstance(one, Response) and unchanged(part, one) for part, one in asked.parts)


def _known(part: SitemapState, answer: Answer, read: FeedRead | None) -> SitemapState:
    """Returns what to know of a sitemap at the next poll; what it shows, as last read."""
    if not isinstance(answer, Response) or answer.status != 200:
        return part
    return SitemapState(
        part.url,
        header(answer.headers, "etag"),
        header(answer.headers, "last-modified"),
        body_hash(answer.body),
        entry_names(read.items) if read is not None and read.document else part.names,
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
