"""Renders the world to what a web server answers: pages, feeds, redirects, robots.txt."""

import dataclasses
import datetime as dt
import email.utils
import functools
import hashlib
import html
import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import jinja2
from markdown_it import MarkdownIt

from examples.newsroom.content import HERE, Article, Odd, Outlet, World

BaseUrl = Callable[[str], str]
_FEED_TYPES = {"rss": "application/rss+xml", "atom": "application/atom+xml"}
_TEASERS = 7


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One answer. `location` is set for redirects."""

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
        for path, resource in _Press(world, outlet, base_url, later=later).resources()
    }


def paragraphs(text: str, quotes: str) -> list[str]:
    """Returns Markdown `text` as HTML paragraphs with the house's quote marks."""
    rendered: str = _markdown(quotes).render(text)
    return rendered.strip().split("\n")


def headline(title: str, quotes: str) -> str:
    """Returns `title` as plain text with the house's quote marks."""
    return html.unescape(_markdown(quotes).renderInline(title))


@functools.cache
def _markdown(quotes: str) -> MarkdownIt:
    if quotes == "straight":
        return MarkdownIt("commonmark")
    return MarkdownIt("commonmark", {"typographer": True, "quotes": quotes}).enable("smartquotes")


@functools.cache
def _templates() -> jinja2.Environment:
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
    )
    env.filters["rfc822"] = lambda value: (
        value if isinstance(value, str) else email.utils.format_datetime(value)
    )
    return env


