"""Feeds as outlets write them, and what becomes of their entries."""

import codecs
import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.records import Item, Origin
from transforms.web.feed_documents import items_of, looks_like_feed, parse_feed, rejected_entries
from transforms.web.feed_entries import MAX_ENTRIES, FeedDocument, UnreadableFeed
from transforms.web.markup import plain_text

AT = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)
URL = "https://gazette.example/news/feed.xml"
ORIGIN = Origin(source="Gazette", feed=URL)
LONG = "<p>" + "The river rose again over night. " * 30 + "</p>"
RSS = """<?xml version="1.0" encoding="{encoding}"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
<title>Gazette &amp; Post</title><language>en-GB</language><ttl>60</ttl>{items}
</channel></rss>"""


def rss(items: str, encoding: str = "utf-8") -> bytes:
    return RSS.format(items=items, encoding=encoding).encode(encoding)


def parsed(body: bytes) -> FeedDocument:
    return parse_feed(body, "application/xml", URL)


def items(body: bytes, origin: Origin = ORIGIN) -> list[Item]:
    return list(items_of(parsed(body), origin, AT))


def test_rss() -> None:
    document = parsed(
        rss(
            "<item><title>Dam &lt;i&gt;holds&lt;/i&gt;</title><link>/a?utm_source=rss</link>"
            "<guid isPermaLink='false'>7</guid><dc:creator>Ann Lee</dc:creator>"
            "<description>&lt;p&gt;It held.&lt;/p&gt;&lt;p&gt;Twice.&lt;/p&gt;</description>"
            f"<content:encoded><![CDATA[{LONG}]]></content:encoded>"
            "<pubDate>Mon, 02 Nov 2026 10:00:00 +0200</pubDate></item>"
        )
    )
    assert (document.title, document.language, document.ttl_s) == ("Gazette & Post", "en", 3600)
    assert (document.format, document.problem) == ("rss20", "")
    (item,) = items_of(document, ORIGIN, AT)
    assert item.key == "https://gazette.example/a"
    assert item.url == "https://gazette.example/a?utm_source=rss"
    assert (item.title, item.summary) == ("Dam holds", "It held. Twice.")
    assert (item.html, item.text, item.authors) == (LONG, None, ("Ann Lee",))
    assert item.published_at == dt.datetime(2026, 11, 2, 8, tzinfo=dt.UTC)
    assert (item.published_from, item.language, item.fetched_at) == ("feed", "en", AT)


def test_a_teaser_is_no_full_text() -> None:
    short = "<content:encoded>Short, even as content.</content:encoded>"
    (item,) = items(rss(f"<item><title>A</title><link>/a</link>{short}</item>"))
    assert item.html is None


def test_scripts_that_say_more_with_a_letter_have_shorter_full_texts() -> None:
    text = "<p>" + "市議会は金曜日、川に架かる古い橋を閉鎖すると決めた。" * 10 + "</p>"
    (item,) = items(
        rss(
            f"<item><title>橋</title><link>/a</link><description>{text[:60]}</description>"
            f"<content:encoded><![CDATA[{text}]]></content:encoded></item>"
        )
    )
    assert item.html == text


def test_a_long_description_is_no_full_text() -> None:
    (item,) = items(
        rss(f"<item><title>A</title><link>/a</link><description>{LONG}</description></item>")
    )
    assert item.html is None


OWN = "https://gazette.example/2026/quays"


@pytest.mark.parametrize(
    ("end", "is_teaser"),
    [
        (f'<p>\n<a href="{OWN}">\n Read more\n</a>\n</p>\n', True),
        ('<p><a href="/2026/quays?utm_source=rss">Weiterlesen</a> »</p><img src="/pixel">', True),
        (f'<p>The divers &#8230; <a href="{OWN}">続きを読む</a></p>', True),
        (f'<p>The divers [...] <a href="{OWN}">Read <span>Quays close</span></a></p>', True),
        (f'<p>The divers told it <a href="{OWN}">last week</a>.</p>', False),
        (f'<p>It is told <a href="{OWN}">here</a> at length.</p>', False),
        (f'<p><a href="{OWN}">Quays close</a></p>', False),
        (f'<p><a href="{OWN}">★</a></p>', False),
        (f'<p><a href="{OWN}#comments">Three comments</a></p>', False),
        ('<p><a href="/2026/ferries">Read more about ferries</a></p>', False),
        (f'<p><a href="{OWN}">Listen</a></p><p>Ann Lee reports.</p>', False),
    ],
)
def test_what_ends_with_a_link_to_its_own_page_is_a_teaser(end: str, is_teaser: bool) -> None:
    content = LONG + end
    markup = f"<content:encoded><![CDATA[{content}]]></content:encoded>"
    (item,) = items(rss(f"<item><title>Quays close</title><link>{OWN}</link>{markup}</item>"))
    entry = {"title": "Quays close", "url": OWN, "content_html": content, "content_text": "x" * 600}
    (of_json,) = items(json.dumps({"items": [entry]}).encode())
    html = None if is_teaser else content
    assert (item.html, of_json.html, of_json.text) == (html, html, None)
    assert of_json.summary == item.summary
    assert item.summary.startswith("The river rose") == is_teaser


def test_a_link_to_the_front_page_below_a_text_makes_no_teaser() -> None:
    content = f'{LONG}<p><a href="https://gazette.example/">Gazette</a></p>'
    markup = f"<content:encoded><![CDATA[{content}]]></content:encoded>"
    (item,) = items(rss(f"<item><title>A</title><link>/</link><guid>7</guid>{markup}</item>"))
    assert item.html == content


