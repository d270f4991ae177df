"""Looks at feeds as a poll would: can they be fetched, read, and do they bring anything?"""

from collections.abc import Iterator, Sequence
from http import HTTPStatus

from pipeline.findings import Finding, bad, good
from transforms.web.feed_documents import UnreadableFeed, looks_like_feed, parse_feed
from transforms.web.feed_lists import Feed
from transforms.web.fetching import acquire, release
from transforms.web.http_config import FetchConfig, FetchFailed, NotFetched, Response


def check_feeds(feeds: Sequence[Feed], config: FetchConfig) -> Iterator[Finding]:
    """Yields one finding for each feed, in their order; all are fetched at once."""
    fetcher = acquire(config)
    try:
        answers = [fetcher.submit(fetcher.client.get(feed.url, attempts=1)) for feed in feeds]
        for feed, answer in zip(feeds, answers, strict=True):
            try:
                yield _finding(feed, answer.result())
            except (NotFetched, FetchFailed) as error:
                yield bad(f"feed {feed.source}: {feed.url}: {_explained(error)}")
    finally:
        release(fetcher)


def _explained(error: NotFetched | FetchFailed) -> str:
    """Returns why a feed was not read, and the remedy where one is known."""
    reason = error.reason
    if isinstance(error, NotFetched):
        return reason
    if error.status == HTTPStatus.GONE:
        return f"{reason}: it is gone for good; take it out of the list"
    return f"{reason}; is the address right, and the server up?"


def _finding(feed: Feed, response: Response) -> Finding:
    label = f"feed {feed.source}: {feed.url}"
    content_type = {name.lower(): value for name, value in response.headers}.get("content-type", "")
    try:
        document = parse_feed(response.body, content_type, response.url)
    except UnreadableFeed as error:
        hint = (
            ""
            if looks_like_feed(response.body, content_type)
            else "; is it a page? give the address of its feed"
        )
        return bad(f"{label}: {error}{hint}")
    if not document.entries:
        return bad(f"{label}: reads well, but has no entries")
    moved = f", moved to {response.moved_url}: change the list" if response.moved_url else ""
    flawed = f", flawed: {document.problem}" if document.problem else ""
    return good(f"{label}: {len(document.entries)} entries{moved}{flawed}")
