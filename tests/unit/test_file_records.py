"""Files of each format, and the records that come out of them."""

import gzip
import io
import json
import zlib

import brotli  # type: ignore[import-untyped]
import pytest
from backports import zstd

from schemas.records import Fetched, Item, Origin, Outcome, Page, Rejected
from tests.file_samples import MODIFIED, NOW, http_block, input_file, read, warc_record
from transforms.read_files import FileConfig, read_anew
from transforms.web.exchanges import write_exchange, write_warcinfo

HTML = b"<html><body><p>Words.</p></body></html>"
FEED = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>The Feed</title>
<item><title>One</title><link>https://a.example/1?utm_source=rss</link>
<description>Teaser</description></item>
<item><title>No link</title></item></channel></rss>"""


def test_each_key_of_a_file_that_is_read_anew_ends_with_that_file() -> None:
    numbered, other = input_file("d#1.warc"), input_file("d")
    whole, place, beside = "/data/d#1.warc", "/data/d#1.warc#offset 5", "/data/d#offset 5"
    only = frozenset({whole, place, beside, "/data/e#offset 5"})
    config = FileConfig(only=only, anew=frozenset({whole, "/data/d"}))
    for file, keys in ((numbered, [whole, place]), (other, [beside])):
        assert [record.key for record in read_anew([], file, config)] == keys


def test_a_text_is_one_article_with_its_headline() -> None:
    (item,) = read("A headline\n\nFirst.\nSecond.\n".encode("utf-16"), "a.txt")
    assert isinstance(item, Item)
    assert (item.key, item.title, item.text) == ("/data/a.txt", "A headline", "First.\nSecond.")
    assert (item.url, item.fetched_at, item.origin.source) == (None, MODIFIED, "a.txt")


@pytest.mark.parametrize("text", [b"First line.\nSecond line.", b"x" * 300 + b"\n\nMore", b"One."])
def test_a_text_without_a_headline(text: bytes) -> None:
    (item,) = read(text, "a.txt")
    assert isinstance(item, Item)
    assert (item.title, item.text) == ("", text.decode())


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_html(pack: type) -> None:
    (page,) = read(pack(HTML), "a.html")
    assert page == Page(
        key="/data/a.html",
        origin=Origin(source="a.html", file="/data/a.html"),
        url=None,
        content_type="",
        body=HTML,
        fetched_at=MODIFIED,
    )


def test_a_feed_gives_its_entries_and_refuses_those_without_link_and_text() -> None:
    item, refused = read(FEED, "feed.xml")
    assert isinstance(item, Item)
    assert item.origin == Origin(source="The Feed", file="/data/feed.xml", position="item 1")
    assert (item.key, item.title, item.summary) == ("/data/feed.xml#item 1", "One", "Teaser")
    assert isinstance(refused, Rejected)
    assert refused.key == "/data/feed.xml#item 2"


def test_a_feed_without_entries_has_an_outcome() -> None:
    (outcome,) = read(b'<rss version="2.0"><channel><title>T</title></channel></rss>', "feed.xml")
    assert isinstance(outcome, Outcome)
    assert (outcome.outcome, outcome.reason) == ("skipped", "feed without entries")


@pytest.mark.parametrize(
    ("content", "entries", "error"),
    [
        (FEED[: FEED.index(b"</item>") + 7], 1, "TruncatedFile"),
        (FEED.replace(b"<item>", b"<item/>" * 5000 + b"<item>"), 0, "FileTooLong"),
        (b"<urlset><url><loc>https://a.example/1</loc></url>", 1, "TruncatedFile"),
        (b"<urlset><url><loc>https://a.example/1</loc></url><url><loc>&b;</urlset>", 1, "Damaged"),
    ],
)
def test_what_is_missing_behind_the_entries_of_a_feed_is_rejected(
    content: bytes, entries: int, error: str
) -> None:
    *records, missing = read(content, "feed.xml")
    assert sum(isinstance(record, Item) for record in records) == entries
    assert isinstance(missing, Rejected)
    assert missing.error.startswith(error)
    assert missing.key.startswith("/data/feed.xml#behind item ")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_nothing_is_missing_behind_a_whole_feed(encoding: str) -> None:
    text = FEED.decode().partition("?>")[2]
    for content in (text, text + " <!-- generated -->"):
        records = read(content.encode(encoding), "feed.rss")
        assert [type(record) for record in records] == [Item, Rejected]


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_pages_of_an_archive(pack: type) -> None:
    parts = [warc_record(b"x: y", kind="warcinfo"), warc_record(http_block(HTML))]
    (page,) = read(b"".join(pack(part) for part in parts), "crawl.warc")
    assert isinstance(page, Page)
    assert (page.url, page.body, page.content_type) == ("https://a.example/1", HTML, "text/html")
    assert page.origin.source == "a.example"
    assert page.key.startswith("/data/crawl.warc#offset ")
    assert page.fetched_at.isoformat() == "2026-11-01T10:00:00+00:00"


def test_names_of_fields_may_be_in_any_case() -> None:
    record = warc_record(http_block(HTML))
    for name in (b"WARC-Type", b"WARC-Date", b"WARC-Target-URI", b"Content-Type: app"):
        record = record.replace(name, name.lower(), 1)
    page, _ = read(record * 2, "crawl.warc")
    assert isinstance(page, Page)
    assert (page.url, page.body) == ("https://a.example/1", HTML)


def test_a_length_that_is_spelled_otherwise_than_the_first_is_told() -> None:
    record = warc_record(http_block(HTML))
    small = record.replace(b"Content-Length", b"content-length")
    _, second, *_ = read(record + small, "crawl.warc")
    assert isinstance(second, Rejected)
    assert "Content-Length spelled so" in second.message


def test_a_record_without_a_date_is_not_told_to_leave_it_out() -> None:
    record = warc_record(http_block(HTML)).replace(b"WARC-Date", b"X-Date")
    (rejected,) = read(record, "crawl.warc")
    assert isinstance(rejected, Rejected)
    assert rejected.message.endswith("from 1990 to now as 2026-11-22T18:00:00Z")


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.txt.gz"])
def test_a_damaged_file_of_which_nothing_more_is_read_does_not_promise_it(name: str) -> None:
    *_, last = read(gzip.compress(b'{"text": "a"}\n', mtime=0) + b"nonsense", name)
    assert isinstance(last, Rejected)
    assert last.error == "DamagedFile"
    assert "follows" not in last.message


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(HTML, mtime=0)),
        ("gzip", gzip.compress(HTML[:9], mtime=0) + gzip.compress(HTML[9:], mtime=0)),
        ("gzip", gzip.compress(HTML, mtime=0) + b"behind it"),
        ("br", brotli.compress(HTML)),
        ("zstd", zstd.compress(HTML)),
        ("deflate", zlib.compress(HTML)),
        ("deflate", zlib.compress(HTML)[2:-4]),
        ("deflate, gzip", gzip.compress(zlib.compress(HTML), mtime=0)),
        ("gzip", HTML),
        ("identity", gzip.compress(HTML, mtime=0)),
        ("br", gzip.compress(HTML, mtime=0)),
        ("deflate", gzip.compress(HTML, mtime=0)),
    ],
)
def test_content_encodings_are_undone(encoding: str, body: bytes) -> None:
    block = http_block(body, more=f"Content-Encoding: {encoding}\r\n")
    (page,) = read(warc_record(block), "crawl.warc")
    assert isinstance(page, Page)
    assert page.body == HTML


def in_chunks(body: bytes, head: bytes = b"%x\r\n") -> bytes:
    """The body in chunks of 9 bytes, each under such a head."""
    pieces = [body[at : at + 9] for at in range(0, len(body), 9)]
    return b"".join(head % len(piece) + piece + b"\r\n" for piece in pieces) + b"0\r\n\r\n"


def in_transfer(body: bytes, transfer: str = "chunked", content: str = "") -> bytes:
    more = f"Transfer-Encoding: {transfer}\r\nContent-Encoding: {content}\r\n"
    return warc_record(http_block(body, more=more))


@pytest.mark.parametrize("head", [b"%x\r\n", b"%04X  \r\n", b"%x;name=value\r\n", b"%x\n"])
def test_chunks_are_undone(head: bytes) -> None:
    (page,) = read(in_transfer(in_chunks(HTML, head)), "crawl.warc")
    assert isinstance(page, Page)
    assert page.body == HTML


@pytest.mark.parametrize("missing", [b"\r\n", b"0\r\n\r\n", b"\r\n0\r\n\r\n"])
def test_the_mark_of_the_last_chunk_may_be_missing(missing: bytes) -> None:
    (page,) = read(in_transfer(in_chunks(HTML).removesuffix(missing)), "crawl.warc")
    assert isinstance(page, Page)
    assert page.body == HTML


def test_a_transfer_encoding_of_gzip_is_undone() -> None:
    (page,) = read(
        in_transfer(in_chunks(gzip.compress(HTML, mtime=0)), "gzip, chunked"), "crawl.warc"
    )
    assert isinstance(page, Page)
    assert page.body == HTML


@pytest.mark.parametrize("pack", [bytes, gzip.compress, brotli.compress])
def test_chunks_that_the_crawler_undid(pack: type) -> None:
    encoding = {gzip.compress: "gzip", brotli.compress: "br"}.get(pack, "")
    (page,) = read(in_transfer(pack(HTML), content=encoding), "crawl.warc")
    assert isinstance(page, Page)
    assert page.body == HTML


@pytest.mark.parametrize("encoding", ["", "gzip", "br", "zstd", "deflate"])
@pytest.mark.parametrize("body", [b"Hello <b>you</b>", b"Day 92 ", HTML.decode().encode("utf-16")])
def test_encodings_that_the_crawler_undid(body: bytes, encoding: str) -> None:
    (page,) = read(in_transfer(body, content=encoding), "crawl.warc")
    assert isinstance(page, Page)
    assert page.body == body


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (in_chunks(HTML)[:-20], ""),
        (in_chunks(HTML).replace(b"\r\n9\r\n", b"\r\n\xff\r\n"), ""),
        (gzip.compress(HTML, mtime=0)[:-9], "gzip"),
        (brotli.compress(HTML * 9), "gzip"),
    ],
)
def test_a_broken_body_is_refused_in_words(body: bytes, encoding: str) -> None:
    (refused,) = read(in_transfer(body, content=encoding), "crawl.warc")
    assert isinstance(refused, Rejected)
    assert refused.error == "BadEncoding"
    assert refused.message.isascii()
    assert refused.message.endswith("; fetch the page anew, or store its body decoded")


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (warc_record(http_block(b"", status="404 Not Found")), "HTTP 404"),
        (warc_record(http_block(b"x", content_type="image/png")), "content type image/png"),
        (warc_record(b"", kind="revisit"), "WARC record of type revisit"),
        (warc_record(b"x: y", kind="metadata"), "only records about others"),
    ],
)
def test_what_is_no_page_is_skipped_with_the_reason(record: bytes, reason: str) -> None:
    (outcome,) = read(record, "crawl.warc")
    assert isinstance(outcome, Outcome)
    assert outcome.outcome == "skipped"
    assert reason in outcome.reason


def test_wet_gives_texts() -> None:
    (item,) = read(warc_record(b"A title\nOne.\nTwo.", kind="conversion"), "crawl.warc.wet")
    assert isinstance(item, Item)
    assert (item.url, item.title, item.text) == ("https://a.example/1", "A title", "One.\nTwo.")


@pytest.mark.parametrize("stated", [b"Content-Type: Text/Plain; charset=utf-8\r\n", b""])
def test_a_text_need_not_state_its_type_as_wet_does(stated: bytes) -> None:
    record = warc_record(b"A title\nOne.", kind="conversion")
    (item,) = read(record.replace(b"Content-Type: text/plain\r\n", stated), "crawl.warc.wet")
    assert isinstance(item, Item)
    assert (item.title, item.text) == ("A title", "One.")


def test_what_a_browser_made_of_a_page_is_no_text() -> None:
    snapshot = warc_record(HTML, kind="conversion").replace(b"text/plain", b"text/html")
    screenshot = warc_record(b"\x89PNG", kind="conversion").replace(b"text/plain", b"image/png")
    page, outcome = read(snapshot + screenshot, "crocoite.warc")
    assert isinstance(page, Page)
    assert page.body == HTML
    assert isinstance(outcome, Outcome)
    assert (outcome.outcome, outcome.reason) == ("skipped", "content type image/png")


def exchange(**fields: object) -> Fetched:
    given = {
        "kind": "page",
        "feed": "https://a.example/feed",
        "source": "A",
        "requested_url": "https://a.example/1",
        "url": "https://a.example/1",
        "status": 200,
        "headers": (("Content-Type", "text/html"),),
        "body": HTML,
        "fetched_at": NOW,
    }
    return Fetched(**(given | fields))  # type: ignore[arg-type]


def archive(*exchanges: Fetched) -> bytes:
    written = io.BytesIO()
    write_warcinfo(written, "a.warc.gz", "test", NOW)
    for one in exchanges:
        write_exchange(written, one)
    return written.getvalue()


def test_the_streams_archive_keeps_the_keys_and_origins_of_the_live_run() -> None:
    failed = exchange(
        status=0, headers=(), body=b"", error="timeout", requested_url="https://b.example/"
    )
    page, outcome = read(archive(exchange(), failed), "a.warc.gz")
    assert isinstance(page, Page)
    assert isinstance(outcome, Outcome)
    assert page.key == "https://a.example/1"
    assert page.origin == Origin(source="A", feed="https://a.example/feed")
    assert (outcome.outcome, outcome.reason) == ("fetch_failed", "timeout")


def test_of_an_archived_feed_only_items_with_full_text_are_taken() -> None:
    full = "words " * 200
    body = FEED.replace(
        b"</channel>",
        f"<item><link>https://a.example/2</link><title>Two</title><content:encoded "
        f'xmlns:content="http://purl.org/rss/1.0/modules/content/">{full}</content:encoded></item>'
        "</channel>".encode(),
    )
    fetched = exchange(kind="feed", headers=(("Content-Type", "application/rss+xml"),), body=body)
    item, refused = read(archive(fetched), "a.warc.gz")
    assert isinstance(item, Item)
    assert isinstance(refused, Rejected)
    assert (item.key, item.origin.feed) == ("https://a.example/2", "https://a.example/feed")
    assert refused.step == "ReadFeeds"


@pytest.mark.parametrize(
    ("new_entries", "titles"),
    [(None, ["1", "2", "3"]), ((1, 2, 3), ["1", "2", "3"]), ((2,), ["2"]), ((), [])],
)
def test_of_an_archived_feed_what_came_out_live_comes_out(
    new_entries: tuple[int, ...] | None, titles: list[str]
) -> None:
    records = read(archive(full_texts(new_entries=new_entries)), "a.warc.gz")
    assert [one.title for one in records if isinstance(one, Item)] == titles
    assert len(records) == len(titles)


@pytest.mark.parametrize("told", ["", "some", "1,1", "3-2", "2,1", "0", "-1", "1-5001", "9" * 99])
def test_entries_that_no_feed_has_are_an_archive_that_was_changed(told: str) -> None:
    whole = gzip.decompress(archive(full_texts(new_entries=(1,))))
    changed = whole.replace(b"New-Entries: 1\r\n", f"New-Entries: {told}\r\n".encode())
    (refused,) = read(changed, "a.warc")
    assert isinstance(refused, Rejected)
    assert refused.error == "BadExchange"


def full_texts(**fields: object) -> Fetched:
    entries = [
        {"url": f"https://a.example/{name}", "title": name, "content_text": "words " * 200}
        for name in "123"
    ]
    version = "https://jsonfeed.org/version/1.1"
    body = json.dumps({"version": version, "title": "A", "items": entries}).encode()
    return exchange(kind="feed", headers=(), body=body, **fields)


def test_an_archived_feed_whose_entries_have_pages_adds_nothing_to_a_replay() -> None:
    body = FEED.replace(b"<item><title>No link</title></item>", b"")
    fetched = exchange(kind="feed", headers=(("Content-Type", "application/rss+xml"),), body=body)
    assert read(archive(fetched), "a.warc.gz") == []


def test_a_record_of_the_archive_that_is_nested_without_end_is_refused() -> None:
    fields = f"Newsbeam-Kind: page\r\nNewsbeam-Item: {'[' * 8000}\r\n"
    (refused,) = read(warc_record(http_block(b"<p>words"), more=fields), "a.warc")
    assert isinstance(refused, Rejected)
    assert refused.error == "BadExchange"