def test_an_entry_without_a_page_is_whole_whatever_it_ends_with() -> None:
    entry = {"id": "7", "content_html": f'{LONG}<p><a href="more">Read more</a></p>'}
    (item,) = items(json.dumps({"items": [entry]}).encode())
    assert item.html == entry["content_html"]


@pytest.mark.parametrize(
    "date", ["Sun, 01 Jan 1900 00:00:00 GMT", "Fri, 01 Jan 2100 00:00:00 GMT", "yesterday", ""]
)
def test_impossible_dates_are_unknown(date: str) -> None:
    (item,) = items(rss(f"<item><link>/a</link><pubDate>{date}</pubDate></item>"))
    assert (item.published_at, item.published_from) == (None, "unknown")


def test_of_two_dates_the_possible_one_is_taken() -> None:
    entry = (
        b"<entry><title>A</title><link href='https://a.example/1'/>"
        b"<published>1970-01-01T00:00:00Z</published><updated>2026-11-02T08:00:00Z</updated></entry>"
    )
    [item] = items(b"<feed xmlns='http://www.w3.org/2005/Atom'>" + entry + b"</feed>")
    assert item.published_at == dt.datetime(2026, 11, 2, 8, tzinfo=dt.UTC)


ATOM = "<feed xmlns='http://www.w3.org/2005/Atom'><entry><link href='/a'/>{}</entry></feed>"
DC_DATE = "<dc:date xmlns:dc='http://purl.org/dc/elements/1.1/'>2026-11-02T08:00:00Z</dc:date>"
PUB_DATE = "<pubDate>Mon, 02 Nov 2026 08:00:00 GMT</pubDate>"
RSS_ITEM = (
    "<rss version='2.0' xmlns:a='http://www.w3.org/2005/Atom'><channel>"
    "<item><link>/a</link>{}</item></channel></rss>"
)
JSON_ITEM = json.dumps(
    {"items": [{"url": "https://a.example/1", "date_published": "2026-11-02T08:00:00Z"}]}
)
SITEMAP = "<urlset><url><loc>https://a.example/1</loc>{}</url></urlset>"


@pytest.mark.parametrize(
    ("feed", "told_by"),
    [
        (ATOM.format("<published>2026-11-02T08:00:00Z</published>"), "feed"),
        (ATOM.format("<updated>2026-11-02T08:00:00Z</updated>"), "feed_updated"),
        (SITEMAP.format("<publication_date>2026-11-02T08:00:00Z</publication_date>"), "feed"),
        (SITEMAP.format("<lastmod>2026-11-02T08:00:00Z</lastmod>"), "feed_updated"),
        (ATOM.format(f"{DC_DATE}<updated>2026-11-02T09:00:00Z</updated>"), "feed"),
        (RSS_ITEM.format(DC_DATE), "feed"),
        (RSS_ITEM.format(DC_DATE.replace("<dc:date", "<dc:date x='y'")), "feed"),
        (RSS_ITEM.format(f"<a:updated>2026-11-02T09:00:00Z</a:updated>{DC_DATE}"), "feed"),
        (RSS_ITEM.format(f"{DC_DATE}<a:updated>2026-11-02T09:00:00Z</a:updated>"), "feed"),
        (RSS_ITEM.format(PUB_DATE.replace(" GMT", "")), "feed_inexact"),
        (RSS_ITEM.format(DC_DATE.replace("Z", "")), "feed_inexact"),
        (RSS_ITEM.format("<pubDate>2026-11-02</pubDate>" + DC_DATE), "feed"),
        (RSS_ITEM.format(PUB_DATE + DC_DATE.replace("T08:00:00Z", "")), "feed"),
        (SITEMAP.format("<publication_date>2026-11-02T08:00</publication_date>"), "feed_inexact"),
        (SITEMAP.format(PUB_DATE.replace("pubDate", "publication_date")), "feed"),
        (JSON_ITEM.replace("Z", ""), "feed_inexact"),
        (JSON_ITEM, "feed"),
        (RSS_ITEM.format("<a:updated>2026-11-02T08:00:00Z</a:updated>"), "feed_updated"),
        (RSS_ITEM.format(DC_DATE.replace("08:", "07:") + PUB_DATE), "feed"),
        (RSS_ITEM.format(PUB_DATE + DC_DATE.replace("08:", "07:")), "feed"),
    ],
)
def test_a_change_is_told_apart_from_publication(feed: str, told_by: str) -> None:
    [item] = items(feed.encode())
    assert item.published_at == dt.datetime(2026, 11, 2, 8, tzinfo=dt.UTC)
    assert item.published_from == told_by


def test_windows_1252() -> None:
    (item,) = items(rss("<item><title>“Größe”</title><link>/a</link></item>", "windows-1252"))
    assert item.title == "“Größe”"


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
@pytest.mark.parametrize("declared", ["utf-8", "iso-8859-1", "windows-1251", "us-ascii"])
@pytest.mark.parametrize("header", ["", "text/xml", "application/xml; charset=iso-8859-1"])
def test_one_broken_letter_does_not_spoil_the_others(
    mark: bytes, declared: str, header: str
) -> None:
    """Some sites cut teasers at a number of bytes."""
    letters = "<item><title>Größe der „Straße“ – Москва</title><link>/a</link></item>"
    cut = b"<description>Der Fl\xc3...</description></item>"
    body = mark + RSS.format(items=letters, encoding=declared).encode()
    for one in (body, body.replace(b"</item>", cut)):
        (entry,) = parse_feed(one, header, URL).entries
        assert entry.title == "Größe der „Straße“ – Москва"
    assert entry.summary == "Der Fl\N{REPLACEMENT CHARACTER}..."


