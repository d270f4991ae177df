"""Content first, name second."""

import gzip
import io

import pytest

from transforms.inputs.content import Content
from transforms.inputs.errors import EmptyFile, ExpandsTooMuch, TruncatedFile, UnknownFormat
from transforms.inputs.formats import format_of


@pytest.mark.parametrize(
    ("head", "name", "expected"),
    [
        (b'{"text": "a"}\n{"text": "b"}\n', "export", "json_lines"),
        (b'\xef\xbb\xbf{"text": "a"}', "export.json", "json_lines"),
        (b"oops\n", "export.jsonl.gz", "json_lines"),
        (b"{\n", "export.jsonl", "json_lines"),
        (b'{"text": "\\"format\\": \\"json-pages-1.0\\""}\n', "export.jsonl", "json_lines"),
        (b'{"text": "a"}\n{"format": "json-pages-1.0"}\n', "export.jsonl", "json_lines"),
        (b"WARC/1.0\r\n", "crawl.txt", "warc"),
        (b'<?xml version="1.0"?>\n<rss version="2.0">', "page.html", "feed"),
        (b'<feed xmlns="http://www.w3.org/2005/Atom">', "x", "feed"),
        (b'{\n "version": "https://jsonfeed.org/version/1.1",', "feed.json", "feed"),
        (b"<urlset xmlns=", "sitemap.xml", "feed"),
        (b"<!DOCTYPE html><html>", "x.aspx", "html"),
        (b"\n\n <p>one paragraph", "x", "html"),
        ("<html>".encode("utf-16"), "x", "html"),
        (b"<p>Lists begin with <opml version=2.0>", "x", "html"),
        (b"<opml> is a format", "note.txt", "text"),
        (b"<3 is a heart", "note.txt", "text"),
        (b"{curly} words", "note.txt", "text"),
        ("Café".encode("cp1252"), "note.txt.gz", "text"),
    ],
)
def test_formats(head: bytes, name: str, expected: str) -> None:
    assert format_of(head, name) == expected


@pytest.mark.parametrize(
    ("head", "name", "word"),
    [
        (b"PK\x03\x04rest", "articles.jsonl", "zip"),
        (b"PK\x03\x04rest", "crawl.wacz", "of a WACZ give its archive/ folder"),
        (b'{"format": "json-pages-1.0", "title": "All"}\n', "pages.jsonl", "archive/ folder"),
        (b"%PDF-1.7", "a.txt", "PDF"),
        (bytes(range(256)) * 4, "a.txt", "binary"),
        (b'{\n  "text": "a"\n}', "a.json", "jq -c"),
        (b'[{"text": "a"},\n{"text": "b"}]', "a.json", r"a JSON array; .*jq -c '\.\[\]'"),
        (b'<?xml version="1.0"?>\n<opml version="2.0"><head><title>', "a.opml", "stream --feeds"),
        (b"<!-- mine --><opml><head>", "a.html", "stream --feeds"),
        (b"[section]", "a.ini", "no known content"),
        (b"just words", "LICENSE", "LICENSE"),
        (b"a,b\n1,2\n", "table.csv", "table.csv"),
    ],
)
def test_what_is_not_read_is_named(head: bytes, name: str, word: str) -> None:
    with pytest.raises(UnknownFormat, match=word):
        format_of(head, name)


@pytest.mark.parametrize("head", [b"", b" \r\n\t", b"\xef\xbb\xbf\n"])
def test_empty_files(head: bytes) -> None:
    with pytest.raises(EmptyFile):
        format_of(head, "a.txt")


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_content_is_read_in_parts(pack: type) -> None:
    content = Content(io.BytesIO(pack(b"one\ntwo\n" + b"x" * 100_000)))
    assert content.readline(100) == b"one\n"
    assert content.read(6) == b"two\nxx"
    assert content.readline(10) == b"x" * 10
    assert len(content.read(10**6)) == 100_000 - 12


def test_cut_gzip_gives_what_came_before() -> None:
    lines = b"".join(b"line %d\n" % number for number in range(100_000))
    content = Content(io.BytesIO(gzip.compress(lines)[:-1000]))
    assert content.readline(100) == b"line 0\n"
    with pytest.raises(TruncatedFile):
        content.read(10**7)


def test_a_bomb_is_given_up_early() -> None:
    bomb = gzip.compress(b"\0" * 100 * 2**20)
    content = Content(io.BytesIO(bomb))
    with pytest.raises(ExpandsTooMuch):
        while content.read(2**20):
            pass
