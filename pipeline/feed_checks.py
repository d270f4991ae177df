"""Looks at feeds as a poll would: can they be fetched, read, and do they bring anything?"""

from collections.abc import Iterator, Sequence

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
                yield bad(f"feed {feed.source}: {feed.url}: {error}")
    finally:
        release(fetcher)


def _finding(feed: Feed, response: Response) -> Finding:
    label = f"feed {feed.source}: {feed.url}"
    content_type = {name.lower(): value for name, value in response.headers}.get("content-type", "")
    try:
        document = parse_feed(response.body, content_type, response.url)
    except UnreadableFeed as error:
        hint = "" if looks_like_feed(response.body, content_type) else "; is it a page?"
        return bad(f"{label}: {error}{hint}")
    if not document.entries:
        return bad(f"{label}: reads well, but has no entries")
    moved = f", moved to {response.moved_url}: change the list" if response.moved_url else ""
    flawed = f", flawed: {document.problem}" if document.problem else ""
    return good(f"{label}: {len(document.entries)} entries{moved}{flawed}")