def test_few_letters_show_that_a_feed_is_utf8() -> None:
    item = "<item><title>Zürich wählt “Nein”</title><description>{}</description></item>"
    body = rss(item).replace(b"{}", b"Caf\xc3...")
    assert parsed(body).entries[0].title == "Zürich wählt “Nein”"


@pytest.mark.parametrize(
    ("charset", "title"),
    [
        ("windows-1252", "Größe der „Straße“, Café à côté"),
        ("windows-1251", "Пётр Ёлкин: «Ещё одна Россия»"),
        ("koi8-r", "Новости дня в Москве"),
        ("iso-2022-jp", "市議会は古い橋を閉鎖する"),
        ("shift_jis", "市議会は古い橋を閉鎖する"),
        ("euc-jp", "市議会は古い橋を閉鎖する"),
        ("gb2312", "市议会关闭旧桥"),
        ("big5", "市議會關閉舊橋"),
        ("utf-16-le", "Größe, Москва, 市議会"),
        ("utf-16-be", "Größe, Москва, 市議会"),
    ],
)
def test_other_charsets(charset: str, title: str) -> None:
    """Told by the feed, or by the header alone; UTF-16 without its mark."""
    item = f"<item><title>{title}</title><link>/a</link></item>"
    declared = RSS.format(items=item, encoding=charset[:-3] if "utf" in charset else charset)
    assert parsed(declared.encode(charset)).entries[0].title == title
    lying = RSS.format(items=item, encoding="utf-8").encode(charset)
    header = f"application/rss+xml; charset={charset}"
    assert parse_feed(lying, header, URL).entries[0].title == title


@pytest.mark.parametrize(
    ("label", "charset", "title"),
    [
        ("Shift_JIS", "cp932", "市議会は①金曜日、髙橋氏の橋を閉鎖する"),
        ("x-sjis", "cp932", "市議会は①金曜日"),
        ("euc-kr", "cp949", "똠얌꿍 축제"),
        ("windows-949", "cp949", "다리를 폐쇄한다"),
        ("gb2312", "gb18030", "总理朱镕基會見"),
        ("big5", "big5hkscs", "香港電車深水埗站啱啱"),
        ("windows-874", "cp874", "รัฐบาลกล่าวเมื่อวันศุกร์"),
        ("iso-8859-8-i", "iso-8859-8", "הממשלה הודיעה"),
        ("iso-8859-1", "cp1252", "Größe der „Straße“"),
    ],
)
def test_labels_mean_what_browsers_take_them_for(label: str, charset: str, title: str) -> None:
    """Told by the feed or by the header, with one broken letter or without."""
    item = f"<item><title>{title}</title><link>/a</link><description>{title}..</description></item>"
    told = RSS.format(items=item, encoding=label).encode(charset)
    silent = RSS.format(items=item, encoding="utf-8").encode(charset)
    for body in (told, told.replace(b"..", b"\xff..")):
        for header in ("", "text/xml", f"application/xml; charset={label}"):
            assert parse_feed(body, header, URL).entries[0].title == title
    header = f'text/xml; charset="{label}"'
    assert parse_feed(silent, header, URL).entries[0].title == title


@pytest.mark.parametrize(
    "label", ["hex", "idna", "punycode", "undefined", "x-none", "us-ascii", "utf-8"]
)
def test_a_label_that_is_wrong_gives_way_to_the_next(label: str) -> None:
    item = "<item><title>Москва: ещё одна Россия</title><link>/a</link></item>"
    body = RSS.format(items=item, encoding="windows-1251").encode("windows-1251")
    entries = parse_feed(body, f"application/xml; charset={label}", URL).entries
    assert entries[0].title == "Москва: ещё одна Россия"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("&#55357;&#56832;", "\N{GRINNING FACE}"),
        ("&#xD83D;&#xde00;", "\N{GRINNING FACE}"),
        ("&#55357; &#x1F600;", "\N{REPLACEMENT CHARACTER} \N{GRINNING FACE}"),
        ("&#1114112;", "\N{REPLACEMENT CHARACTER}"),
        ("&#" + "9" * 5000 + ";", "\N{REPLACEMENT CHARACTER}"),
    ],
    ids=lambda value: value[:20],
)
def test_character_references_that_no_xml_allows(written: str, read: str) -> None:
    entry = f"<item><title>Win {written}!</title><link>/a</link></item>"
    (item,) = items(rss(entry))
    assert item.title == f"Win {read}!"


def test_a_feed_that_breaks_off_gives_what_it_has() -> None:
    body = rss("<item><title>A</title><link>/a</link></item><item><title>B</title><link>/b & c")
    document = parsed(body.removesuffix(b"</channel></rss>"))
    assert document.problem
    assert document.entries[0].title == "A"


def test_one_url_twice_is_one_item_of_a_feed_and_two_of_a_file() -> None:
    body = rss("<item><link>/a?utm_medium=x</link></item><item><link>/a</link></item>")
    assert [item.key for item in items(body)] == ["https://gazette.example/a"]
    file = Origin(source="feed.xml", file="/in/feed.xml")
    assert [item.key for item in items(body, file)] == [
        "/in/feed.xml#item 1",
        "/in/feed.xml#item 2",
    ]


