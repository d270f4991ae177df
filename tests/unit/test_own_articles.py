"""A page that declares several articles is described by its own one alone."""

import datetime as dt
import json
from typing import Any

import pytest

from transforms.web.html_trees import NoText
from transforms.web.own_articles import is_about
from transforms.web.pages import PageText, read_page

NOW = dt.datetime(2026, 11, 28, tzinfo=dt.UTC)
SITE = "https://www.gazette.com/news"
TEXT = "".join(
    f"<p>The council of Orrin voted on Tuesday to close the old bridge: pier {n} has cracks.</p>"
    for n in range(6)
)


def article(headline: str, author: str, day: int, **others: Any) -> dict[str, Any]:
    return {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": headline,
        "author": {"@type": "Person", "name": author},
        "datePublished": f"2026-11-{day:02}T08:00:00Z",
        **others,
    }


OWN = article("Bridge closed in Orrin", "Ann Lee", 24)
NAMED = OWN | {"mainEntityOfPage": {"@type": "WebPage", "@id": f"{SITE}/bridge#main"}}
FERRY = article("Ferry timetable", "Bo Poe", 20, url=f"{SITE}/ferry")
SCHOOL = article("School hours", "Cy Roe", 21, isAccessibleForFree=False)
LIVE = article("Storm live", "Di Moe", 22, url=f"{SITE}/storm") | {"@type": "LiveBlogPosting"}
SHORT = article("Bridge", "Di Moe", 19)


def markup(*told: Any, title: str = "Bridge closed in Orrin", text: str = TEXT) -> str:
    scripts = (f'<script type="application/ld+json">{json.dumps(one)}</script>' for one in told)
    head = f"<title>{title} - Gazette</title>{''.join(scripts)}"
    return f"<html><head>{head}</head><body><article><h1>{title}</h1>{text}</article></body>"


def page(*told: Any, url: str | None = f"{SITE}/bridge", **parts: str) -> PageText:
    return read_page(markup(*told, **parts).encode(), "", url, NOW)


def graph(*nodes: dict[str, Any]) -> dict[str, Any]:
    return {"@context": "https://schema.org", "@graph": [*nodes]}


@pytest.mark.parametrize(
    "told",
    [
        (FERRY, SCHOOL, NAMED),
        (NAMED, FERRY, SCHOOL),
        ([FERRY, NAMED, SCHOOL],),
        (graph(FERRY, NAMED), SCHOOL),
        (FERRY, {"@type": "WebPage", "mainEntity": OWN}, OWN),
        (FERRY, OWN | {"@id": "#article"}),
        (FERRY, OWN | {"url": "/news/bridge/"}),
        (LIVE, NAMED),
        (SCHOOL, FERRY, OWN),
        (SHORT, OWN),
        (SCHOOL, LIVE, OWN),
        (OWN | {"headline": "What the council decided"}, SCHOOL, LIVE),
        (LIVE, OWN | {"headline": "What the council decided"}, SCHOOL),
    ],
)
def test_of_several_articles_the_pages_own_tells_all(told: tuple[Any, ...]) -> None:
    read = page(*told)
    assert read.title in ("Bridge closed in Orrin", "What the council decided")
    assert read.authors == ("Ann Lee",)
    assert read.published_at == dt.datetime(2026, 11, 24, 8, tzinfo=dt.UTC)


def test_without_an_address_the_headline_tells() -> None:
    assert page(FERRY, OWN, url=None).authors == ("Ann Lee",)


@pytest.mark.parametrize(
    ("title", "author"),
    [
        ("Bridge closed in Orrin after inspection", "Ann Lee"),
        ("Bridge", "Di Moe"),
        ("A bridge too far", "Bo Poe"),
    ],
)
def test_a_short_headline_is_all_of_the_title(title: str, author: str) -> None:
    told = (article("School hours", "Bo Poe", 21), SHORT, OWN)
    assert page(*told, title=title).authors == (author,)


def test_where_all_are_other_pages_articles_none_is_this_ones() -> None:
    read = page(FERRY, LIVE)
    assert (read.title, read.authors, read.published_at) == ("Bridge closed in Orrin", (), None)


def test_one_alone_stays_whatever_it_names() -> None:
    assert page(FERRY).authors == ("Bo Poe",)


@pytest.mark.parametrize("told", [(NAMED, LIVE | {"url": f"{SITE}/bridge"}), (LIVE,)])
def test_a_live_blog_of_the_page_stays_one(told: tuple[Any, ...]) -> None:
    with pytest.raises(NoText, match="live blog"):
        page(*told)


@pytest.mark.parametrize(
    "author",
    [
        {"@id": "#ann"},
        [{"@id": "#ann"}],
        {"@type": "Person", "name": "Ann Lee"},
        {"@type": "Person", "name": "Ann Lee", "@id": "https://www.gazette.com/#person"},
        "Ann Lee",
    ],
)
def test_other_people_that_a_page_declares_wrote_nothing(author: Any) -> None:
    ann, bo = (
        {"@type": ["Person", "Organization"], "@id": name[:4].lower(), "name": name[1:]}
        for name in ("#Ann Lee", "#Bo Poe")
    )
    assert page(graph(bo, NAMED | {"author": author}, ann)).authors == ("Ann Lee",)


@pytest.mark.parametrize("author", [None, {"@id": "#nobody"}])
def test_people_beside_an_article_without_authors_are_its_authors(author: Any) -> None:
    ann = {"@type": "Person", "@id": "#ann", "name": "Ann Lee"}
    assert page(graph(NAMED | {"author": author}, ann)).authors == ("Ann Lee",)


def test_what_is_nested_too_deep_to_be_written_stays() -> None:
    deep = json.loads("[" * 500 + "]" * 500)
    assert "Bo Poe" in page(graph(FERRY, NAMED, {"@type": "Thing", "in": deep})).authors


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"url": f"{SITE}/bridge/?utm_source=x"}, True),
        ({"url": f"{SITE}/ferry", "mainEntityOfPage": {"url": f"{SITE}/bridge"}}, True),
        ({"mainEntityOfPage": f"{SITE}/ferry"}, False),
        ({"mainEntityOfPage": SITE}, None),
        ({"@id": "https://www.gazette.com/", "url": "http://[", "mainEntityOfPage": True}, None),
        ({}, None),
    ],
)
def test_what_an_article_says_of_its_page(told: dict[str, Any], expected: bool | None) -> None:
    assert is_about(told, (f"{SITE}/bridge",)) is expected
    assert is_about(told, (None,)) is None


@pytest.mark.parametrize("letter", ["\uffff", "\ufffe"])
def test_a_letter_that_no_markup_has_stops_nothing(letter: str) -> None:
    read = page(FERRY | {"description": f"x{letter}y"}, NAMED)
    assert read.title == "Bridge closed in Orrin"


def test_an_article_that_is_declared_twice_keeps_its_date() -> None:
    bare = {"@type": "Article", "headline": OWN["headline"], "url": f"{SITE}/bridge"}
    read = page(FERRY, OWN, bare)
    assert read.published_at == dt.datetime(2026, 11, 24, 8, tzinfo=dt.UTC)
