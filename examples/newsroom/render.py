"""Renders the world to what a web server answers: pages, feeds, redirects, robots.txt."""

import dataclasses
import datetime as dt
import hashlib
import zlib
from collections.abc import Iterator
from typing import Any

from examples.newsroom.content import Article, Odd, Outlet, World
from examples.newsroom.feeds import BaseUrl, Entry, print_feed
from examples.newsroom.typeset import fill, headline, paragraphs, plain

# When the corrections came out: after all that the first edition lists, so that a feed which tells
# of them is newer than the one that did not.
_CORRECTED_AT = dt.datetime(2026, 11, 9, 6, tzinfo=dt.UTC)
_TEASERS = 7


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One answer. `location` is set for redirects; what has no `modified_at` is never a 304."""

    body: bytes = b""
    content_type: str = "text/html"
    modified_at: dt.datetime | None = None
    status: int = 200
    location: str = ""

    @property
    def etag(self) -> str:
        return f'"{hashlib.blake2b(self.body, digest_size=8).hexdigest()}"'


def render(world: World, base_url: BaseUrl, *, later: bool) -> dict[tuple[str, str], Resource]:
    """Returns the answer to every (outlet, path with query) of one edition.

    Args:
        base_url: gives an outlet's address without a slash at its end.
        later: the edition after corrections, else the first.
    """
    return {
        (outlet.id, path): resource
        for outlet in world.outlets.values()
        for path, resource in _Press(world, outlet, base_url(outlet.id), later=later).resources()
    }


class _Press:
    """Prints one outlet."""

    def __init__(self, world: World, outlet: Outlet, base: str, *, later: bool) -> None:
        self.world, self.outlet, self.base = world, outlet, base
        every = [a for a in world.articles if a.outlet == outlet.id]
        first = [a for a in every if a.edition == "first"]
        self.articles = [a.later or a for a in every] if later else first
        self.odd = [o for o in world.odd if o.outlet == outlet.id]
        # A correction must change its own page only, so it may not show in a neighbour's list.
        self.teased = [a for a in first if a.later is None]

    def resources(self) -> Iterator[tuple[str, Resource]]:
        yield from self._lists()
        yield from self._redirects()
        for article in self.articles:
            yield self.world.path(article), self._page(article)
        for odd in self.odd:
            if odd.outcome != "fetch_failed":
                yield odd.path, self._odd_page(odd)
        if self.outlet.feed_gone:
            yield self.outlet.feed_gone, Resource(body=b"This feed is closed.\n", status=410)

    def _lists(self) -> Iterator[tuple[str, Resource]]:
        """Front page, feed, robots.txt."""
        entries = sorted(self._entries(), key=lambda e: (e.published_at, e.link), reverse=True)
        updated_at = entries[0].published_at
        if any(a.updated_at > a.published_at for a in self.articles):
            updated_at = _CORRECTED_AT
        yield "/", self._html("front.html", updated_at, items=entries)
        body, content_type = print_feed(self.outlet, self.base, entries, updated_at)
        yield (
            self.outlet.feed_path,
            Resource(body=body, content_type=content_type, modified_at=updated_at),
        )
        rules = b"User-agent: *\nDisallow: /members/\n"
        yield "/robots.txt", Resource(body=rules, content_type="text/plain")

    def _redirects(self) -> Iterator[tuple[str, Resource]]:
        moved = [(a.listed_as, self.world.path(a)) for a in self.articles if a.listed_as]
        if self.outlet.feed_moved_from:
            moved.append((self.outlet.feed_moved_from, self.outlet.feed_path))
        for old, new in moved:
            yield old, Resource(status=301, location=self.base + new)

    def _page(self, article: Article) -> Resource:
        parts = paragraphs(article.text, self.outlet.quotes)
        title = headline(article.title, self.outlet.quotes)
        url = self.base + self.world.path(article)
        page = self._frame(article.name, title) | {
            "url": url,
            "author": article.author,
            "published_at": article.published_at,
            "updated_at": article.updated_at,
            "section": article.story,
            "summary": plain(parts[0]),
            "html": "\n".join(parts),
            "first_html": "\n".join(parts[:2]),
            "rest_html": "\n".join(parts[2:]),
            "json_ld": {
                "@context": "https://schema.org",
                "@type": "NewsArticle",
                "headline": title,
                "datePublished": article.published_at.isoformat(),
                "dateModified": article.updated_at.isoformat(),
                "author": [{"@type": "Person", "name": article.author}],
                "publisher": {"@type": "NewsMediaOrganization", "name": self.outlet.name},
                "mainEntityOfPage": url,
            },
        }
        return self._html(self.outlet.template, article.updated_at, page=page)

    def _odd_page(self, odd: Odd) -> Resource:
        page = self._frame(odd.path, odd.title) | {
            "url": self.base + odd.path,
            "author": self.outlet.name,
            "published_at": odd.published_at,
            "section": "more",
            "html": "" if odd.outcome == "no_text" else "<p>This page is for members only.</p>",
        }
        return self._html(self.outlet.template, odd.published_at, page=page)

    def _frame(self, name: str, title: str) -> dict[str, Any]:
        """What stands around an article; chosen by its name, so that it never changes."""
        turn = zlib.crc32(name.encode())
        others = [a for a in self.teased if a.name != name]
        start = turn % max(len(others), 1)
        teased = (others[start:] + others[:start])[:_TEASERS]
        said = self.outlet.comments
        shown = said[: 1 + turn % len(said)] if said else ()
        return {
            "title": title,
            "comments": [comment.split(": ", 1) for comment in shown],
            "teasers": [
                {
                    "title": headline(a.title, self.outlet.quotes),
                    "url": self.base + self.world.path(a),
                }
                for a in teased
            ],
        }

    def _entries(self) -> Iterator[Entry]:
        """What the feed says of each article, odd ones too."""
        for article in self.articles:
            parts = paragraphs(article.text, self.outlet.quotes)
            link = self.base + (article.listed_as or self.world.path(article))
            entry = Entry(
                title=headline(article.title, self.outlet.quotes),
                link=_tracked(link, self.outlet.tracking),
                guid=article.guid or link,
                published_at=article.published_at,
                updated_at=article.updated_at,
                feed_date=article.feed_date,
                author=article.author,
                summary=plain(parts[0]),
                html="\n".join(parts),
            )
            yield from [entry] * (2 if article.feed_twice else 1)
        for odd in self.odd:
            link, at = self.base + odd.path, odd.published_at
            yield Entry(title=odd.title, link=link, guid=link, published_at=at, updated_at=at)

    def _html(self, template: str, modified_at: dt.datetime, **context: Any) -> Resource:
        feed_url = self.base + self.outlet.feed_path
        home = f"{self.base}/"
        body = fill(template, outlet=self.outlet, home=home, feed_url=feed_url, **context)
        # The old houses do not say their encoding in the header, only in the page.
        utf8 = self.outlet.charset == "utf-8"
        return Resource(
            body=body.encode(self.outlet.charset),
            content_type="text/html; charset=utf-8" if utf8 else "text/html",
            modified_at=modified_at,
        )


def _tracked(link: str, tracking: str) -> str:
    return f"{link}{'&' if '?' in link else '?'}{tracking}" if tracking else link