def test_an_entry_without_a_url_lives_by_its_text() -> None:
    encoded = f"<content:encoded><![CDATA[{LONG}]]></content:encoded>"
    body = rss(f"<item><title>A</title>{encoded}</item><item><title>Nothing</title></item>")
    (item,) = items(body)
    assert item.url is None and item.key.startswith(URL + "#")
    moved = rss(f"<item><link>/new</link></item><item><title>A</title>{encoded}</item>")
    assert items(moved)[1].key == item.key
    (refused,) = rejected_entries(parsed(body), ORIGIN, AT, "ReadFeeds")
    assert (refused.error, refused.payload) == ("UnusableEntry", " | Nothing | ")


def test_entries_that_lead_to_the_front_page_alone_live_by_their_texts() -> None:
    """Feeds of status pages, podcasts and newsletters link so; what has no text has its page."""
    encoded = f"<content:encoded><![CDATA[{LONG}]]></content:encoded>"
    down, up, teaser = (
        f"<item><title>{title}</title><link>/?utm_source=rss</link>"
        f'<guid isPermaLink="false">{URL}#{title}</guid>{text}</item>'
        for title, text in (("Down", encoded), ("Up", encoded), ("Teaser", ""))
    )
    read = items(rss(up + down + teaser))
    assert [(item.title, item.url) for item in read] == [
        ("Up", None),
        ("Down", None),
        ("Teaser", "https://gazette.example/?utm_source=rss"),
    ]
    assert [item.key for item in read[:2]] == [f"{URL}#{URL}#Up", f"{URL}#{URL}#Down"]
    assert items(rss(down)) == read[1:2]
    assert not list(rejected_entries(parsed(rss(up + down + teaser)), ORIGIN, AT, "ReadFeeds"))


def test_a_chapter_of_a_podcast_without_a_start() -> None:
    chapters = (
        "<psc:chapters xmlns:psc='http://podlove.org/simple-chapters'>"
        "<psc:chapter title='Intro'/><psc:chapter start='00:01:00' title='One'/></psc:chapters>"
    )
    (item,) = items(rss(f"<item><title>Episode</title><link>/a</link>{chapters}</item>"))
    assert item.title == "Episode"


@pytest.mark.parametrize("error", [TypeError, AttributeError, AssertionError, RecursionError])
def test_what_feedparser_fails_at_is_unreadable(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object, **__: object) -> None:
        raise error("of feedparser")

    monkeypatch.setattr("feedparser.parse", failing)
    with pytest.raises(UnreadableFeed, match=f"{error.__name__}: of feedparser"):
        parsed(rss("<item><link>/a</link></item>"))


