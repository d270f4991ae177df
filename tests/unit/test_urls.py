"""One test for each rule of the normal form."""

import datetime as dt
import html

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from transforms.web.html_trees import NoText
from transforms.web.pages import read_page
from transforms.web.urls import (
    UnusableUrl,
    canonical_url,
    feed_key,
    is_front_page,
    path_of,
    registered_domain,
    same_registered_domain,
    without_amp,
)


@pytest.mark.parametrize(
    ("given_url", "expected"),
    [
        ("http://example.com/a", "https://example.com/a"),
        ("https://example.com:443/a", "https://example.com/a"),
        ("http://example.com:80/a", "https://example.com/a"),
        ("http://example.com:8080/a", "http://example.com:8080/a"),
        ("http://127.0.0.1:9000/a", "http://127.0.0.1:9000/a"),
        ("HTTPS://WWW.Example.COM./A", "https://www.example.com/A"),
        ("https://example.com", "https://example.com/"),
        ("https://example.com/a#part", "https://example.com/a"),
        ("https://me:secret@example.com/a", "https://example.com/a"),
        ("https://example.com/a/../b/./c", "https://example.com/b/c"),
        ("https://example.com/%7euser/%c3%a9", "https://example.com/~user/%C3%A9"),
        ("https://example.com/?b=2&a=1", "https://example.com/?a=1&b=2"),
        ("https://example.com/a?utm_source=x&id=3&fbclid=q", "https://example.com/a?id=3"),
        ("https://example.com/a?UTM_Medium=rss", "https://example.com/a"),
        ("https://example.com/a?ref=rss&at_medium=RSS", "https://example.com/a"),
        ("https://example.com/a?source=rss----7f60cf5620c9---4", "https://example.com/a"),
        ("https://example.com/a?source=rss------harbour_news-5", "https://example.com/a"),
        ("https://example.com/a?maca=en-rss-en-all-15-rdf&.tsrc=rss", "https://example.com/a"),
        ("https://example.com/a?ref=1234", "https://example.com/a?ref=1234"),
        (
            "https://example.com/a?source=7f60cf5620c9-rss",
            "https://example.com/a?source=7f60cf5620c9-rss",
        ),
        (
            "https://example.com/a?ref=rsstate-election",
            "https://example.com/a?ref=rsstate-election",
        ),
        ("https://example.com/a?gallery=2&uid=7", "https://example.com/a?gallery=2&uid=7"),
        ("https://example.com/a?amp=1&id=3", "https://example.com/a?id=3"),
        ("https://example.com/a?amp", "https://example.com/a"),
        ("https://example.com/a?amp=yes", "https://example.com/a?amp=yes"),
        ("https://example.com/a?outputType=amp&amp_js_v=9", "https://example.com/a"),
        ("https://example.com/a?sc_campaign=x&pk_kwd=y&at_custom1=z", "https://example.com/a"),
        ("https://example.com/a?at_ptr_name=b&id=3&at_bbc_team=c", "https://example.com/a?id=3"),
        ("https://example.com/a;jsessionid=0A1B2C?id=3", "https://example.com/a?id=3"),
        ("https://example.com/a.do;JSESSIONID=0A1B2C.n1!7", "https://example.com/a.do"),
        ("https://example.com/;jsessionid=0A1B2C", "https://example.com/"),
        ("https://example.com/a?id=3&PHPSESSID=0a1b", "https://example.com/a?id=3"),
        ("https://example.com/?b=2&&a=", "https://example.com/?a=&b=2"),
        ("https://www.example.com/a/", "https://www.example.com/a/"),
        ("https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4"),
        ("http://[2001:DB8:0::1]/a", "https://[2001:db8::1]/a"),
        ("  https://example.com/a\n", "https://example.com/a"),
    ],
)
def test_canonical(given_url: str, expected: str) -> None:
    assert canonical_url(given_url) == expected


@pytest.mark.parametrize("name", ["sc_lang", "sc_itemid", "pk_id", "pk", "at_id", "cid", "sid"])
def test_what_addresses_pages_is_no_tracker(name: str) -> None:
    url = f"https://example.com/a?{name}=7"
    assert canonical_url(url) == url


def test_feeds_are_told_apart_by_all_parameters() -> None:
    for parameter in ("rssid=1", "feedname=sport", "source=rss_home", "mod=rss", "utm_source=x"):
        url = f"http://Example.com:80/rss?z=1&{parameter}&#top"
        assert feed_key(url) == f"https://example.com/rss?{'&'.join(sorted(['z=1', parameter]))}"
        assert canonical_url(url) == "https://example.com/rss?z=1"
    assert feed_key("http://example.com:8080/rss?") == "http://example.com:8080/rss"


@pytest.mark.parametrize(
    "unusable",
    [
        *("", "example.com/a", "/a", "ftp://example.com/a", "javascript:alert(1)", "mailto:a@b.c"),
        *("http://", "http:///a", "http://exa mple.com/", "http://a..b/", "http://example.com:x/"),
        *("http://example.com:99999/", "http://[::1/", "http://<b>/", "http://e.com/" + "a" * 5000),
        "http://e.com/" + "\u044f" * 700,
    ],
)
def test_unusable(unusable: str) -> None:
    with pytest.raises(UnusableUrl):
        canonical_url(unusable)


