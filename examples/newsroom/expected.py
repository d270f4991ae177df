"""What the pipeline should make of the newsroom: generated from the content, read by tests."""

import json
from typing import Any

from examples.newsroom.content import HERE, Article, World, load_world
from examples.newsroom.feeds import feed_paths
from examples.newsroom.typeset import headline

EXPECTED = HERE / "expected.json"


def expected(world: World) -> dict[str, Any]:
    """Returns, for each URL of the feeds, its outcome, story and twins.

    `path` is what the feed names, without tracking parameters; `final_path` where it leads. Of an
    article and its reprints the first to be fetched is `indexed`, the others are `reprint`; the
    outcomes here hold where the agency comes first. A feed's `items` are the first edition's.
    """
    return {
        "stories": {name: story["title"] for name, story in world.stories.items()},
        "articles": [_article(world, article) for article in world.articles],
        "others": [
            {"outlet": o.outlet, "path": o.path, "outcome": o.outcome, "why": o.why}
            for o in world.odd
        ],
        "feeds": [_feed(world, outlet, path) for outlet, path in feed_paths(world)],
        "denials": [
            {"story": name, **denial}
            for name, story in world.stories.items()
            for denial in story.get("denial", [])
        ],
    }


def write_expected() -> None:
    """Writes `expected.json`; a test says when it is out of date."""
    text = json.dumps(expected(load_world()), ensure_ascii=False, indent=1)
    EXPECTED.write_text(text + "\n", "utf-8")


def _article(world: World, article: Article) -> dict[str, Any]:
    outlet = world.outlets[article.outlet]
    path = world.path(article)
    entry: dict[str, Any] = {
        "name": article.name,
        "story": article.story,
        "outlet": article.outlet,
        "source": outlet.name,
        "path": article.listed_as or path,
        "final_path": path,
        "language": outlet.language,
        "title": headline(article.title, outlet.quotes),
        "published_at": article.published_at.isoformat(),
        "outcome": "reprint" if article.reprint_of else "indexed",
        "edition": article.edition,
    }
    if article.reprint_of:
        entry["reprint_of"] = article.reprint_of
    if article.later:
        entry["after_corrections"] = {
            "outcome": "revised",
            "title": headline(article.later.title, outlet.quotes),
        }
    for quirk in ("feed_date", "guid", "feed_twice"):
        if getattr(article, quirk):
            entry[quirk] = getattr(article, quirk)
    return entry


def _feed(world: World, outlet: str, path: str) -> dict[str, Any]:
    house = world.outlets[outlet]
    articles = [a for a in world.articles if a.outlet == outlet and a.edition == "first"]
    gone = path == house.feed_gone
    odd = sum(o.outlet == outlet for o in world.odd)
    return {
        "outlet": outlet,
        "path": path,
        "format": house.feed,
        "status": "failing" if gone else "ok",
        "http_status": 410 if gone else 301 if path == house.feed_moved_from else 200,
        "items": 0 if gone else len(articles) + odd + sum(a.feed_twice for a in articles),
    }