def test_atom() -> None:
    (item,) = items(
        b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>Tagblatt</title>
        <entry><id>urn:1</id><title type="html">Bahn &amp;amp; Bus</title>
        <link rel="alternate" href="https://tagblatt.example/bahn"/>
        <updated>2026-11-02T09:00:00+01:00</updated><author><name>Eva</name></author>
        <content type="html">%s</content></entry></feed>"""
        % LONG.replace("<", "&lt;").encode()
    )
    assert (item.title, item.html, item.summary) == ("Bahn & Bus", LONG, "")
    assert item.published_at == dt.datetime(2026, 11, 2, 8, tzinfo=dt.UTC)
    assert (item.authors, item.language) == (("Eva",), "de")


def test_json_feed() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Beam",
        "language": "en",
        "items": [
            {"id": 1, "url": "/a", "title": "A", "content_html": LONG, "summary": "Short"},
            {"id": "2", "url": "https://beam.example/b", "content_text": "A few words."},
            {"id": "3", "authors": [{"name": "Bo"}, {}], "date_published": "2026-11-02T08:00:00Z"},
            "nonsense",
        ],
    }
    document = parse_feed(json.dumps(feed).encode(), "application/feed+json", URL)
    first, second, third, fourth = document.entries
    assert (first.url, first.html, first.summary) == ("https://gazette.example/a", LONG, "Short")
    assert (second.text, second.summary) == (None, "A few words.")
    assert third.authors == ("Bo",)
    assert (fourth.id, fourth.url) == ("nonsense", "")
    assert third.published_at == dt.datetime(2026, 11, 2, 8, tzinfo=dt.UTC)


@pytest.mark.parametrize("item", ["{}", '{{"id": {}, "url": "/a"}}'])
def test_an_id_nested_as_deep_as_json_may_be_is_none(item: str) -> None:
    deep = "[" * 1000 + "]" * 1000
    (entry,) = parsed(f'{{"items": [{item.format(deep)}]}}'.encode()).entries
    assert entry.id == ""


def test_an_id_may_be_a_number() -> None:
    assert [one.id for one in parsed(b'{"items": [{"id": 12}, 3]}').entries] == ["12", "3"]


def test_news_sitemap() -> None:
    (item,) = items(
        b"""<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
        xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"
        xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"><url>
        <loc>https://gazette.example/a</loc><n:news><n:publication><n:name>Gazette</n:name>
        <n:language>en</n:language></n:publication><n:title>A &amp; B</n:title>
        <n:publication_date>2026-11-02</n:publication_date></n:news>
        <image:image><image:loc>https://gazette.example/a.jpg</image:loc>
        <image:title>Picture</image:title></image:image></url><url><loc/></url></urlset>"""
    )
    assert (item.url, item.title, item.language) == ("https://gazette.example/a", "A & B", "en")
    assert item.published_at == dt.datetime(2026, 11, 2, tzinfo=dt.UTC)


def test_very_long_feeds_are_cut_and_say_so() -> None:
    body = rss("".join(f"<item><link>/{n}</link></item>" for n in range(MAX_ENTRIES + 1)))
    document = parsed(body)
    assert len(document.entries) == MAX_ENTRIES
    assert document.problem.startswith("5001 entries")


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b" \n", b"<html><body>Not found</body></html>", b"\x00\x01\x02", b"{}", b"{"),
        *(b"[1]", b'{"items": 3}', b"<rss", b"plain words", b"<urlset", b"%PDF-1.4"),
        b"\x1f\x8bnonsense",
    ],
)
def test_no_feed(body: bytes) -> None:
    with pytest.raises(UnreadableFeed):
        parsed(body)


def test_entities_do_not_read_files_or_blow_up() -> None:
    evil = b"""<!DOCTYPE rss [<!ENTITY f SYSTEM "file:///etc/passwd">
    <!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
    <!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><rss version="2.0"><channel>
    <item><title>&f;&c;</title><link>https://a.example/</link></item></channel></rss>"""
    for body in (evil, evil.replace(b"rss", b"urlset").replace(b"link>", b"loc>")):
        try:
            document = parse_feed(body, "text/xml", None)
        except UnreadableFeed:
            continue
        assert "root:" not in str(document)
        assert len(str(document)) < 5000


_NESTED = f'<!ENTITY a "{"a" * 900}"><!ENTITY b "{"&a;" * 30}"><!ENTITY c "{"&b;" * 30}">'
_LONG = f'<!ENTITY c "{"a" * 900}">'


@pytest.mark.parametrize(
    ("declared", "reason"),
    [
        (_NESTED, "entity 'b' is made of others"),
        (f"<!--\n<a>-->{_NESTED}", "entity 'b' is made of others"),
        (_LONG, "may expand to over 20000000 characters"),
        (f"<!ENTITY % p '{_LONG}'>%p;", "may expand to over 20000000 characters"),
        (f'<!ATTLIST b x CDATA "{"a" * 5000}">', "attribute 'x' has a default"),
        (f"<!--<a>{' ' * 70_000}-->{_NESTED}", "no root within the first 65536 bytes"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_that_expand_are_refused(declared: str, reason: str, encoding: str) -> None:
    with pytest.raises(UnreadableFeed, match=reason):
        parsed(_declaring(f"<!DOCTYPE rss [{declared}]>", "</rss>", encoding))


@pytest.mark.parametrize("end", ["</rss>", "</broken>"])
def test_entities_that_feedparser_keeps_are_bounded_too(end: str) -> None:
    with pytest.raises(UnreadableFeed, match="may expand to over 20000000 characters"):
        parsed(_declaring(f"\n<!DOCTYPE rss [\n{_LONG}\n]>", end))


def _declaring(doctype: str, end: str, encoding: str = "utf-8") -> bytes:
    item = f"<item><link>/a</link><title>{'&c;' * 23_000}<b/></title></item>"
    head = f"<?xml version='1.0' encoding='{encoding}'?>{doctype}"
    return f"{head}<rss><channel>{item}</channel>{end}".encode(encoding)


@pytest.mark.parametrize("gap", ["", "\n"])
def test_entities_that_stand_for_a_few_letters_are_read(gap: str) -> None:
    outside = '<!ENTITY % more PUBLIC "-//W3C//ENTITIES Latin 1//EN" "lat1.ent">%more;'
    declared = f'<!ENTITY paper "The Gazette">{gap}<!ENTITY amp "&#38;#38;">{gap}{outside}'
    item = "<item><title>&paper; &amp; Post</title><link>/a</link></item>"
    body = f"<?xml version='1.0'?>{gap}<!DOCTYPE rss [{gap}{declared}]><rss><channel>{item}"
    (entry,) = parsed(f"{body}</channel></rss>".encode()).entries
    assert entry.title == "The Gazette & Post"


def test_a_body_that_looks_like_a_path_is_not_opened() -> None:
    for body in (b"/etc/passwd", b"http://127.0.0.1:9/feed"):
        with pytest.raises(UnreadableFeed):
            parsed(body)


# What feedparser's loose parser, which reads all that is not well-formed, has rules of its own for.
_PIECES = """
<item> </item> <title> <link> <guid> <pubDate> <author> <content:encoded> <a href= <![CDATA[ ]]>
<!-- --> & &# &#x &amp; &#55357; &#1114112; &nbsp; &bogus; ; < > " 99999999999 1 x : / http://
a@b.example
"""
PIECES = st.sampled_from(_PIECES.split())


@given(
    st.binary(max_size=400)
    | st.text(max_size=400).map(lambda t: rss(t, "utf-8"))
    | st.lists(PIECES | st.text(max_size=5), max_size=60).map(lambda parts: rss("".join(parts)))
)
def test_any_bytes_are_a_feed_or_unreadable(body: bytes) -> None:
    try:
        document = parse_feed(body, "", URL)
    except UnreadableFeed:
        return
    list(items_of(document, ORIGIN, AT))
    list(rejected_entries(document, ORIGIN, AT, "ReadFeeds"))


@pytest.mark.parametrize(
    ("body", "content_type", "is_feed"),
    [
        (rss(""), "", True),
        (b"\xef\xbb\xbf<!-- hi --><feed>", "text/html", True),
        ("<rss version='2.0'>".encode("utf-16"), "", True),
        (b'{"version": "https://jsonfeed.org/version/1"}', "application/json", True),
        (b"<whatever", "application/rss+xml; charset=utf-8", True),
        (b"<html><rss>", "text/html", False),
        (b'{"version": "https:\\/\\/jsonfeed.org\\/version\\/1.1"}', "", True),
        (b'{"url": "x", "text": "y"}', "", False),
        (b'{"text": "the \\"version\\": \\"https://jsonfeed.org/version/1\\""}', "", False),
        (b"", "", False),
    ],
)
def test_looks_like_feed(body: bytes, content_type: str, is_feed: bool) -> None:
    assert looks_like_feed(body, content_type) is is_feed


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One</p><p>tw<b>o</b></p>", "One two"),
        ("a < b &amp; c > d", "a < b & c > d"),
        ("<script>var a = '<p>'</script>shown<style>p{}</style>", "shown"),
        ("AT&amp;T", "AT&T"),
        ("", ""),
    ],
)
def test_plain_text(markup: str, text: str) -> None:
    assert plain_text(markup) == text


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<?xml version='1.0'?><!DOCTYPE rss [" + b"\n" * 20_000 + b"]><rss/>", "no element"),
        (b"<rss><channel><title>" + b"<p>" * 500_000, "500003 tags"),
    ],
)
def test_what_would_keep_the_parser_busy_is_refused(body: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFeed, match=reason):
        parse_feed(body, "", None)


@pytest.mark.parametrize(
    "letters",
    ["aaaa", "&#97;", "&#x61;aaa", "a<!-- -->", "a<![CDATA[a]]>", "a<br/>", "a.", "a<?a?>"],
)
def test_an_author_without_end_is_cut(letters: str) -> None:
    """Searched whole for a mail address, each takes feedparser many minutes."""
    item = f"<item><link>https://a.example/1</link><author>{letters * 100_000}</author></item>"
    (entry,) = parse_feed(f"<rss><channel>{item}</channel></rss>".encode(), "", None).entries
    assert entry.url == "https://a.example/1"
    assert all(len(name) <= 200 for name in entry.authors)


@pytest.mark.parametrize(
    "author", ["Ann Bo", "ann.bo@a.example (Ann Bo)", "Ann Bo &lt;ann.bo@a.example&gt;"]
)
def test_a_mail_address_is_no_name(author: str) -> None:
    item = f"<item><title>One</title><author>{author}</author></item>"
    (entry,) = parse_feed(f"<rss><channel>{item}</channel></rss>".encode(), "", None).entries
    assert entry.authors == ("Ann Bo",)


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By Ann Lee and Bo Poe", ("Ann Lee", "Bo Poe")),
        ("Ann Lee, Bo Poe, and Cy Roe", ("Ann Lee", "Bo Poe", "Cy Roe")),
        ("Ann Lee; Bo Poe &amp; Cy Roe", ("Ann Lee", "Bo Poe", "Cy Roe")),
        ("Ann Lee und Bo Poe", ("Ann Lee", "Bo Poe")),
        ("Ann Lee (Gazette)", ("Ann Lee",)),
        ("By Ann Lee alee@gazette.example", ("Ann Lee",)),
        ("Ann Lee, ann.lee-2@gazette.example", ("Ann Lee",)),
        ("Ann Lee, Political Editor, and Bo Poe, Staff Writer", ("Ann Lee", "Bo Poe")),
        ("Our Special Correspondent", ("Our Special Correspondent",)),
        ("Ann Editorson, Bo Poe", ("Ann Editorson", "Bo Poe")),
        ("<b>Ann Lee</b>", ("Ann Lee",)),
        ("harbourWatch", ("harbourWatch",)),
        ("24 Hours", ("24 Hours",)),
        ("李明", ("李明",)),
        (" ", ()),
    ],
)
def test_a_byline_of_several_is_several_authors(byline: str, names: tuple[str, ...]) -> None:
    creator = f"<dc:creator><![CDATA[{byline}]]></dc:creator>"
    (item,) = items(rss(f"<item><title>A</title><link>/a</link>{creator}</item>"))
    feed = {"items": [{"url": "/a", "authors": [{"name": byline}, {"name": byline}]}]}
    assert item.authors == items(json.dumps(feed).encode())[0].authors == names


