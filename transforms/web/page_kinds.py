"""What a page is when it is no article: a wall, a live blog, a video, a list, or a lost page.

Signals are general ones: what the page declares, how long the text is, in which parts of the page
it stands and what these are called, how much of the page is links. No outlet has a rule of its own;
words decide only where no structure does. `tests/foreign_pages` has pages of many makes and
languages to judge the rules by; of the 181 pages of scrapinghub_aeb, all of them articles, none is
taken for anything else (tests/quality).
"""

import re
from collections.abc import Callable

from lxml import html

from transforms.text.lengths import weight
from transforms.web.page_blocks import in_rows_around, share_in, teasers, words_of
from transforms.web.page_declarations import Declared
from transforms.web.page_walls import (
    CAPTION_CHARS,
    MOST,
    SHORT_CHARS,
    is_consent_wall,
    is_login,
    is_lost,
    is_stub,
)
from transforms.web.urls import is_front_page, path_of

_MANY_LINKS = 30
_LINK_SHARE = 0.6
_TEASERS_SHARE = 0.25
_MANY_TEASERS = 5
_MANY_POSTS = 4
_LIVE = re.compile(
    r"(?<![a-z])(live|liveblog|live-?ticker|lx-stream|en-?direct|directo|ao-?vivo|diretta|minut[eo]-)"
    r"(?![a-z])|live[-_]?(blog|ticker|feed|stream|post|update)",
    re.IGNORECASE,
)


def other_than_article(
    tree: html.HtmlElement, told: Declared, url: str | None, title: str, text: str
) -> str:
    """Returns what a page is that is no article, "" for what may be one.

    Args:
        title: without the outlet's name. text: what was taken for the article's, "" for none.
    Returns:
        `live blog`, `cookie wall`, `video`, `error page`, `paywall stub`, `login wall`,
        `index page`, or "".
    """
    said = told.says_article
    kinds: tuple[tuple[str, Callable[[], bool]], ...] = (
        ("live blog", lambda: "LiveBlogPosting" in told.types or _is_live(tree, url, text)),
        ("cookie wall", lambda: is_consent_wall(tree, told, text)),
        ("video", lambda: _is_video(tree, told, text)),
        ("error page", lambda: is_lost(tree, told, title)),
        ("paywall stub", lambda: is_stub(tree, told, text)),
        ("login wall", lambda: not said and is_login(tree, text)),
        ("index page", lambda: not said and _is_index(tree, told, url, text)),
    )
    return next((kind for kind, is_it in kinds if is_it()), "")


def _is_live(tree: html.HtmlElement, url: str | None, text: str) -> bool:
    """Tells whether most of the text is a row of posts with a time each, on what is called live."""
    times = list(tree.iter("time"))
    if len(times) < _MANY_POSTS:
        return False
    posts = in_rows_around(times)
    if len(posts) < _MANY_POSTS or share_in(text, posts) < MOST:
        return False
    names = [f"{one.get('id')} {one.get('class')}" for post in posts for one in _around(post)]
    return any(map(_LIVE.search, [*names, path_of(url or "")]))


def _around(post: html.HtmlElement) -> list[html.HtmlElement]:
    parent = post.getparent()
    return [post] if parent is None else [post, parent]


def _is_video(tree: html.HtmlElement, told: Declared, text: str) -> bool:
    """Tells whether a page with little text of its own is about a film."""
    if told.is_video:
        return _own_chars(text, teasers(tree)) < SHORT_CHARS
    return weight(text) < CAPTION_CHARS and next(tree.iter("video"), None) is not None


def _own_chars(text: str, rows: list[html.HtmlElement]) -> float:
    """Returns how long a text is without what stands in teasers."""
    return weight(text) * (1 - share_in(text, rows))


def _is_index(tree: html.HtmlElement, told: Declared, url: str | None, text: str) -> bool:
    """Tells whether a page leads to others: by its address, its teasers, or its links' words."""
    if is_front_page(url):
        return True
    rows = teasers(tree)
    if len(rows) >= _MANY_TEASERS:
        own = _own_chars(text, rows)
        if told.is_collection or (own < SHORT_CHARS and own <= weight(text) * MOST):
            return True
    links = list(tree.iter("a"))
    if len(links) < _MANY_LINKS:
        return False
    in_links = sum(len(words_of(link)) for link in links)
    share = _LINK_SHARE / 2 if told.is_collection else _LINK_SHARE
    of_links = in_links / (in_links + _paragraphs(tree) or 1)
    return of_links > share and (not text or share_in(text, links) >= _TEASERS_SHARE)


def _paragraphs(tree: html.HtmlElement) -> int:
    return sum(len("".join(p.itertext()).strip()) for p in tree.iter("p"))
