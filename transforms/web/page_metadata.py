"""What a page says of itself beside its text: canonical URL, time, kind, language, title."""

import datetime as dt
import functools
import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urljoin

from htmldate import extractors, find_date
from lxml import html

from schemas.records import PublishedFrom
from transforms.times import is_exact, parse_time, plausible
from transforms.web.feed_entries import language_code
from transforms.web.page_declarations import declared_articles, linked_data
from transforms.web.urls import (
    canonical_or_none,
    is_front_page,
    path_of,
    registered_domain,
    same_registered_domain,
    without_amp,
)

_LD_DATE = re.compile(r'"datePublished"\s*:\s*"([^"]{4,40})"')
_DATE_CHARS = range(8, 41)
_MAX_ARTICLES = 50
# Not the three of `/2024/11/3-killed-in-blast`, nor what `top-2020-10-5-films` counts.
_URL_DATE = re.compile(
    r"[/_-](\d{4})([/_-])(\d{1,2})\2(\d{1,2}(?=[/.]|\Z)|\d\d(?=\2)|(?<=-)\d\d(?=[_,]))"
    r"|/(\d{4})-(\d\d)/(\d\d)(?=/)|/(\d{4})/(\d\d)-(\d\d)(?=/)"
)
_META_DATES = (
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "dcterms.date",
    "dc.date.issued",
    "dc.date",
    "pubdate",
    "publishdate",
    "publish-date",
    "date",
)
# What `2024-11` leaves out, htmldate (1.11) would take from today's date.
_inside: Any = extractors
_inside.dateutil_parse = functools.partial(
    _inside.dateutil_parse, default=dt.datetime.combine(dt.date.min, dt.time.min)
)
_SEPARATOR = re.compile(r"\s+[|\u00b7\u2022\u2013\u2014\u00bb-]+\s+|\s*::\s*")
# As titles without spaces have them; of Latin letters a hyphen joins words: "e-mail".
_TIGHT_SEPARATOR = re.compile(r"[|_\uff5c\uff1a]|(?<=[\u3041-\u30ff\u3400-\u9fff])-")
_AROUND_NAMES = " \u3000|_\uff5c\uff1a\u00b7\u2022\u2013\u2014\u00bb:-"


class Published(NamedTuple):
    """A time of publication and who told; (None, "unknown") where nobody did.

    Attributes:
        exact: whether it was told with its hour and zone.
    """

    at: dt.datetime | None
    told_by: PublishedFrom
    exact: bool = False


def meta_values(tree: html.HtmlElement) -> dict[str, str]:
    """Returns the page's meta elements: lower-case name, property or itemprop to first content."""
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        content = (element.get("content") or "").strip()
        if name and content:
            found.setdefault(name.strip().lower(), content)
    return found


def own_url(tree: html.HtmlElement, meta: dict[str, str], url: str | None) -> str | None:
    """Returns the page's canonical URL, None where there is none.

    rel=canonical, then og:url, are believed within the registered domain of `url` (any, where
    `url` is None), unless they name the front page; else it is `url` itself.
    """
    links = (link.get("href") for link in tree.iter("link") if _is_canonical(link))
    for candidate in (*links, meta.get("og:url")):
        own = canonical_or_none(_joined(url, candidate)) if candidate else None
        if own and not is_front_page(own) and (not url or same_registered_domain(own, url)):
            return own
    address = canonical_or_none(url)
    return without_amp(address) if address and _is_amp(tree) else address


def _is_amp(tree: html.HtmlElement) -> bool:
    """Tells whether the page says that it is AMP (https://amp.dev/documentation: <html amp>)."""
    root = tree.getroottree().getroot()
    return any(name in root.attrib for name in ("amp", "\u26a1", "\u26a1\ufe0f"))


def _joined(base: str | None, link: str) -> str:
    try:
        return urljoin(base or "", link.strip())
    except ValueError:
        return link


def _is_canonical(link: html.HtmlElement) -> bool:
    return "canonical" in (link.get("rel") or "").lower().split()