def test_entries_without_authors_have_those_of_their_feed() -> None:
    who = "<author><name>{}</name></author>".format
    atom = (
        f'<feed xmlns="http://www.w3.org/2005/Atom">{who("Ann Lee")}{who("Bo Poe")}'
        f'<entry><link href="/1"/></entry><entry><link href="/2"/>{who("Cy Roe")}</entry>'
        f'<entry><link href="/3"/><source>{who("Di Moe")}</source></entry></feed>'
    )
    feed = {
        "authors": [{"name": "Ann Lee"}, {"name": "Bo Poe"}],
        "items": [{"url": "/1"}, {"url": "/2", "authors": [{"name": "Cy Roe"}]}],
    }
    expected = [("Ann Lee", "Bo Poe"), ("Cy Roe",), ("Di Moe",)]
    assert [item.authors for item in items(atom.encode())] == expected
    assert [item.authors for item in items(json.dumps(feed).encode())] == expected[:2]
    editor = "<managingEditor>ed@gazette.example (Ed Poe)</managingEditor>"
    assert items(rss(f"{editor}<item><link>/1</link></item>"))[0].authors == ()


@pytest.mark.parametrize(
    "elements",
    [
        "<x " + " ".join(f"a{n}='1'" for n in range(60_000)) + "/>",
        "".join(f"<a{n}:x xmlns:a{n}='u{n}'/>" for n in range(40_000)),
    ],
)
def test_attributes_and_namespaces_without_end_are_read_in_linear_time(elements: str) -> None:
    """Looked for among all others, they take minutes."""
    (item,) = items(rss(f"<item>{elements}<title>A</title><link>/a</link></item>"))
    assert item.title == "A"