@pytest.mark.parametrize(
    ("rest", "is_front"),
    [
        *((rest, True) for rest in ("", "/", "/index.html", "/index.php", "/home", "/en", "/en/")),
        *((rest, True) for rest in ("/de/index.html", "/?utm_source=rss", "/#top", "/Home//")),
        *((rest, False) for rest in ("/?p=123", "/index.php?id=12", "/en/?p=1", "/bridge")),
        *((rest, False) for rest in ("/home/bridge", "/eng/", "/index.php/bridge", "/e/")),
    ],
)
def test_front_pages(rest: str, is_front: bool) -> None:
    assert is_front_page(f"https://example.com{rest}") == is_front


def test_what_is_no_url_is_no_front_page() -> None:
    assert not any(map(is_front_page, (None, "", "/", "//", "http://[::1")))


NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
_TEXT = st.text(max_size=40)
_HOSTS = st.sampled_from(["example.com", "EXAMPLE.co.uk", "bücher.example", "[::1]", "10.0.0.1"])


@given(
    st.builds(
        "{}://{}{}/{}?{}#{}".format,
        *(st.sampled_from(["http", "https", "HTTP"]), _HOSTS),
        *(st.sampled_from(["", ":80", ":443", ":8000", ":"]), _TEXT, _TEXT, _TEXT),
    )
    | st.text().map("http://".__add__)
    | st.lists(st.sampled_from(["/", ".", "..", ";jsessionid=", ";", "a", "%2E"]), max_size=12).map(
        lambda path: f"http://example.com/{''.join(path)}"
    )
)
def test_idempotent_and_never_another_error(url: str) -> None:
    try:
        once, key = canonical_url(url), feed_key(url)
    except UnusableUrl:
        return
    assert (canonical_url(once), feed_key(key), canonical_url(key)) == (once, key, once)
    assert once.isascii() and key.isascii()


@given(st.text(max_size=60) | st.text(max_size=40).map("http://".__add__))
def test_any_text_has_a_domain_and_a_path(url: str) -> None:
    """Archives and feeds name addresses that are none: `http://[::1`, `//`, control characters."""
    assert isinstance(registered_domain(url), str)
    assert isinstance(path_of(url), str)
    assert not same_registered_domain(url, "https://example.com/")


@given(
    _HOSTS,
    st.text(st.characters(blacklist_categories=("Cs",)), max_size=40),
    st.sampled_from(["", "?a=1", "#part", "?next=https://other.example/"]),
)
def test_a_domain_does_not_depend_on_what_follows_the_host(host: str, path: str, rest: str) -> None:
    bare = registered_domain(f"https://{host}/")
    assert bare
    assert registered_domain(f"https://{host}/{path}{rest}") == bare


@given(
    st.sampled_from(["", "amp"]),
    st.text(max_size=60),
    st.text(max_size=60) | st.text(max_size=40).map("http://amp.".__add__) | st.just(None),
)
@example("amp", "", "http://amp.-x.example.com/a")
@example("amp", "", "http://example.com/" + "\u044f" * 700 + "/amp")
def test_a_page_with_any_addresses_has_an_end(kind: str, canonical: str, url: str | None) -> None:
    link = html.escape(canonical)
    head = f'<link rel=canonical href="{link}"><meta property="og:url" content="{link}">'
    page = f"<html {kind}>{head}<p>Words."
    with pytest.raises(NoText):
        read_page(page.encode("utf-8", "replace"), "", url, NOW)


def test_registered_domain() -> None:
    assert registered_domain("https://news.bbc.co.uk/1") == "bbc.co.uk"
    assert registered_domain("http://127.0.0.2:80/") == "127.0.0.2"
    assert registered_domain("http://localhost:8/") == "localhost"
    assert registered_domain("http://[::1]:8/") == "::1"
    assert registered_domain("not a url") == ""
    assert registered_domain("https://www.z\u00fcrich.ch/a") == "xn--zrich-kva.ch"
    assert registered_domain("https://www.xn--zrich-kva.ch/a") == "xn--zrich-kva.ch"
    too_long = "\u00fc" * 64
    assert registered_domain(f"https://{too_long}.ch/") == f"{too_long}.ch"
    assert registered_domain("https://a.blogspot.com/x") == "a.blogspot.com"
    assert registered_domain("https://www.a.github.io/x") == "a.github.io"
    assert registered_domain("https://blogspot.com/") == "blogspot.com"
    assert same_registered_domain("https://a.example.com/", "http://example.com/x")
    assert not same_registered_domain("https://example.com/", "https://example.org/")
    assert not same_registered_domain("", "")


@pytest.mark.parametrize(
    ("amp", "expected"),
    [
        ("https://example.com/a/amp", "https://example.com/a"),
        ("https://example.com/a/amp/", "https://example.com/a"),
        ("https://example.com/a/amp.html", "https://example.com/a"),
        ("https://example.com/a.amp?id=3", "https://example.com/a?id=3"),
        ("https://example.com/amp/a", "https://example.com/a"),
        ("https://amp.example.com/a", "https://example.com/a"),
        ("https://example.com/a/amplifiers", "https://example.com/a/amplifiers"),
        ("https://example.com/amp", "https://example.com/"),
        ("https://amp.com/a", "https://amp.com/a"),
        ("https://amp.-x.example.com/a", "https://amp.-x.example.com/a"),
    ],
)
def test_without_amp(amp: str, expected: str) -> None:
    assert without_amp(amp) == expected
