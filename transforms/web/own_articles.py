"""Which of the articles that a page declares in JSON-LD is its own; the others leave the page.

Outlets declare the stories beside an article as articles, too, each with headline, author and date,
and the live blog that runs elsewhere on the site.
"""

import contextlib
from collections.abc import Collection, Iterable, Sequence
from typing import Any
from urllib.parse import urljoin

import orjson
from lxml import html

from schemas.ids import normalised
from transforms.web.feed_entries import MAX_TITLE_CHARS
from transforms.web.json_values import scalar_text
from transforms.web.markup import plain_text
from transforms.web.page_declarations import (
    TOPS,
    is_article,
    linked_scripts,
    nodes_in,
    parsed,
    types_of,
)
from transforms.web.urls import canonical_or_none, is_front_page

_MAX_ARTICLES = 200
# A headline of so many characters is looked for within titles; a shorter one may be a word of many.
_WHOLE_CHARS = 20


def keep_own_article(
    tree: html.HtmlElement, urls: Collection[str | None], titles: Sequence[str]
) -> None:
    """Takes out of the page's JSON-LD what it says of other articles, and of other people.

    The page's own article is what names the page, and what has its headline and no address; else
    what has its headline; else the first that names no other page. One alone stays. Persons stay
    whom it names as authors, if it names any.

    Args:
        urls: the page's addresses. titles: what the page is called, by its parts.
    """
    told = [(script, parsed(script.text or "")) for script in linked_scripts(tree)]
    nodes = list(nodes_in(one for _, one in told))
    articles = [node for node in nodes if is_article(node) or "LiveBlogPosting" in types_of(node)]
    own = articles if len(articles) < 2 else _own(articles[:_MAX_ARTICLES], urls, titles)
    kept = {id(node) for node in (*own, *_authors(own, nodes))}
    others = {
        id(node) for node in (*articles, *(_persons(nodes) if own else ())) if id(node) not in kept
    }
    for script, one in told if others else ():
        _drop(one, others)
        # What is nested deeper than orjson writes, or has a letter that no markup has, stays.
        with contextlib.suppress(orjson.JSONEncodeError, ValueError):
            script.text = "" if id(one) in others else orjson.dumps(one).decode()


def is_about(article: dict[str, Any], urls: Collection[str | None]) -> bool | None:
    """Tells whether JSON-LD names the page as the article's own, or another one; None for none."""
    own = {one for url in urls if (one := _address(url))}
    if not own:
        return None
    entity = article.get("mainEntityOfPage")
    told = [article.get("url"), article.get("@id"), entity]
    if isinstance(entity, dict):
        told += [entity.get("@id"), entity.get("url")]
    base = next(filter(None, urls), None)
    named = {one for link in told if (one := _address(link, base))}
    if own & named:
        return True
    # Its section, or the outlet.
    pages = [
        one
        for one in named
        if not is_front_page(one) and not any(url.startswith(one) for url in own)
    ]
    return False if pages else None


def _address(link: object, base: str | None = None) -> str:
    """Returns an address to compare: canonical, without a closing slash; "" for none."""
    if not isinstance(link, str):
        return ""
    try:
        whole = urljoin(base, link.strip()) if base else link
    except ValueError:
        return ""
    return (canonical_or_none(whole) or "").rstrip("/")


def _own(
    articles: list[dict[str, Any]], urls: Collection[str | None], titles: Iterable[str]
) -> list[dict[str, Any]]:
    about = [(one, is_about(one, urls)) for one in articles]
    called = list(filter(None, (normalised(title[:MAX_TITLE_CHARS]) for title in titles)))
    own = [one for one, is_own in about if is_own]
    unnamed = [one for one, is_own in about if is_own is None]
    if own:
        # It may be declared twice, once without an address.
        return [*own, *(one for one in unnamed if _is_called(one, called))]
    return [one for one in articles if _is_called(one, called)] or unnamed[:1]


def _is_called(article: dict[str, Any], titles: list[str]) -> bool:
    told = plain_text(scalar_text(article.get("headline")) or scalar_text(article.get("name")))
    headline = normalised(told)
    if len(headline) < _WHOLE_CHARS:
        return headline in titles
    return any(headline in title for title in titles)


def _persons(nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [node for node in nodes if "Person" in types_of(node)]


def _authors(own: list[dict[str, Any]], nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Returns the persons that articles name as authors; all where they name nobody."""
    told = [author for one in own for author in _listed(one.get("author"))]
    names = {author for author in told if isinstance(author, str)}
    for author in told:
        if isinstance(author, dict):
            names.update((_told(author, "@id"), _told(author, "name")))
    persons = _persons(nodes)
    known = [one for one in persons if names & {_told(one, "@id"), _told(one, "name")} - {""}]
    return known if known or any(map(_is_named, told)) else persons


def _told(node: dict[str, Any], key: str) -> str:
    return scalar_text(node.get(key))


def _is_named(author: Any) -> bool:
    return bool(author.get("name") if isinstance(author, dict) else author)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _drop(told: Any, others: set[int]) -> None:
    """Takes nodes out of what holds them: lists, and what a page is about."""
    waiting = [told]
    while waiting:
        holder = waiting.pop()
        if isinstance(holder, list):
            holder[:] = [one for one in holder if id(one) not in others]
            waiting.extend(holder)
        elif isinstance(holder, dict):
            for name in TOPS:
                if id(holder.get(name)) in others:
                    del holder[name]
            waiting.extend(holder[name] for name in TOPS if name in holder)