def test_many_names_are_kept() -> None:
    names = ", ".join(f"Ann-Marie Bo-{number}" for number in range(300))
    item = f"<item><title>One</title><author>{names}</author></item>"
    (entry,) = parse_feed(f"<rss><channel>{item}</channel></rss>".encode(), "", None).entries
    assert entry.authors == (names,)


SITE_AND_ITEM = """<rss xmlns:atom="http://www.w3.org/2005/Atom"><channel><link>{}</link>
    {}<item><title>One</title><link>{}</link></item></channel></rss>"""


@pytest.mark.parametrize(
    ("feed", "site", "own", "url"),
    [
        (None, "https://www.a.example/", "https://a.example/news/feed.xml", "a.example/news/1"),
        (None, "https://b.example/", "https://a.example/feed.xml", "b.example/1"),
        (None, "https://b.example/", "", "b.example/1"),
        (None, "//b.example/", "", "b.example/1"),
        (None, "www.b.example", "", "www.b.example/1"),
        ("https://a.example/x/feed", "https://A.example/", "", "a.example/x/1"),
        ("https://feeds.a.example/x/feed", "https://www.a.example/", "", "www.a.example/1"),
        ("https://feeds.a.example/x/feed", "//www.a.example/", "", "www.a.example/1"),
        ("https://feeds.a.example/x/feed", "/", "", "feeds.a.example/x/1"),
        ("https://feeds.a.example/x/feed", "", "", "feeds.a.example/x/1"),
        ("https://feeds.a.example/x/feed", "http://[", "", "feeds.a.example/x/1"),
        ("https://burner.example/a", "https://a.example/", "", "a.example/1"),
    ],
)
def test_links_are_relative_to_the_feed_or_to_a_site_elsewhere(
    feed: str | None, site: str, own: str, url: str
) -> None:
    link = f'<atom:link rel="self" href="{own}"/>' if own else ""
    (entry,) = parse_feed(SITE_AND_ITEM.format(site, link, "1").encode(), "", feed).entries
    assert entry.url == f"https://{url}"
    told = {"home_page_url": site, "feed_url": own, "items": [{"url": "1"}]}
    (entry,) = parse_feed(json.dumps(told).encode(), "", feed).entries
    assert entry.url == f"https://{url}"


def test_links_of_atom_are_relative_to_the_feed_and_its_own_bases() -> None:
    atom = """<feed xmlns="http://www.w3.org/2005/Atom" {}><link href="https://www.a.example/"/>
    <entry><title>One</title><link href="1"/></entry></feed>"""
    for base, url in (
        ("", "https://feeds.a.example/x/1"),
        ('xml:base="/news/"', "https://feeds.a.example/news/1"),
        ('xml:base="https://b.example/news/"', "https://b.example/news/1"),
    ):
        document = parse_feed(atom.format(base).encode(), "", "https://feeds.a.example/x/feed")
        assert [entry.url for entry in document.entries] == [url]


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("//a.co.uk/1", "https://a.co.uk/1"),
        ("//cdn.b.co.uk/1", "https://cdn.b.co.uk/1"),
        ("www.a.co.uk/1", "https://www.a.co.uk/1"),
        ("www.b.co.uk/1", "https://www.b.co.uk/1"),
        ("sport.a.co.uk/1", "https://sport.a.co.uk/1"),
        ("a.co.uk", "https://a.co.uk"),
        ("b.co.uk/1", "https://a.co.uk/x/b.co.uk/1"),
        ("index.php?p=1", "https://a.co.uk/x/index.php?p=1"),
        ("www.html", "https://a.co.uk/x/www.html"),
        ("?p=1", "https://a.co.uk/x/feed?p=1"),
        ("/1", "https://a.co.uk/1"),
    ],
)
def test_a_link_may_lack_its_scheme(link: str, url: str) -> None:
    body = SITE_AND_ITEM.format("https://a.co.uk/", "", link).encode()
    (entry,) = parse_feed(body, "", "https://a.co.uk/x/feed").entries
    assert entry.url == url
    told = {"items": [{"url": link}], "home_page_url": "https://a.co.uk/"}
    (entry,) = parse_feed(json.dumps(told).encode(), "", "https://a.co.uk/x/feed").entries
    assert entry.url == url


def test_a_link_without_a_scheme_has_that_of_its_feed() -> None:
    body = SITE_AND_ITEM.format("", "", "//127.0.0.1:8080/1").encode()
    (entry,) = parse_feed(body, "", "http://127.0.0.1:8080/feed").entries
    assert entry.url == "http://127.0.0.1:8080/1"


@pytest.mark.parametrize(
    ("guid", "url"),
    [
        ("<guid>a1b2c3</guid>", ""),
        ("<guid isPermaLink='false'>a1b2c3</guid>", ""),
        ("<guid isPermaLink='true'>/1</guid>", "https://gazette.example/1"),
        ("<guid>https://gazette.example/1</guid>", "https://gazette.example/1"),
        ("<guid isPermaLink='false'>https://gazette.example/1</guid>", "https://gazette.example/1"),
        ("<guid>a1b2c3</guid><link>/1</link>", "https://gazette.example/1"),
        ("<link>/1</link><guid>a1b2c3</guid>", "https://gazette.example/1"),
    ],
)
def test_a_guid_is_a_link_where_it_is_a_url(guid: str, url: str) -> None:
    (entry,) = parsed(rss(f"<item>{guid}<description>It held.</description></item>")).entries
    assert (entry.url, entry.html) == (url, None if url else "It held.")
    assert "a1b2c3" not in guid or entry.id == "a1b2c3"