class _Press:
    """Prints one outlet."""

    def __init__(self, world: World, outlet: Outlet, base_url: BaseUrl, *, later: bool) -> None:
        self.world, self.outlet, self.base_url = world, outlet, base_url
        self.base = base_url(outlet.id)
        first = [a for a in world.articles if a.outlet == outlet.id]
        self.articles = [a.later or a if later else a for a in first]
        self.odd = [o for o in world.odd if o.outlet == outlet.id]
        # A correction must change its own page only, so it may not show in a neighbour's list.
        self.teased = [a for a in first if a.later is None]

    def resources(self) -> Iterator[tuple[str, Resource]]:
        outlet = self.outlet
        for article in self.articles:
            path = self.world.path(article)
            yield path, self._page(article)
            if article.listed_as:
                yield article.listed_as, Resource(status=301, location=self.base + path)
        for odd in self.odd:
            if odd.outcome != "fetch_failed":
                yield odd.path, self._odd_page(odd)
        items = sorted(self._items(), key=lambda i: (i["published_at"], i["link"]), reverse=True)
        updated_at = max(item["updated_at"] for item in items)
        yield outlet.feed_path, self._feed(items, updated_at)
        yield "/", self._html("front.html", updated_at, items=items)
        yield (
            "/robots.txt",
            Resource(
                body=b"User-agent: *\nDisallow: /members/\n",
                content_type="text/plain",
                modified_at=min(a.published_at for a in self.articles),
            ),
        )
        if outlet.feed_moved_from:
            yield (
                outlet.feed_moved_from,
                Resource(status=301, location=self.base + outlet.feed_path),
            )
        if outlet.feed_gone:
            yield outlet.feed_gone, Resource(body=b"This feed has been closed.\n", status=410)

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
            "summary": _plain(parts[0]),
            "html": jinja2.utils.markupsafe.Markup("\n".join(parts)),
            "first_html": jinja2.utils.markupsafe.Markup("\n".join(parts[:2])),
            "rest_html": jinja2.utils.markupsafe.Markup("\n".join(parts[2:])),
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
        text = "" if odd.outcome == "no_text" else "<p>This page is for our members only.</p>"
        page = self._frame(odd.path, odd.title) | {
            "url": self.base + odd.path,
            "author": self.outlet.name,
            "published_at": odd.published_at,
            "section": "more",
            "html": jinja2.utils.markupsafe.Markup(text),
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
                {"title": headline(a.title, self.outlet.quotes), "url": self._link(a)}
                for a in teased
            ],
        }

    def _link(self, article: Article) -> str:
        return self.base + self.world.path(article)

    def _items(self) -> Iterator[dict[str, Any]]:
        """What the feed says of each article, odd ones too."""
        for article in self.articles:
            parts = paragraphs(article.text, self.outlet.quotes)
            link = self.base + (article.listed_as or self.world.path(article))
            yield from [
                {
                    "title": headline(article.title, self.outlet.quotes),
                    "url": self._link(article),
                    "link": _tracked(link, self.outlet.tracking),
                    "guid": article.guid or link,
                    "published_at": article.published_at,
                    "updated_at": article.updated_at,
                    "feed_date": article.feed_date,
                    "author": article.author,
                    "summary": _plain(parts[0]),
                    "html": "\n".join(parts),
                }
            ] * (2 if article.feed_twice else 1)
        for odd in self.odd:
            link = self.base + odd.path
            yield {
                "title": odd.title,
                "url": link,
                "link": link,
                "guid": link,
                "published_at": odd.published_at,
                "updated_at": odd.published_at,
                "feed_date": "",
                "author": "",
                "summary": "",
                "html": "",
            }

    def _feed(self, items: list[dict[str, Any]], updated_at: dt.datetime) -> Resource:
        kind, _, detail = self.outlet.feed.partition("-")
        if kind == "json":
            body, content_type = self._json_feed(items), "application/feed+json"
        else:
            content_type = _FEED_TYPES.get(kind, "application/xml")
            template = _templates().get_template(f"{kind}.xml")
            body = template.render(
                outlet=self.outlet,
                home=f"{self.base}/",
                feed_url=self.base + self.outlet.feed_path,
                items=items,
                updated_at=updated_at,
                full=detail == "full",
                summaries=detail in ("summary", "broken"),
                broken=detail == "broken",
            )
        if self.outlet.charset != "utf-8":  # said in the header alone: the prolog is silent
            content_type += f"; charset={self.outlet.charset}"
        encoded = body.encode(self.outlet.charset)
        return Resource(body=encoded, content_type=content_type, modified_at=updated_at)

    def _json_feed(self, items: Iterable[dict[str, Any]]) -> str:
        feed = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": self.outlet.name,
            "description": self.outlet.tagline,
            "home_page_url": f"{self.base}/",
            "feed_url": self.base + self.outlet.feed_path,
            "language": self.outlet.language,
            "items": [
                {
                    "id": item["guid"],
                    "url": item["link"],
                    "title": item["title"],
                    "summary": item["summary"],
                    "content_html": item["html"],
                    "date_published": item["published_at"].isoformat(),
                    "date_modified": item["updated_at"].isoformat(),
                    "authors": [{"name": item["author"]}],
                }
                for item in items
            ],
        }
        return json.dumps(feed, ensure_ascii=False, indent=1)

    def _html(self, template: str, modified_at: dt.datetime, **context: Any) -> Resource:
        body = (
            _templates()
            .get_template(template)
            .render(
                outlet=self.outlet,
                home=f"{self.base}/",
                feed_url=self.base + self.outlet.feed_path,
                **context,
            )
        )
        # The old houses do not say their encoding in the header, only in the page.
        utf8 = self.outlet.charset == "utf-8"
        return Resource(
            body=body.encode(self.outlet.charset),
            content_type="text/html; charset=utf-8" if utf8 else "text/html",
            modified_at=modified_at,
        )


def opml(world: World, base_url: BaseUrl) -> str:
    """Returns the list of the newsroom's feeds, as readers exchange it."""
    feeds = [
        {"outlet": world.outlets[outlet], "url": base_url(outlet) + path, "home": base_url(outlet)}
        for outlet, path in feed_paths(world)
    ]
    return _templates().get_template("feeds.opml").render(feeds=feeds)


def feed_paths(world: World) -> list[tuple[str, str]]:
    """Returns (outlet, path) of each feed as a subscriber knows it: old addresses too."""
    named = [(o.id, o.feed_moved_from or o.feed_path) for o in world.outlets.values()]
    return named + [(o.id, o.feed_gone) for o in world.outlets.values() if o.feed_gone]


def _tracked(link: str, tracking: str) -> str:
    return f"{link}{'&' if '?' in link else '?'}{tracking}" if tracking else link


def _plain(paragraph: str) -> str:
    return html.unescape(paragraph.removeprefix("<p>").removesuffix("</p>"))
