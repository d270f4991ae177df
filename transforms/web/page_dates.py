"""When a page says that its article was published."""

import datetime as dt
import functools
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from htmldate import extractors, find_date
from lxml import html

from schemas.records import PublishedFrom
from transforms.times import is_exact, parse_time, plausible
from transforms.web.own_articles import is_about
from transforms.web.page_declarations import linked_data
from transforms.web.urls import path_of

_LD_DATE = re.compile(r'"datePublished"\s*:\s*"([^"]{4,40})"')
_DATE_CHARS = range(8, 41)
_MAX_ARTICLES = 50
_MAX_DATES = 500
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
_PUBLISHED = "//*[@itemprop='datePublished']"
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
    articles: Sequence[dict[str, Any]],
    url: str | None,
    fetched_at: dt.datetime,
    *,
    guess: bool = True,
) -> Published:
    """Returns the first possible time out of JSON-LD, meta elements, the URL, and other markup.

    Of a date that has no hour, or no zone, the form is taken that has it elsewhere on the page.

    Args:
        articles: those that JSON-LD declares (`Declared.linked`).
        url: canonical, None where unknown.
        guess: whether other markup is asked for the day; its dates may be those of what stands
            beside the article, or of a sentence in it.
    """
    forms = _first(_forms(tree, meta))
    for date in _first(_told_dates(tree, meta, articles, url)):
        text = _fullest(date, forms)
        at = plausible(parse_time(text), fetched_at)
        if at:
            return Published(at, "page", is_exact(text))
    in_url = _day_in(url or "", fetched_at)
    day = in_url or (_guessed(tree, fetched_at) if guess else "")
    text = _fullest(day, forms) if day else ""
    at = plausible(parse_time(text), fetched_at)
    told_by: PublishedFrom = "url" if text == in_url else "page"
    return Published(at, told_by if at else "unknown", is_exact(text))


def _first(dates: Iterable[str]) -> list[str]:
    return list(itertools.islice(dict.fromkeys(dates), _MAX_DATES))


def _guessed(tree: html.HtmlElement, fetched_at: dt.datetime) -> str:
    """The day that any other markup suggests, "" for none."""
    latest = dt.datetime.combine(fetched_at + dt.timedelta(days=1), dt.time.max)
    # Without a URL it would read that of rel=canonical, where each number may be a day.
    guess = find_date(tree, extensive_search=False, original_date=True, url="", max_date=latest)
    return guess or ""


def _told_dates(
    tree: html.HtmlElement,
    meta: dict[str, str],
    articles: Sequence[dict[str, Any]],
    url: str | None,
) -> Iterator[str]:
    """Yields the page's own dates first: films, sites and other articles in JSON-LD have theirs."""
    dates: dict[bool | None, list[str]] = {True: [], None: [], False: []}
    for article in articles[:_MAX_ARTICLES]:
        date = article.get("datePublished")
        if isinstance(date, str) and len(date) in _DATE_CHARS:
            dates[is_about(article, (url,))].append(date)
    yield from (*dates[True], *dates[None])
    # Where no article is declared, other nodes have the page's date, and more often with its zone.
    others = (_in_meta(meta), _in_scripts(tree))
    for told in others if any(dates.values()) else reversed(others):
        yield from told


def _forms(tree: html.HtmlElement, meta: dict[str, str]) -> Iterator[str]:
    """Yields what may be a date in full; first what is called a time of publication."""
    yield from _in_scripts(tree)
    yield from _in_meta(meta)
    yield from tree.xpath(f"{_PUBLISHED}/@datetime | {_PUBLISHED}/@content")
    yield from (content for name, content in meta.items() if "pub" in name)
    yield from tree.xpath("//time/@datetime | //abbr/@title")


def _in_meta(meta: dict[str, str]) -> list[str]:
    return [meta[name] for name in _META_DATES if name in meta]


def _in_scripts(tree: html.HtmlElement) -> list[str]:
    return [date for script in linked_data(tree) for date in _LD_DATE.findall(script)[:1]]


def _fullest(date: str, forms: list[str]) -> str:
    """Returns a date's first form that has hour and zone, else an hour, else the date."""
    same = (form for form in forms if form.startswith(date) and parse_time(form))
    return max((date, *same), key=lambda form: (is_exact(form), ":" in form))


def _day_in(url: str, fetched_at: dt.datetime) -> str:
    """The day that a URL names, "" for none and for one that is not possible."""
    match = _URL_DATE.search(path_of(url))
    numbers = [part for part in match.groups("") if part.isdigit()] if match else []
    day = "-".join(f"{part:0>2}" for part in numbers)
    return day if plausible(parse_time(day), fetched_at) else ""