@pytest.mark.parametrize(
    ("name", "url"), [("1", ""), ("https://a.example/1", "https://a.example/1")]
)
def test_an_id_is_a_link_where_it_is_a_url(name: str, url: str) -> None:
    atom = f"<entry><id>{name}</id><title>One</title></entry></feed>"
    (entry,) = parsed(f'<feed xmlns="http://www.w3.org/2005/Atom">{atom}'.encode()).entries
    assert (entry.id, entry.url) == (name, url)
    items = [{"id": name, "content_text": "It held."}]
    feed = {"version": "https://jsonfeed.org/version/1.1", "items": items}
    (entry,) = parsed(json.dumps(feed).encode()).entries
    assert (entry.id, entry.url, entry.text) == (name, url, None if url else "It held.")


ATOM = 'xmlns:atom="http://www.w3.org/2005/Atom"'


@pytest.mark.parametrize("feed", ["https://gazette.example/rss", "https://feeds.gazette.example/"])
@pytest.mark.parametrize(
    "links",
    [
        "<link>/1</link><related><one><link>/other</link></one></related>",
        "<link>{site}/1</link><related><one><link>{site}/other</link></one></related>",
        '<link>{site}/1</link><atom:link rel="alternate" href="https://m.gazette.example/1"/>',
        '<atom:link rel="alternate" href="https://m.gazette.example/1"/><link>{site}/1</link>',
        '<atom:link rel="enclosure" href="/a"/><atom:link rel="self" href="/x"/><link>/1</link>',
        '<link/><atom:link rel="alternate" type="application/json" href="/j"/><link>/1</link>',
        "<link>http://[</link><link>{site}/1</link>",
    ],
)
def test_the_own_link_of_an_entry_in_rss(feed: str, links: str) -> None:
    site = "https://gazette.example"
    item = f"<item><title>One</title>{links.format(site=site)}</item>"
    body = f'<rss {ATOM} version="2.0"><channel><link>{site}/</link>{item}</channel></rss>'
    (entry,) = parse_feed(body.encode(), "", feed).entries
    assert entry.url.removeprefix("https://feeds.gazette.example").removeprefix(site) == "/1"


@pytest.mark.parametrize("original", ["https://gazette.example/1", "", "none"])
def test_the_own_link_of_an_entry_goes_before_feedburners(original: str) -> None:
    burned = "https://feedproxy.example/~r/gazette/~3/x/"
    links = f"<link>{burned}</link><feedburner:origLink>{original}</feedburner:origLink>"
    namespace = 'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
    body = f'<rss {namespace} version="2.0"><channel><item>{links}</item></channel></rss>'
    (entry,) = parse_feed(body.encode(), "", "https://feeds.example/gazette").entries
    assert entry.url == (original if "/" in original else burned)


def test_the_own_link_of_an_entry_may_be_on_another_host_of_the_outlet() -> None:
    links = '<link>https://sport.gazette.co.uk/1</link><atom:link rel="alternate" href="/2"/>'
    body = f'<rss {ATOM} version="2.0"><channel><item>{links}</item></channel></rss>'
    (entry,) = parse_feed(body.encode(), "", "https://www.gazette.co.uk/rss").entries
    assert entry.url == "https://sport.gazette.co.uk/1"


@pytest.mark.parametrize("turn", range(3))
def test_the_own_link_of_an_entry_in_atom(turn: int) -> None:
    """Beside those of its translation, and of its form for telephones."""
    links = (
        '<link rel="alternate" type="text/html" href="/1"/>',
        '<link rel="alternate" type="text/html" media="handheld" href="/mobile/1"/>',
        '<link rel="alternate" hreflang="de" href="/de/1"/>',
    )
    entry = f"<entry><title>One</title>{''.join(links[turn:] + links[:turn])}</entry>"
    (one,) = parsed(f'<feed xmlns="http://www.w3.org/2005/Atom">{entry}</feed>'.encode()).entries
    assert one.url == "https://gazette.example/1"


def test_an_entry_without_a_link_is_complete_in_itself() -> None:
    rss = b"<rss><channel><item><title>One</title><description>All.</description></item></channel>"
    (entry,) = parse_feed(rss, "", None).entries
    assert (entry.url, entry.html, entry.text, entry.summary) == ("", "All.", None, "")
    feed = b'{"version": "https://jsonfeed.org/version/1", "items": [{"content_text": "All."}]}'
    (entry,) = parse_feed(feed, "", None).entries
    assert (entry.url, entry.html, entry.text) == ("", None, "All.")


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("#include &lt;/etc/shadow&gt;", "#include </etc/shadow>"),
        ("How to use &lt;div&gt;", "How to use <div>"),
        ("How to use &lt;i&gt;it&lt;/i&gt;", "How to use it"),
        ("One&lt;br&gt;two &lt;img src=x&gt;", "One two"),
        ("AT&amp;amp;T", "AT&T"),
    ],
)
def test_plain_text_is_no_markup_unless_it_shows(title: str, text: str) -> None:
    atom = f"""<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>{title}</title></entry>
    </feed>"""
    (entry,) = parse_feed(atom.encode(), "", None).entries
    assert entry.title == text


def test_a_row_of_comments_before_the_root_is_looked_at_once() -> None:
    """Tried as one comment, two, three, ... they take for ever."""
    comments = b"<!--a-->" * 300
    assert looks_like_feed(comments + b"<rss>")
    assert not looks_like_feed(comments + b"<html>")
