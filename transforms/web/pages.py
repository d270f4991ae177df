"""A page to the text of its article."""

import dataclasses
import datetime as dt
import itertools
import logging
import re
from typing import Any

from justext import core
from lxml import html
from trafilatura import bare_extraction

from schemas.ids import normalised
from schemas.records import Item, PublishedFrom
from transforms.text.languages import detect_language
from transforms.text.lengths import weight
from transforms.text.paragraphs import body_text
from transforms.web.feed_entries import MAX_TITLE_CHARS
from transforms.web.feed_furniture import drop_boxes
from transforms.web.html_trees import MAX_ELEMENTS, NoText, count_of_elements, tree_of
from transforms.web.own_articles import keep_own_article
from transforms.web.page_blocks import (
    linked_lines,
    pointers,
    share_in,
    teasers_within,
    without_lines,
    words_of,
)
from transforms.web.page_dates import published
from transforms.web.page_declarations import declared
from transforms.web.page_kinds import other_than_article
from transforms.web.page_metadata import declared_language, headline, meta_values, own_url
from transforms.web.page_names import names_of

MIN_BODY_CHARS = 120
"""A text that weighs less (`transforms.text.lengths`) is a teaser, a caption or a notice."""

_BARS = re.compile(r"\|(?:\s*\|)*")

# Around each short paragraph justext (3.0), which trafilatura asks where it finds little text,
# looks for a long one as far as the page goes: thousands of short ones held a core for minutes.
_MAX_PARAGRAPHS_AWAY = 100
_inside: Any = core
_neighbour = _inside._get_neighbour


def _near(at: int, paragraphs: list[Any], ignore_neargood: bool, step: int, end: int) -> str:
    last = at + step * _MAX_PARAGRAPHS_AWAY
    near = min(last, end) if step > 0 else max(last, end)
    return str(_neighbour(at, paragraphs, ignore_neargood, step, near))


_inside._get_neighbour = _near

# What it drops ends as an outcome with the reason; lines in a log would say it twice.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PageText:
    """What a page holds.

    Attributes:
        title: "" where it has none. body: plain text, one paragraph a line.
        url: canonical, None where neither the page nor its address tells.
        published_at: possible only: not before 1990, not over a day after the fetch.
        exact: whether the page tells it with its hour and zone.
    """

    title: str
    body: str
    url: str | None
    authors: tuple[str, ...]
    published_at: dt.datetime | None
    published_from: PublishedFrom
    exact: bool
    language: str


def read_page(
    body: bytes,
    content_type: str,
    url: str | None,
    fetched_at: dt.datetime,
    item: Item | None = None,
) -> PageText:
    """Reads a page: its bytes as served, content encoding undone.

    Options of trafilatura were chosen on half of the 181 pages of scrapinghub_aeb
    (tests/quality/test_extraction.py): its stricter mode, without comments. The bound of 40,000
    elements keeps a page within a few seconds.

    Raises:
        NoText: no article in it, with the reason: what the page is instead
            (`transforms.web.page_kinds`), or `too short`, or `no article text found`.
        PageTooLong, TooManyElements: see `transforms.web.html_trees`.
    """
    tree = tree_of(body, content_type)
    meta = meta_values(tree)
    address = own_url(tree, meta, url)
    keep_own_article(tree, (address, url), [*_told_titles(tree, meta), *_headings(tree)])
    drop_boxes(tree)
    found = _extracted(tree)
    names = names_of(tree)
    own = headline(" ".join(names.title.split()), names.site, address)
    title = _title(own, item)
    titles = (names.title, own, title, *_headings(tree))
    text = _body(found, titles)
    said = declared(tree, meta)
    if reason := other_than_article(tree, said, url, title, text):
        raise NoText(reason)
    # When the feed says that an entry was changed is nearer than a guess.
    guess = item is None or item.published_from != "feed_updated"
    told = published(tree, meta, said.linked, address, fetched_at, guess=guess)
    text = _without_others(tree, address, text, titles)
    if weight(text) < MIN_BODY_CHARS:
        raise NoText(f"too short: {len(text)} characters" if text else "no article text found")
    hint = (item.language if item else None) or declared_language(tree, meta)
    return PageText(
        title=title,
        body=text,
        url=address,
        authors=names.authors,
        published_at=told.at,
        published_from=told.told_by,
        exact=told.exact,
        language=detect_language(f"{title}\n{text}", hint),
    )


def _extracted(tree: html.HtmlElement) -> Any:
    """The extractor's document, None where it finds no text. It may change the tree's copy only."""
    return bare_extraction(tree, include_comments=False, favor_precision=True)


def _without_others(
    tree: html.HtmlElement, url: str | None, text: str, titles: tuple[str, ...]
) -> str:
    """The text without what points to other stories. If teasers are in it, they leave the tree.

    A page of over 20,000 elements keeps them: reading it twice costs too much.
    """
    lines = linked_lines(tree)
    text = without_lines(text, pointers(lines, url))
    rows = teasers_within(tree, lines, url)
    if not share_in(text, rows) or count_of_elements(tree) > MAX_ELEMENTS // 2:
        return text
    for one in rows:
        one.drop_tree()
    again = without_lines(_body(_extracted(tree), titles), pointers(lines, url))
    return min(text, again, key=len)


def _body(found: Any, titles: tuple[str, ...]) -> str:
    """The text, without the headline that pages repeat on top of it, in any of its forms."""
    told = found.text if found else ""
    lines = [_without_bars(line) for line in body_text(told or "").split("\n")]
    if normalised(lines[0]) in map(normalised, titles):
        del lines[0]
    return "\n".join(line for line in lines if line)


def _headings(tree: html.HtmlElement) -> list[str]:
    """The words of the first 20 h1: a headline may be another one for searches and for readers."""
    return [words_of(one) for one in itertools.islice(tree.iter("h1"), 20)]


def _told_titles(tree: html.HtmlElement, meta: dict[str, str]) -> list[str]:
    told = [words_of(one) for one in itertools.islice(tree.iter("title"), 1)]
    return [*told, *(meta[name] for name in ("og:title", "twitter:title") if name in meta)]


def _without_bars(line: str) -> str:
    """A row of a table as text, without what the extractor draws around cells and below heads."""
    if not line.startswith("|"):
        return line
    words = " ".join(_BARS.sub(" ", line).split())
    return words if words.strip("- ") else ""


def _title(own: str, item: Item | None) -> str:
    """The page's own; the feed's where the page has none, or wraps it in more words."""
    given = item.title if item else ""
    return (given if given and (not own or given in own) else own)[:MAX_TITLE_CHARS]
