"""When a page says that its article was published."""

import datetime as dt
import functools
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from htmldate import extractors, find_date
from lxml import html

from schemas.records import PublishedFrom
from transforms.times import is_exact, parse_time, plausible
from transforms.web.page_declarations import declared_articles, linked_data
from transforms.web.urls import canonical_or_none, is_front_page, path_of

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


class Published(NamedTuple):
    """A time of publication and who told; (None, "unknown") where nobody did.

    Attributes:
        exact: whether it was told with its hour and zone.
    """

    at: dt.datetime | None
    told_by: PublishedFrom
    exact: bool = False


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
