"""What a page is when it is no article: paywall stub, cookie wall, live blog, video or index page.

Signals are general ones: what JSON-LD and og:type declare, how long the text is, what stands beside
it, how much of the page is links. No outlet has a rule of its own. Of the 181 pages of
scrapinghub_aeb, all of them articles, none is taken for anything else (tests/quality).
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import orjson
from lxml import html

from transforms.web.page_metadata import linked_data

_ARTICLE = re.compile(r"(\w*Article|BlogPosting|Report|Review|AnalysisNewsArticle)")
_COLLECTIONS = frozenset(("CollectionPage", "SearchResultsPage", "ProfilePage", "ItemList"))
_MAX_LD_CHARS = 1_000_000
_MAX_NODES = 20_000

STUB_CHARS = 300
"""A text that is not free and shorter than this is its beginning only."""
_STUB_PAGE_CHARS = 2000
_SHORT_CHARS = 600
_CAPTION_CHARS = 120
_WALL_CHARS = 4000
_MANY_LINKS = 30
_LINK_SHARE = 0.6
_TEASERS_SHARE = 0.25

# What only the box says that cuts an article off; "subscribe to our newsletter" stands anywhere.
_CUT_OFF = re.compile(
    r"""
    (to|and)\s+(continue|keep)\s+reading | to\s+read\s+(the\s+(full|whole|rest)|this\s+article|on\b)
    | already\s+(a\s+)?(subscribe|member) | (for|reserved\s+for)\s+(our\s+)?(paying\s+)?subscribers
    | subscri(ber|ption)s?[\s-]+(only|exclusive|required) | unlock\s+(this|the\s+full)
    | (sign|log)\s+in\s+to\s+(continue|read) | (jetzt|und|um)\s+weiter(zu)?lesen
    | bereits\s+(abonnent|registriert) | r[eé]serv[eé]e?\s+aux\s+abonn
    | (d[eé]j[aà]|ya)\s+(abonn|suscrit) | pour\s+lire\s+la\s+suite
    | (para|sigue)\s+(seguir\s+)?leyendo | exclusivo\s+para\s+suscriptores
    | contenuto\s+riservato | sei\s+gi[aà]\s+abbonato
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SUBSCRIBE = re.compile(r"subscri|free trial|\babonn|suscri|abbonat", re.IGNORECASE)
_CONSENT = re.compile(
    r"""
    cookies? | consent | privacy | gdpr | our\s+(\d+\s+)?partners | personal(ised|ized|\s+data)
    | legitimate\s+interest | tracking | advertis | einwillig | datenschutz | zustimm
    | consentement | vie\s+priv[eé]e | confidentialit | privacidad | consentimiento | partenaires
    | trattamento | consenso
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SENTENCE = re.compile(r"[.!?:]\s+|\n")


class _Declared(NamedTuple):
    """What JSON-LD says that a page is about, and whether the text may be read by all."""

    types: frozenset[str]
    locked: bool

    @property
    def is_article(self) -> bool:
        return any(_ARTICLE.fullmatch(name) for name in self.types)


def other_than_article(
    tree: html.HtmlElement, meta: dict[str, str], url: str | None, text: str
) -> str:
    """Returns what a page is that is no article, "" for what may be one.

    Args:
        text: what was taken for the article's text, "" for none.
    Returns:
        `live blog`, `video`, `paywall stub`, `cookie wall`, `index page`, or "".
    """
    declared = _declared(tree)
    if "LiveBlogPosting" in declared.types:
        return "live blog"
    if len(text) < _SHORT_CHARS and _is_video(tree, meta, declared, text):
        return "video"
    if _is_stub(tree, declared, text):
        return "paywall stub"
    if _says_article(meta, declared):
        return ""
    if _is_wall(text):
        return "cookie wall"
    return "index page" if _is_index(tree, declared, url, text) else ""


def _says_article(meta: dict[str, str], declared: _Declared) -> bool:
    told = meta.get("og:type", "").lower() == "article" or "article:published_time" in meta
    return told or declared.is_article


def _is_video(tree: html.HtmlElement, meta: dict[str, str], declared: _Declared, text: str) -> bool:
    if meta.get("og:type", "").startswith("video"):
        return True
    if "VideoObject" in declared.types and not declared.is_article:
        return True
    return len(text) < _CAPTION_CHARS and next(tree.iter("video"), None) is not None


def _is_stub(tree: html.HtmlElement, declared: _Declared, text: str) -> bool:
    # Where the extractor missed the article, its paragraphs are there nevertheless.
    if len(text) >= STUB_CHARS or _paragraphs(tree) > _STUB_PAGE_CHARS:
        return False
    if declared.locked or _CUT_OFF.search(text) or _CUT_OFF.search(_beside(tree)):
        return True
    # So little is no article anyway; the word tells only why.
    return 0 < len(text) < _CAPTION_CHARS and bool(_SUBSCRIBE.search(text))


def _beside(tree: html.HtmlElement) -> str:
    """Returns the page's paragraphs and buttons, where walls say what they want."""
    words = (" ".join(one.itertext()) for one in tree.iter("p", "h2", "h3", "button"))
    return "\n".join(words)[:20_000]


def _is_wall(text: str) -> bool:
    """Tells whether most sentences of a text that is not long are about cookies and consent."""
    if not text or len(text) > _WALL_CHARS:
        return False
    sentences = [one for one in _SENTENCE.split(text) if len(one) > 20]
    told = sum(bool(_CONSENT.search(one)) for one in sentences)
    return told >= 2 and told * 2 > len(sentences)


def _is_index(tree: html.HtmlElement, declared: _Declared, url: str | None, text: str) -> bool:
    """Tells whether a page leads to others: a front page, or one whose words are its links'."""
    if url is not None and urlsplit(url).path.strip("/") in ("", "index.html", "index.php"):
        return True
    links = [" ".join("".join(link.itertext()).split()) for link in tree.iter("a")]
    if len(links) < _MANY_LINKS:
        return False
    of_links = sum(map(len, links)) / (sum(map(len, links)) + _paragraphs(tree) or 1)
    share = _LINK_SHARE / 2 if declared.types & _COLLECTIONS else _LINK_SHARE
    return of_links > share and _said_by_links(text, frozenset(links)) >= _TEASERS_SHARE


def _paragraphs(tree: html.HtmlElement) -> int:
    return sum(len("".join(p.itertext()).strip()) for p in tree.iter("p"))


def _said_by_links(text: str, links: frozenset[str]) -> float:
    """Returns how much of a text, line by line, stands in links; 1 for no text."""
    said = sum(len(line) for line in text.split("\n") if " ".join(line.split()) in links)
    return said / len(text) if text else 1.0


def _declared(tree: html.HtmlElement) -> _Declared:
    types: set[str] = set()
    locked = False
    for node in _nodes(tree):
        names = _names(node.get("@type"))
        types.update(names)
        if any(_ARTICLE.fullmatch(name) for name in names):
            locked = locked or str(node.get("isAccessibleForFree")).lower() == "false"
    return _Declared(frozenset(types), locked)


def _nodes(tree: html.HtmlElement) -> Iterator[dict[str, Any]]:
    """Yields what stands at the top of JSON-LD, in its lists and its @graph; nothing deeper.

    What is deeper (a video inside an article) is not what the page is about.
    """
    waiting: list[Any] = [_parsed(text) for text in linked_data(tree)]
    for _ in range(_MAX_NODES):
        if not waiting:
            return
        node = waiting.pop()
        if isinstance(node, list):
            waiting.extend(node)
        elif isinstance(node, dict):
            yield node
            waiting.append(node.get("@graph"))


def _parsed(text: str) -> Any:
    if len(text) > _MAX_LD_CHARS:
        return None
    try:
        return orjson.loads(text.strip().removesuffix(";"))
    except orjson.JSONDecodeError:
        return None


def _names(types: object) -> tuple[str, ...]:
    told = types if isinstance(types, list) else [types]
    return tuple(name for name in told if isinstance(name, str))
