"""Items and pages to articles."""

import dataclasses
import datetime as dt
from typing import Any

import pytest

from schemas.ids import article_id
from schemas.records import START_CHARS, Article, Item, Origin, Outcome, Page, Rejected
from tests.unit.test_pages import NOW, PAGE, URL
from transforms.web.articles import article_of

FEED = Origin(source="The Outlet", feed="https://www.news.com/feed")
FILE = Origin(source="a.html", file="/data/a.html")


def item(**fields: Any) -> Item:
    given = {"key": "k", "origin": FEED, "url": URL, "title": "A title", "fetched_at": NOW}
    return Item(**(given | fields))


def article(record: Item | Page) -> Article:
    made = article_of(record)
    assert isinstance(made, Article)
    return made


def page(**fields: Any) -> Page:
    given = {
        "key": "k",
        "origin": FEED,
        "url": URL,
        "content_type": "text/html",
        "body": PAGE.encode(),
        "fetched_at": NOW,
    }
    return Page(**(given | fields))


def test_an_item_with_text_keeps_its_paragraphs() -> None:
    made = article(item(text="One.\r\n\r\nTwo.\n \nThree.\x00"))
    assert made.body == "One.\nTwo.\nThree."
    assert made.url == "https://www.news.com/2026/11/01/bridge"
    assert made.article_id == article_id(made.url, "", "")
    assert (made.key, made.origin, made.fetched_at) == ("k", FEED, NOW)


@pytest.mark.parametrize(
    "made", [item(title="t" * 300_000, text="One."), page(body=b"t" * 6_000_000)]
)
def test_of_what_is_too_long_the_start_is_kept(made: Item | Page) -> None:
    rejected = article_of(made)
    assert isinstance(rejected, Rejected)
    assert rejected.payload == "t" * START_CHARS


def test_wrapped_lines_are_joined() -> None:
    wrapped = "\n".join(
        ["The council has decided on Friday that the bridge must be"] * 7 + ["built."]
    )
    assert article(item(text=f"{wrapped}\n\nShort end.")).body.count("\n") == 1


def test_full_text_of_a_feed_loses_wordpress_footer() -> None:
    html = (
        "<p>One.</p><p>Two.</p><p>The post <a>A title</a> appeared first on <a>The Outlet</a>.</p>"
    )
    assert article(item(html=html)).body == "One.\nTwo."


@pytest.mark.parametrize(
    "footer",
    [
        f'<p>Der Beitrag <a href="{URL}">Ein Titel</a> erschien zuerst auf '
        '<a href="https://www.news.com">The Outlet</a>.</p><img src="/pixel">',
        f'<hr><p><a href="{URL}?utm_source=rss">A title</a> was originally published in '
        '<a href="https://www.news.com/2026/">The Outlet</a> on Harbour, where it goes on.</p>',
        '<div class="sharedaddy sd-sharing"><h3>Share this:</h3><ul><li>Mail</li></ul></div>',
        '<div class="kg-card kg-signup-card"><h2>Sign up</h2><p>News each day.</p></div>',
        '<p class="button-wrapper"><a href="/subscribe">Subscribe now</a></p>',
    ],
)
def test_what_publishing_systems_add_to_full_texts_is_left_out(footer: str) -> None:
    assert article(item(html=f"<p>One.</p><div><p>Two.</p>{footer}</div>")).body == "One.\nTwo."


@pytest.mark.parametrize(
    "end",
    [
        f'<p>We told <a href="{URL}">this</a> first.</p>',
        '<p>More of it in <a href="https://www.news.com/2026/">The Outlet</a>.</p>',
        f'<p>By <a href="{URL}">this</a> and <a href="https://other.com/">that</a>.</p>',
        f'<p><a href="{URL}">This</a>, by <a href="https://www.news.com">us</a>.</p><p>End.</p>',
    ],
)
def test_a_last_line_with_other_links_stays(end: str) -> None:
    (line, *_) = article(item(html=f"<p>One.</p>{end}")).body.split("\n")[1:]
    assert line.startswith(("We told this", "More of it in", "By this", "This, by us."))


def test_a_text_of_one_line_is_no_footer() -> None:
    html = f'<p><a href="{URL}">A title</a> of <a href="https://www.news.com/">The Outlet</a></p>'
    assert article(item(html=html)).body == "A title of The Outlet"


