"""What one page may cost is bounded by what is let through: each of the worst has its named end.

Where a bound is gone, some of these take hours. Seconds and memory: `benchmarks.worst_pages`.
"""

import datetime as dt

import pytest

from benchmarks.worst_pages import PAGES, page_of
from schemas.records import Article, Outcome, Rejected
from tests.file_samples import http_block, read, warc_record
from transforms.web.articles import article_of
from transforms.web.html_trees import tree_of
from transforms.web.pages import read_page

ENDS = {
    "100,000 nested elements": "no article text found",
    "39,000 paragraphs": "TextTooLong",
    "nested blocks": "too short: 61 characters",
    "nested teasers": "no article text found",
    "teasers": "index page",
    "nested banners": "no article text found",
    "passwords": "login wall",
    "locked parts": "paywall stub",
    "6 MB": "PageTooLong",
    "40,001 elements": "TooManyElements",
}


@pytest.mark.parametrize("name", [name for name in PAGES if name != "39,000 links"])
def test_the_worst_pages_have_their_ends(name: str) -> None:
    match article_of(page_of(PAGES[name]())):
        case Article():
            end = "article"
        case Outcome(reason=reason):
            end = reason
        case Rejected(error=error):
            end = error
    assert end == ENDS.get(name, "article")


def test_long_attributes_are_left_out() -> None:
    body = f'<p class="{"a" * 4097}" id="{"a" * 4096}">words'.encode()
    (paragraph,) = tree_of(body).iter("p")
    assert paragraph.attrib == {"id": "a" * 4096}


def test_markup_in_json_ld_that_is_not_closed_costs_no_name() -> None:
    data = (
        '{"@context": "https://schema.org", "@type": "NewsArticle", "headline": "A < <b>b</b>",'
        ' "author": {"@type": "Person", "name": "Ann Bo"}}'
    )
    page = f"<html><script type='application/ld+json'>{data}</script><p>" + "words of it. " * 20
    read_of = read_page(page.encode(), "", "https://a.example/b", dt.datetime.now(dt.UTC))
    assert read_of.authors == ("Ann Bo",)


@pytest.mark.parametrize(
    "told",
    [
        '"isAccessibleForFree": {}',
        '"wordCount": {}',
        '"hasPart": {{"isAccessibleForFree": {}, "cssSelector": ".a"}}',
    ],
)
def test_what_is_nested_as_deep_as_json_may_be_tells_nothing(told: str) -> None:
    deep = told.format("[" * 1000 + "]" * 1000)
    data = f'<script type="application/ld+json">{{"@type": "NewsArticle", {deep}}}</script>'
    assert isinstance(article_of(page_of(f"{data}<p>{'words of it. ' * 30}")), Article)


def test_a_title_of_a_page_is_cut_and_one_of_a_record_refused() -> None:
    page = f"<html><title>{'word ' * 900}</title><p>" + "words of a paragraph. " * 20
    (record,) = read(warc_record(http_block(page.encode())), "a.warc")
    article = article_of(record)  # type: ignore[arg-type]
    assert isinstance(article, Article) and len(article.title) == 1000
    (line,) = read(b'{"title": "' + b"word " * 900 + b'"}', "a.jsonl")
    refused = article_of(line)  # type: ignore[arg-type]
    assert isinstance(refused, Rejected) and refused.error == "TextTooLong"


def test_a_wet_record_of_one_line_has_no_title() -> None:
    (item,) = read(warc_record(b"word " * 900, kind="conversion"), "a.warc.wet")
    article = article_of(item)  # type: ignore[arg-type]
    assert isinstance(article, Article) and article.title == ""