def published(
    tree: html.HtmlElement,
    meta: dict[str, str],
    url: str | None,
    fetched_at: dt.datetime,
    *,
    guess: bool = True,
) -> Published:
    """Returns the first possible time out of JSON-LD, meta elements, the URL, and other markup.

    Args:
        url: canonical, None where unknown.
        guess: whether other markup is asked; its dates may be those of what stands beside the
            article, or of a sentence in it.
    """
    for text in _told_dates(tree, meta, url):
        at = plausible(parse_time(text), fetched_at)
        if at:
            return Published(at, "page", is_exact(text))
    from_url = _from_url(url or "", fetched_at)
    return from_url if from_url.at or not guess else _guessed(tree, fetched_at)


def _guessed(tree: html.HtmlElement, fetched_at: dt.datetime) -> Published:
    latest = dt.datetime.combine(fetched_at + dt.timedelta(days=1), dt.time.max)
    # Without a URL it would read that of rel=canonical, where each number may be a day.
    guess = find_date(tree, extensive_search=False, original_date=True, url="", max_date=latest)
    at = plausible(parse_time(guess), fetched_at)
    return Published(at, "page" if at else "unknown")


def _told_dates(tree: html.HtmlElement, meta: dict[str, str], url: str | None) -> Iterator[str]:
    """Yields the page's own dates first: films, sites and other articles in JSON-LD have theirs.

    Of a date that has no hour, or no zone, the form is taken that has it elsewhere.
    """
    in_meta = [meta[name] for name in _META_DATES if name in meta]
    in_scripts = [date for script in linked_data(tree) for date in _LD_DATE.findall(script)[:1]]
    dates: dict[bool | None, list[str]] = {True: [], None: [], False: []}
    for article in declared_articles(tree)[:_MAX_ARTICLES]:
        date = article.get("datePublished")
        if isinstance(date, str) and len(date) in _DATE_CHARS:
            dates[_is_about(article, url)].append(date)
    # Where no article is declared, other nodes have the page's date, and more often with its zone.
    told = in_meta + in_scripts if any(dates.values()) else in_scripts + in_meta
    ranked = [*dates[True], *dates[None], *told]
    for date in ranked:
        forms = [form for form in (date, *in_scripts, *in_meta) if form.startswith(date)]
        yield max(forms, key=len)


def _is_about(article: dict[str, Any], url: str | None) -> bool | None:
    """Tells whether JSON-LD names the page as the article's own, or another one; None for none."""
    entity = article.get("mainEntityOfPage")
    told = [article.get("url"), article.get("@id"), entity]
    told.append(entity.get("@id") if isinstance(entity, dict) else None)
    named = {canonical_or_none(one) for one in told if isinstance(one, str)}
    if not url:
        return None
    if url in named:
        return True
    # Its section, or the outlet.
    pages = [one for one in named if one and not is_front_page(one) and not url.startswith(one)]
    return False if pages else None


def _from_url(url: str, fetched_at: dt.datetime) -> Published:
    match = _URL_DATE.search(path_of(url))
    numbers = [part for part in match.groups("") if part.isdigit()] if match else []
    at = plausible(parse_time("-".join(f"{part:0>2}" for part in numbers)), fetched_at)
    return Published(at, "url" if at else "unknown")


def declared_language(tree: html.HtmlElement, meta: dict[str, str]) -> str | None:
    """Returns the ISO 639-1 code that the page declares."""
    return language_code(
        tree.get("lang") or meta.get("og:locale") or meta.get("content-language") or None
    )


def headline(title: str, site: str, url: str | None) -> str:
    """Returns `title` without the outlet's name that many pages put before or after it."""
    names = {_bare(name) for name in (site, _domain_name(url)) if name}
    for separator in (_SEPARATOR, _TIGHT_SEPARATOR):
        parts = separator.split(title)
        if len(parts) > 1 and _bare(parts[-1]) in names:
            return title[: title.rindex(parts[-1])].rstrip(_AROUND_NAMES) or title
        if len(parts) > 1 and _bare(parts[0]) in names:
            return title[len(parts[0]) :].lstrip(_AROUND_NAMES) or title
    return title


def _domain_name(url: str | None) -> str:
    return registered_domain(url).partition(".")[0] if url else ""


def _bare(name: str) -> str:
    return re.sub(r"\.(com|org|net)$|\W", "", name.lower())