def test_an_item_without_text_stands_on_title_and_summary() -> None:
    assert article(item(summary="A teaser.")).body == "A teaser."
    assert article(item()).body == ""


def test_only_what_is_not_the_full_text_is_a_teaser() -> None:
    summary = "It was closed."
    given = ({"text": "Full."}, {"html": "<p>Full.</p>"}, {}, {"text": ""}, {"html": "<p></p>"})
    made = [article(item(summary=summary, **fields)).teaser for fields in given]
    assert made == [False, False, True, True, True]
    assert not article(page(item=item(summary=summary))).teaser


def test_an_item_of_nothing_has_no_text() -> None:
    end = article_of(item(title="", html="<p></p>"))
    assert isinstance(end, Outcome)
    assert (end.outcome, end.key, end.step) == ("no_text", "k", "ExtractArticles")


def test_texts_without_a_url_are_told_apart_by_source_and_text() -> None:
    one, other = (article(item(url=None, text=text)) for text in ("One.", "Other."))
    again = article(item(url=None, text="One.", key="another place"))
    assert one.article_id == again.article_id != other.article_id


def test_a_page_takes_what_the_feed_knows() -> None:
    published = dt.datetime(2026, 11, 1, 9, 31, tzinfo=dt.UTC)
    given = item(published_at=published, published_from="feed", authors=("Bo",))
    made = article(page(item=given, body=PAGE.replace("Ann Reed", "").encode()))
    assert (made.published_at, made.published_from) == (published, "feed")
    assert made.authors == ("Bo",)


def test_an_impossible_feed_date_gives_way_to_the_page() -> None:
    given = item(published_at=dt.datetime(2100, 1, 1, tzinfo=dt.UTC), published_from="feed")
    assert article(page(item=given)).published_from == "page"


def test_when_an_entry_was_changed_stands_in_for_a_time_that_the_page_lacks() -> None:
    changed = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)
    given = item(url="https://a.com/b", published_at=changed, published_from="feed_updated")
    dated = article(page(item=given))
    assert dated.published_at == dt.datetime(2026, 11, 1, 9, 30, tzinfo=dt.UTC)
    assert dated.published_from == "page"
    markup = PAGE.replace("2026-11-01T10:30:00+01:00", "").replace("/2026/11/01/", "/")
    aside = "<aside><time datetime='2024-02-01'>1 February 2024</time></aside>"
    for beside in ("", aside, "<p>The rule of 2022-04-01 did not hold.</p>"):
        body = markup.replace("</article>", f"</article>{beside}").encode()
        undated = article(page(item=given, url=given.url, body=body))
        assert (undated.published_at, undated.published_from) == (changed, "feed_updated")


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("2026-11-01T17:30:00+08:00", ("2026-11-01T09:30Z", "page")),
        ("2026-11-01T09:30:00", ("2026-11-01T17:30Z", "feed_inexact")),
        ("2026-11-01", ("2026-11-01T17:30Z", "feed_inexact")),
        ("", ("2026-11-01T17:30Z", "feed_inexact")),
    ],
)
def test_what_a_feed_tells_without_a_zone_goes_behind_what_the_page_tells_with_one(
    told: str, expected: tuple[str, str]
) -> None:
    without_zone = dt.datetime(2026, 11, 1, 17, 30, tzinfo=dt.UTC)
    given = item(published_at=without_zone, published_from="feed_inexact")
    made = article(page(item=given, body=PAGE.replace("2026-11-01T10:30:00+01:00", told).encode()))
    at, told_by = expected
    assert made.published_at == dt.datetime.fromisoformat(at)
    assert made.published_from == told_by


def test_a_page_out_of_a_file_learns_url_and_source_from_itself() -> None:
    markup = PAGE.replace('href="/2026', 'href="https://www.news.com/2026')
    made = article(page(url=None, origin=FILE, key="/data/a.html", body=markup.encode()))
    assert made.url == "https://www.news.com/2026/11/01/bridge"
    assert made.origin == dataclasses.replace(FILE, source="news.com")


def test_the_same_page_gives_the_same_article() -> None:
    assert article(page()) == article(page())


def test_a_text_that_only_its_feed_holds_cannot_be_read_anew() -> None:
    for origin, url, replay in ((FEED, URL, "url"), (FEED, None, "no"), (FILE, None, "file")):
        rejected = article_of(item(origin=origin, url=url, title="long " * 1000))
        assert isinstance(rejected, Rejected)
        assert rejected.replay == replay
