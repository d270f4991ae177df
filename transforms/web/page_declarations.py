"""What a page declares itself to be, in JSON-LD, microdata and meta elements, for machines to read.

The vocabulary is that of https://schema.org, and of Google's and Meta's notes for publishers:
`isAccessibleForFree` with `hasPart` for what is behind a paywall, `article:content_tier`.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import orjson
from lxml import html

from transforms.web.json_values import scalar_text

_ARTICLE = re.compile(r"(\w*Article|BlogPosting|Report|Review)")
_COLLECTIONS = frozenset(("CollectionPage", "SearchResultsPage", "ProfilePage", "ItemList"))
TOPS = ("@graph", "mainEntity")
_MAX_LD_CHARS = 1_000_000
_MAX_NODES = 20_000
_MAX_LOCKED_PARTS = 20


class Declared(NamedTuple):
    """What a page says of itself.

    Attributes:
        types: of schema.org, of what the page is about; of what is in an article (its video, its
            publisher) nothing.
        article: JSON-LD, or one element's microdata, declares an article.
        social: og:type and its like; many systems call every page an article.
        locked, free: the text is said to be for payers, for all; neither where nothing is said.
        words: how many the whole text is said to have; 0 where nothing is said.
        locked_parts: CSS selectors of what is for payers, the first 20.
        player: the page is said to be a player of a film.
        linked: the articles that JSON-LD declares, in its order; no list's entries.
    """

    types: frozenset[str]
    article: bool
    social: bool
    locked: bool
    free: bool
    words: int
    locked_parts: tuple[str, ...]
    player: bool
    linked: tuple[dict[str, Any], ...]

    @property
    def says_article(self) -> bool:
        """Whether the page calls itself an article, and not a collection at the same time."""
        return self.article or (self.social and not self.is_collection)

    @property
    def is_collection(self) -> bool:
        """Whether the page calls itself a list of others, and no article."""
        return not self.article and bool(self.types & _COLLECTIONS)

    @property
    def is_video(self) -> bool:
        """Whether the page calls itself a film, and no article."""
        return self.player or ("VideoObject" in self.types and not self.article)


def declared(tree: html.HtmlElement, meta: dict[str, str]) -> Declared:
    """Reads what a page declares; nothing that it may hold raises."""
    nodes = list(_nodes(tree))
    marked_up = _microdata(tree)
    articles = tuple(filter(is_article, nodes))
    kind = meta.get("og:type", "").lower()
    social = kind == "article" or "article:published_time" in meta
    types = {name for node in nodes for name in types_of(node)} | marked_up
    access = {_lower(one.get("isAccessibleForFree")) for one in articles}
    access.add(meta.get("isaccessibleforfree", "").lower())
    parts = (part for one in articles for part in _locked_parts(one))
    tier = meta.get("article:content_tier") or meta.get("og:article:content_tier") or ""
    return Declared(
        types=frozenset(types | ({"ProfilePage"} if kind == "profile" else set())),
        article=bool(articles) or any(map(_ARTICLE.fullmatch, marked_up)),
        social=social,
        locked="false" in access or tier.lower() == "locked",
        free="true" in access and "false" not in access,
        words=max((_number(one.get("wordCount")) for one in articles), default=0),
        locked_parts=tuple(dict.fromkeys(parts))[:_MAX_LOCKED_PARTS],
        player=kind.startswith("video") or (not social and not articles and _plays(meta)),
        linked=articles,
    )


def is_article(node: dict[str, Any]) -> bool:
    """Tells whether a node of JSON-LD is an article, or what is read as one."""
    return any(map(_ARTICLE.fullmatch, types_of(node)))


def _plays(meta: dict[str, str]) -> bool:
    return meta.get("twitter:card", "").lower() == "player" or any(
        name in meta for name in ("og:video", "og:video:url", "og:video:secure_url")
    )


def _microdata(tree: html.HtmlElement) -> set[str]:
    """Returns the types of outermost microdata; of an article only where there is one of its kind.

    On a page of teasers each of them is one.
    """
    outermost = tree.xpath("//*[@itemtype][not(ancestor::*[@itemtype])]")
    found = Counter(one.get("itemtype").rstrip("/").rpartition("/")[2] for one in outermost)
    return {name for name, times in found.items() if times == 1 or not _ARTICLE.fullmatch(name)}


def _locked_parts(article: dict[str, Any]) -> Iterator[str]:
    parts = article.get("hasPart")
    for part in parts if isinstance(parts, list) else [parts]:
        if isinstance(part, dict) and _lower(part.get("isAccessibleForFree")) == "false":
            selectors = part.get("cssSelector")
            for one in selectors if isinstance(selectors, list) else [selectors]:
                if isinstance(one, str):
                    yield one


def _lower(told: object) -> str:
    return scalar_text(told).lower()


def _number(told: object) -> int:
    text = scalar_text(told)
    return int(text) if re.fullmatch(r"\d{1,6}", text) else 0


def linked_data(tree: html.HtmlElement) -> Iterator[str]:
    """Yields the texts of the page's JSON-LD, as they stand there."""
    return (script.text or "" for script in linked_scripts(tree))


def linked_scripts(tree: html.HtmlElement) -> list[html.HtmlElement]:
    """Returns the elements that hold the page's JSON-LD."""
    return [one for one in tree.iter("script") if "ld+json" in (one.get("type") or "")]


def _nodes(tree: html.HtmlElement) -> Iterator[dict[str, Any]]:
    return nodes_in(map(parsed, linked_data(tree)))


def nodes_in(told: Iterable[Any]) -> Iterator[dict[str, Any]]:
    """Yields what stands at the top of JSON-LD, in its lists, its @graph, and what a page is about.

    What is deeper (a video inside an article) is not what the page is about.
    """
    waiting: list[Any] = list(told)[::-1]
    for _ in range(_MAX_NODES):
        if not waiting:
            return
        node = waiting.pop()
        if isinstance(node, list):
            waiting.extend(reversed(node))
        elif isinstance(node, dict):
            yield node
            waiting.extend(node[name] for name in reversed(TOPS) if name in node)


def parsed(text: str) -> Any:
    """Returns what a text of JSON-LD says, None for no JSON, or over a million characters."""
    if len(text) > _MAX_LD_CHARS:
        return None
    try:
        return orjson.loads(text.strip().removesuffix(";"))
    except orjson.JSONDecodeError:
        return None


def types_of(node: dict[str, Any]) -> tuple[str, ...]:
    """Returns the types of schema.org that a node has."""
    types = node.get("@type")
    told = types if isinstance(types, list) else [types]
    return tuple(name for name in told if isinstance(name, str))
