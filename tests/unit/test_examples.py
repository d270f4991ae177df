"""The example newsroom is what the demo and the tests of the whole graph take it for."""

import html
import http.client
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import feedparser
import pytest
import trafilatura
from lxml import etree

from examples.newsroom import NewsSite, serve_newsroom
from examples.newsroom.content import Article, load_world
from examples.newsroom.expected import EXPECTED, expected
from examples.newsroom.typeset import headline, paragraphs

WORLD = load_world()
ARCHIVE = Path(__file__).parents[2] / "examples" / "archive"
FIRST = [a for a in WORLD.articles if a.edition == "first"]
ENGLISH = [a for a in WORLD.articles if WORLD.outlets[a.outlet].language == "en"]
REVISED = {"harbour-fire/harbour-post-cold-store-blaze", "ferry-grounding/lantern-drunk-captain"}


@pytest.fixture(scope="module")
def site() -> Iterator[NewsSite]:
    with serve_newsroom(port=0) as running:
        yield running


class Answer:
    def __init__(self, status: int, headers: http.client.HTTPMessage, body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body


def get(url: str, **headers: str) -> Answer:
    """Asks once, follows nothing."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    connection.request("GET", path, headers={k.replace("_", "-"): v for k, v in headers.items()})
    response = connection.getresponse()
    answer = Answer(response.status, response.headers, response.read())
    connection.close()
    return answer


def follow(url: str) -> Answer:
    answer = get(url)
    return follow(urljoin(url, answer.headers["Location"])) if answer.status == 301 else answer


def entries(answer: Answer) -> list[dict[str, Any]]:
    """Titles and links of a feed in any of the formats."""
    kind = answer.headers["Content-Type"]
    if "json" in kind:
        items = json.loads(answer.body)["items"]
        return [{"title": i["title"], "link": i["url"], "id": i["id"]} for i in items]
    if kind == "application/xml":
        urls = etree.fromstring(answer.body).findall("{*}url")
        return [
            {"title": u.findtext(".//{*}title"), "link": u.findtext("{*}loc"), "id": ""}
            for u in urls
        ]
    return list(
        feedparser.parse(io.BytesIO(answer.body), response_headers={"content-type": kind}).entries
    )


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text))


def body_of(article: Article) -> str:
    rendered = "\n".join(paragraphs(article.text, WORLD.outlets[article.outlet].quotes))
    return html.unescape(re.sub("<[^>]+>", "", rendered))


def page(site: NewsSite, article: Article) -> Answer:
    return get(site.url(article.outlet, WORLD.path(article)))


def test_there_is_enough_of_everything() -> None:
    assert len(WORLD.outlets) >= 8
    assert len({a.story for a in ENGLISH}) >= 12
    assert len(ENGLISH) >= 60
    assert len(WORLD.articles) - len(ENGLISH) >= 6
    assert len({WORLD.outlets[a.outlet].language for a in WORLD.articles}) == 3
    assert sum(bool(a.reprint_of) for a in WORLD.articles) >= 8
    assert sum(bool(s.get("denial")) for s in WORLD.stories.values()) >= 4
    assert len({o.template for o in WORLD.outlets.values()}) >= 3
    assert {o.feed for o in WORLD.outlets.values()} >= {
        "rss-full", "rss-links", "atom-full", "atom-summary", "json", "sitemap",
    }  # fmt: skip
    assert {a.name for a in WORLD.articles if a.later} == REVISED
    assert set(WORLD.stories) == {a.story for a in WORLD.articles}


def test_each_article_has_a_url_and_a_headline_of_its_own() -> None:
    assert len({(a.outlet, WORLD.path(a)) for a in WORLD.articles}) == len(WORLD.articles)
    assert len({a.title for a in WORLD.articles}) == len(WORLD.articles)
    for article in WORLD.articles:
        assert 110 <= len(article.text.split()) <= 350, article.name


def test_reprints_differ_in_headline_and_tail_only() -> None:
    by_name = {a.name: a for a in WORLD.articles}
    for copy in (a for a in WORLD.articles if a.reprint_of):
        original = by_name[copy.reprint_of]
        assert original.outlet != copy.outlet
        assert original.published_at < copy.published_at
        *kept, credit = copy.text.split("\n\n")
        assert original.text.startswith("\n\n".join(kept))
        assert len("\n\n".join(kept)) < len(original.text)
        assert credit == WORLD.outlets[copy.outlet].credit


def test_claims_and_denials_stand_in_the_articles_that_are_named() -> None:
    texts = {a.name: a.text for a in WORLD.articles}
    denials = expected(WORLD)["denials"]
    assert len(denials) >= 8
    for denial in denials:
        assert denial["claim"] in texts[denial["claimed_in"]]
        assert denial["denial"] in texts[denial["denied_in"][0]]
        assert set(denial["denied_in"]) <= set(texts)


def test_expected_is_up_to_date() -> None:
    """After a change of the content: python -m examples.newsroom --write_expected"""
    assert json.loads(EXPECTED.read_text("utf-8")) == expected(WORLD)


def test_each_outlet_has_a_host_of_its_own(site: NewsSite) -> None:
    hosts = {urlsplit(site.base_url(outlet)).netloc for outlet in WORLD.outlets}
    assert len(hosts) == (len(WORLD.outlets) if site.separate_hosts else 1)


def test_every_feed_brings_the_items_that_are_expected(site: NewsSite) -> None:
    told = expected(WORLD)
    assert [site.url(f["outlet"], f["path"]) for f in told["feeds"]] == site.feeds
    listed: Counter[str] = Counter()
    for feed in told["feeds"]:
        url = site.url(feed["outlet"], feed["path"])
        assert get(url).status == feed["http_status"], url
        if feed["http_status"] == 410:
            continue
        found = entries(follow(url))
        assert len(found) == feed["items"], url
        assert all(entry["title"] for entry in found)
        listed.update(re.sub(r"[?&]utm_.*", "", entry["link"]) for entry in found)
    first = [a for a in told["articles"] if a["edition"] == "first"]
    wanted = Counter(site.url(a["outlet"], a["path"]) for a in first + told["others"])
    wanted.update(site.url(a["outlet"], a["path"]) for a in first if "feed_twice" in a)
    assert listed == wanted


def test_the_opml_list_names_every_feed(site: NewsSite) -> None:
    outlines = etree.fromstring(site.opml.encode()).findall(".//outline")
    assert [outline.get("xmlUrl") for outline in outlines] == site.feeds


def test_full_text_feeds_hold_the_full_text(site: NewsSite) -> None:
    for outlet in WORLD.outlets.values():
        if outlet.feed in ("rss-full", "atom-full"):
            feed = feedparser.parse(io.BytesIO(get(site.url(outlet.id, outlet.feed_path)).body))
            assert not feed.bozo
            texts = {entry.title: entry.content[0].value for entry in feed.entries}
            for article in (a for a in FIRST if a.outlet == outlet.id):
                text = texts[headline(article.title, outlet.quotes)]
                assert text.split("\n") == paragraphs(article.text, outlet.quotes)


def test_the_feeds_that_are_wrong_are_wrong_as_described(site: NewsSite) -> None:
    broken = feedparser.parse(io.BytesIO(get(site.url("brightline", "/feed.xml")).body))
    assert broken.bozo
    assert len({entry.id for entry in broken.entries}) == len(broken.entries) - 1
    assert "Yesterday, 19:30" in [entry.published for entry in broken.entries]
    gazette = entries(get(site.url("gazette", "/rss.asp")))
    assert len({entry["id"] for entry in gazette}) == len(gazette) - 1
    assert max(entry["published_parsed"].tm_year for entry in gazette) == 2106
    lantern = entries(follow(site.url("lantern", "/rss")))
    assert all("utm_source=rss" in entry["link"] for entry in lantern)
    assert follow(lantern[0]["link"]).status == 200


def test_windows_1252_is_said_once_and_used_throughout(site: NewsSite) -> None:
    feed = get(site.url("gazette", "/rss.asp"))
    assert feed.headers["Content-Type"].endswith("charset=windows-1252")
    assert b"encoding" not in feed.body[:60]
    for article in (a for a in FIRST if a.outlet == "gazette"):
        answer = page(site, article)
        assert answer.headers["Content-Type"] == "text/html"
        assert b"charset=windows-1252" in answer.body
        with pytest.raises(UnicodeDecodeError):
            answer.body.decode("utf-8")
        assert "Märzen" in answer.body.decode("windows-1252")
    assert b"\x93active\x94" in page(site, ENGLISH[_index("gazette-spillway-cracks")]).body


def _index(name: str) -> int:
    return next(i for i, a in enumerate(ENGLISH) if a.name.endswith(name))


@pytest.mark.parametrize("article", FIRST, ids=lambda a: a.name)
def test_the_body_and_only_the_body_is_extracted(site: NewsSite, article: Article) -> None:
    answer = page(site, article)
    assert answer.status == 200
    outlet = WORLD.outlets[article.outlet]
    extracted = trafilatura.extract(answer.body, include_comments=False) or ""
    wanted, found = words(body_of(article)), words(extracted)
    assert (wanted & found).total() >= 0.9 * wanted.total()
    assert (found - wanted).total() <= 0.05 * wanted.total()
    around = [outlet.notice, outlet.footer, *(c.split(": ", 1)[1] for c in outlet.comments)]
    others = [a.title for a in WORLD.articles if a.outlet == outlet.id and a != article]
    assert not [text for text in around + others if text in extracted]
    document = answer.body.decode(outlet.charset)
    assert html.escape(outlet.sections[0], quote=True) in document
    assert f'rel="canonical" href="{html.escape(site.url(outlet.id, WORLD.path(article)))}"' in (
        document
    )


def test_odd_urls_end_as_expected(site: NewsSite) -> None:
    answers = {odd.outcome: get(site.url(odd.outlet, odd.path)) for odd in WORLD.odd}
    assert answers["fetch_failed"].status == 404
    video = trafilatura.extract(answers["no_text"].body, include_comments=False) or ""
    assert answers["no_text"].status == 200
    assert len(video.split()) < 20
    barred = next(odd for odd in WORLD.odd if odd.outcome == "not_fetched")
    robots = get(site.url(barred.outlet, "/robots.txt")).body.decode()
    assert f"Disallow: /{barred.path.split('/')[1]}/" in robots
    moved = next(a for a in WORLD.articles if a.listed_as)
    answer = get(site.url(moved.outlet, moved.listed_as))
    assert answer.status == 301
    assert answer.headers["Location"] == site.url(moved.outlet, WORLD.path(moved))


def test_what_has_not_changed_is_not_sent_again(site: NewsSite) -> None:
    for url in [*site.feeds[:3], site.url("courier", WORLD.path(ENGLISH[_index("sloane-ahead")]))]:
        first = get(url)
        again = get(url, If_None_Match=first.headers["ETag"])
        assert (again.status, again.body) == (304, b"")
        dated = get(url, If_Modified_Since=first.headers["Last-Modified"])
        assert (dated.status, dated.body) == (304, b"")
        other = get(url, If_None_Match='"other"', If_Modified_Since=first.headers["Last-Modified"])
        assert other.status == 200
    assert site.requests[-1].status == 200


def test_corrections_change_the_stated_articles_and_what_lists_them() -> None:
    with serve_newsroom(port=0) as site:
        urls = {site.url(o.id, o.feed_path): o.id for o in WORLD.outlets.values()}
        pages = {a.name: page(site, a).body for a in FIRST}
        feeds = {url: get(url) for url in urls}
        site.publish_corrections()
        changed = {a.name for a in FIRST if page(site, a).body != pages[a.name]}
        assert changed == REVISED
        added = [a for a in WORLD.articles if a.edition == "later"]
        assert added and all(page(site, a).status == 200 for a in added)
        told = {url for url in urls if get(url).body != feeds[url].body}
        assert {urls[url] for url in told} == {"harbour-post", "lantern", "mpa", "courier"}
        for url, before in feeds.items():
            due = 200 if url in told else 304
            assert get(url, If_None_Match=before.headers["ETag"]).status == due
            assert get(url, If_Modified_Since=before.headers["Last-Modified"]).status == due


def test_a_correction_changes_headline_and_number_an_update_only_the_text() -> None:
    corrected, updated = (
        next(a for a in WORLD.articles if a.name == name and a.later)
        for name in ("harbour-fire/harbour-post-cold-store-blaze",
                     "ferry-grounding/lantern-drunk-captain")
    )  # fmt: skip
    assert corrected.later and updated.later
    assert corrected.title.startswith("Five") and corrected.later.title.startswith("Three")
    assert "Three firefighters" in corrected.later.text
    assert updated.title == updated.later.title
    assert updated.text != updated.later.text


def test_one_address_does_where_there_are_no_others() -> None:
    with serve_newsroom(port=0, separate_hosts=False) as site:
        assert {urlsplit(url).hostname for url in site.feeds} == {"127.0.0.1"}
        feed = entries(follow(site.url("lantern", "/rss")))
        assert follow(feed[0]["link"]).status == 200
        article = ENGLISH[_index("gazette-spillway-cracks")]
        assert b"Orrin Dam" in page(site, article).body
        assert b"/brightline/members/" in get(f"http://127.0.0.1:{site.port}/robots.txt").body
        assert get(f"http://127.0.0.1:{site.port}/nobody/").status == 404


def test_a_taken_port_is_an_error(site: NewsSite) -> None:
    with pytest.raises(OSError, match="in use"), serve_newsroom(port=site.port):
        pass


def test_the_archive_holds_what_its_list_says() -> None:
    told = json.loads((ARCHIVE.parent / "archive_expected.json").read_text("utf-8"))
    assert {entry["file"] for entry in told} == {path.name for path in ARCHIVE.iterdir()}
    lines = (ARCHIVE / "export.jsonl").read_text("utf-8").splitlines()
    outcomes = [e["outcome"] for e in told if e["file"].endswith(".jsonl")]
    assert len(lines) == len(outcomes) >= 9
    for line, outcome in zip(lines, outcomes, strict=True):
        if outcome == "rejected":
            with pytest.raises(json.JSONDecodeError):
                json.loads(line)
        else:
            record = json.loads(line)
            assert record["text"]
    feed = feedparser.parse(io.BytesIO((ARCHIVE / "harrowby-messenger.rss").read_bytes()))
    assert not feed.bozo
    assert len(feed.entries) == sum(e["file"].endswith(".rss") for e in told)
    joined = {e["story"] for e in told if "story" in e} & set(WORLD.stories)
    assert len(joined) >= 4
