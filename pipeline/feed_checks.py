"""Looks at feeds as a poll would: can they be fetched, read, and do they bring anything?"""

import concurrent.futures
from collections.abc import Callable, Iterator, Sequence
from http import HTTPStatus

from pipeline.findings import Finding, bad, good
from transforms.web.feed_discovery import COMMON_PATHS, Named, feeds_named_by, sitemaps_named_by
from transforms.web.feed_documents import looks_like_feed, parse_feed
from transforms.web.feed_entries import FeedDocument, UnreadableFeed
from transforms.web.feed_lists import Feed
from transforms.web.feed_polls import BLOCKED
from transforms.web.fetching import acquire, release
from transforms.web.http_config import FetchConfig, FetchFailed, NotFetched, Response, header

Ask = Callable[[str], "concurrent.futures.Future[Response]"]


def check_feeds(feeds: Sequence[Feed], config: FetchConfig) -> Iterator[Finding]:
    """Yields one finding for each feed, in their order; all are fetched at once.

    Those that are paused are not asked; one finding counts them.

    Where an address is that of a page, the finding names the feeds that were found there.
    """
    fetcher = acquire(config)

    def ask(url: str) -> concurrent.futures.Future[Response]:
        return fetcher.submit(fetcher.client.get(url, attempts=1))

    def ask_politely(url: str) -> concurrent.futures.Future[Response]:
        return fetcher.submit(fetcher.client.get(url, attempts=1, robots=True))

    try:
        polled = [feed for feed in feeds if not feed.paused]
        answers = [ask(feed.url) for feed in polled]
        for feed, answer in zip(polled, answers, strict=True):
            try:
                yield _finding(feed, answer.result(), ask_politely)
            except (NotFetched, FetchFailed) as error:
                yield bad(f"feed {feed.source}: {feed.url}: {_explained(error)}")
        if paused := len(feeds) - len(polled):
            yield good(f"feeds: {paused} paused in the list, not asked")
    finally:
        release(fetcher)


def _explained(error: NotFetched | FetchFailed) -> str:
    """Returns why a feed was not read, and the remedy where one is known."""
    reason = error.reason
    if isinstance(error, NotFetched):
        return reason
    if error.status == HTTPStatus.GONE:
        return f"{reason}: the outlet says that it is gone; if it stays so, take it out of the list"
    if error.status == HTTPStatus.TOO_MANY_REQUESTS:
        wait = f" for {error.retry_after_s:g} s" if error.retry_after_s else ""
        return f"{reason}: it wants to be left alone{wait}; a stream waits, and asks again"
    if error.status in BLOCKED:
        return f"{reason}: it refuses us; name yourself by --contact, or write to the outlet"
    return f"{reason}; is the address right, and the server up?"


def _finding(feed: Feed, response: Response, ask: Ask) -> Finding:
    label = f"feed {feed.source}: {feed.url}"
    try:
        document = _document(response)
    except UnreadableFeed as error:
        if looks_like_feed(response.body, header(response.headers, "content-type")):
            return bad(f"{label}: {error}")
        # What a parser says of a page is of no use to anybody.
        return bad(f"{label}: {_suggestion(response, ask)}")
    if not document.entries and not document.sitemaps:
        return bad(f"{label}: reads well, but has no entries")
    moved = f", moved to {response.moved_url}: change the list" if response.moved_url else ""
    flawed = f", flawed: {document.problem}" if document.problem else ""
    return good(f"{label}: {_size(document)}{moved}{flawed}")


def _document(response: Response) -> FeedDocument:
    return parse_feed(response.body, header(response.headers, "content-type"), response.url)


def _size(document: FeedDocument) -> str:
    if document.sitemaps:
        return f"an index of sitemaps, {len(document.sitemaps)} of them polled"
    count = len(document.entries)
    return "1 entry" if count == 1 else f"{count} entries"


def _suggestion(page: Response, ask: Ask) -> str:
    """Says which feeds a page names, else which lie where feeds often lie; each was read."""
    named = feeds_named_by(page.body, header(page.headers, "content-type"), page.url)
    found = list(_readable(named, ask)) or list(_readable(_usual(page, ask), ask))
    if not found:
        return "no feed; if it is a page, it names none: give the address of its feed"
    return "no feed, but a page; feeds found there: " + ", ".join(found)


def _usual(page: Response, ask: Ask) -> Iterator[Named]:
    """Yields where sites often have feeds; robots.txt forbids some of it on some sites."""
    root = "/".join(page.url.split("/")[:3])
    try:
        robots = ask(f"{root}/robots.txt").result().body
    except (NotFetched, FetchFailed):
        robots = b""
    yield from (Named(url, "") for url in sitemaps_named_by(robots))
    yield from (Named(root + path, "") for path in COMMON_PATHS)


def _readable(named: Sequence[Named] | Iterator[Named], ask: Ask) -> Iterator[str]:
    """Yields those that can be fetched and read, with title and size; each once."""
    seen: set[str] = set()
    for one, answer in [(one, ask(one.url)) for one in named]:
        try:
            response = answer.result()
            document = _document(response)
        except (NotFetched, FetchFailed, UnreadableFeed):
            continue
        if (document.entries or document.sitemaps) and response.url not in seen:
            seen.add(response.url)
            title = one.title or document.title
            yield f"{response.url} ({title + ', ' if title else ''}{_size(document)})"
