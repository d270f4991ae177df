"""Reads the content folder: outlets, stories and articles as their authors wrote them."""

import dataclasses
import datetime as dt
import functools
import tomllib
import zlib
from pathlib import Path
from typing import Any, Literal

HERE = Path(__file__).parent
FeedFormat = Literal[
    "rss-full",
    "rss-summary",
    "rss-links",
    "rss-broken",
    "atom-full",
    "atom-summary",
    "json",
    "sitemap",
]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """A publisher and its house style; `outlets.toml` says what the fields mean.

    Attributes:
        tracking: query string that its feed appends to links.
        feed_moved_from, feed_gone: paths of feeds that answer 301 and 410.
    """

    id: str
    name: str
    tagline: str
    language: str
    template: str
    path: str
    feed: FeedFormat
    feed_path: str
    quotes: str
    sections: tuple[str, ...]
    related: str
    notice: str
    footer: str
    comments: tuple[str, ...]
    charset: str = "utf-8"
    credit: str = ""
    tracking: str = ""
    feed_moved_from: str = ""
    feed_gone: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article in one edition.

    Attributes:
        name: `<story>/<file name>`, unique.
        text: Markdown; a reprint's is the agency's, cut by `drop_tail` paragraphs.
        reprint_of: name of the agency's article.
        updated_at: of this text; equal to `published_at` until it is corrected.
        feed_date: what the feed says instead of the true date, "" for the true one.
        guid: feed id where it is not the URL. feed_twice: the feed names it two times.
        listed_as: path that the feed names, which redirects to the true one.
        later: the same article in the edition after corrections.
        edition: the one that first has it.
    """

    name: str
    story: str
    outlet: str
    slug: str
    title: str
    author: str
    text: str
    published_at: dt.datetime
    updated_at: dt.datetime
    reprint_of: str = ""
    drop_tail: int = 0
    feed_date: str = ""
    guid: str = ""
    feed_twice: bool = False
    listed_as: str = ""
    later: "Article | None" = None
    edition: Literal["first", "later"] = "first"

    @property
    def number(self) -> int:
        return 10_000 + zlib.crc32(self.name.encode()) % 90_000


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Odd:
    """A URL that a feed names and that brings no article."""

    outlet: str
    path: str
    title: str
    published_at: dt.datetime
    outcome: str
    why: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """All of it. `stories` maps a story's folder to its `story.toml`."""

    outlets: dict[str, Outlet]
    articles: tuple[Article, ...]
    stories: dict[str, dict[str, Any]]
    odd: tuple[Odd, ...]

    def path(self, article: Article) -> str:
        """Returns where `article` is found on its outlet's host."""
        return self.outlets[article.outlet].path.format(
            date=article.published_at, slug=article.slug, number=article.number
        )


@functools.cache
def load_world() -> World:
    """Reads this folder; articles come in order of publication.

    Raises:
        ValueError: a file has no front matter, or names an unknown outlet or article.
    """
    settings = tomllib.loads((HERE / "outlets.toml").read_text("utf-8"))
    outlets = {o["id"]: Outlet(**_tuples(o)) for o in settings["outlet"]}
    stories = {
        path.parent.name: tomllib.loads(path.read_text("utf-8"))
        for path in sorted(HERE.glob("content/*/story.toml"))
    }
    articles = {}
    for path in sorted(HERE.glob("content/*/*.md")):
        if not path.name.endswith(".later.md"):
            article = _article(path)
            if article.outlet not in outlets:
                raise ValueError(f"{path.name}: no outlet {article.outlet!r} in outlets.toml")
            articles[article.name] = article
    taken = [_with_agency_text(a, articles, outlets) for a in articles.values()]
    return World(
        outlets=outlets,
        articles=tuple(sorted(taken, key=lambda a: (a.published_at, a.name))),
        stories=stories,
        odd=tuple(Odd(**odd) for odd in settings["odd"]),
    )


def _tuples(table: dict[str, Any]) -> dict[str, Any]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in table.items()}


def _front_matter(path: Path) -> tuple[dict[str, Any], str]:
    _, head, text = path.read_text("utf-8").split("+++\n", 2)
    return tomllib.loads(head), text.strip()


def _article(path: Path) -> Article:
    head, text = _front_matter(path)
    article = Article(
        name=f"{path.parent.name}/{path.stem}",
        story=path.parent.name,
        slug=path.stem.removeprefix(f"{head['outlet']}-"),
        text=text,
        updated_at=head["published_at"],
        **head,
    )
    later = path.with_suffix(".later.md")
    if not later.exists():
        return article
    changed, text = _front_matter(later)
    return dataclasses.replace(article, later=dataclasses.replace(article, text=text, **changed))


def _with_agency_text(
    article: Article, articles: dict[str, Article], outlets: dict[str, Outlet]
) -> Article:
    if not article.reprint_of:
        return article
    if article.reprint_of not in articles:
        raise ValueError(f"{article.name}: reprint of {article.reprint_of!r}, which is not there")
    paragraphs = articles[article.reprint_of].text.split("\n\n")
    kept = paragraphs[: len(paragraphs) - article.drop_tail]
    return dataclasses.replace(article, text="\n\n".join([*kept, outlets[article.outlet].credit]))
