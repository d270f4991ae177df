"""Feeds in all the formats that outlets use, and the list of them."""

import dataclasses
import datetime as dt
import json
from collections.abc import Callable, Sequence

from examples.newsroom.content import Outlet, World
from examples.newsroom.typeset import fill

BaseUrl = Callable[[str], str]
_TYPES = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
    "sitemap": "application/xml",
}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a feed tells of one URL.

    Attributes:
        link: as the feed writes it, with tracking parameters. guid: its id.
        feed_date: what stands in the place of `published_at`, "" for that itself.
    """

    title: str
    link: str
    guid: str
    published_at: dt.datetime
    updated_at: dt.datetime
    feed_date: str = ""
    author: str = ""
    summary: str = ""
    html: str = ""


def print_feed(
    outlet: Outlet, base: str, entries: Sequence[Entry], updated_at: dt.datetime
) -> tuple[bytes, str]:
    """Returns a feed in the outlet's format, and its Content-Type."""
    kind, _, detail = outlet.feed.partition("-")
    if kind == "json":
        body = _json_feed(outlet, base, entries)
    else:
        body = fill(
            f"{kind}.xml",
            outlet=outlet,
            home=f"{base}/",
            feed_url=base + outlet.feed_path,
            items=entries,
            updated_at=updated_at,
            full=detail == "full",
            summaries=detail in ("summary", "broken"),
            broken=detail == "broken",
        )
    # What is not UTF-8 is said in the header alone: the XML prolog is silent.
    said = "" if outlet.charset == "utf-8" else f"; charset={outlet.charset}"
    return body.encode(outlet.charset), _TYPES[kind] + said


def _json_feed(outlet: Outlet, base: str, entries: Sequence[Entry]) -> str:
    """JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.name,
        "description": outlet.tagline,
        "home_page_url": f"{base}/",
        "feed_url": base + outlet.feed_path,
        "language": outlet.language,
        "items": [
            {
                "id": entry.guid,
                "url": entry.link,
                "title": entry.title,
                "summary": entry.summary,
                "content_html": entry.html,
                "date_published": entry.published_at.isoformat(),
                "date_modified": entry.updated_at.isoformat(),
                "authors": [{"name": entry.author}],
            }
            for entry in entries
        ],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1)


def opml(world: World, base_url: BaseUrl) -> str:
    """Returns the list of the newsroom's feeds, as readers exchange it."""
    feeds = [
        {"outlet": world.outlets[outlet], "url": base_url(outlet) + path, "home": base_url(outlet)}
        for outlet, path in feed_paths(world)
    ]
    return fill("feeds.opml", feeds=feeds)


def feed_paths(world: World) -> list[tuple[str, str]]:
    """Returns (outlet, path) of each feed as a subscriber knows it: old addresses too."""
    named = [(o.id, o.feed_moved_from or o.feed_path) for o in world.outlets.values()]
    return named + [(o.id, o.feed_gone) for o in world.outlets.values() if o.feed_gone]
