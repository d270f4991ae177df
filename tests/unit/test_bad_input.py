"""What the world does to files: each ends with file, position and reason, the rest goes through."""

import gzip
import io
import json
import tracemalloc
from collections.abc import Callable

import pytest
from backports import zstd

from schemas.records import Article, Item, Outcome, Page, Rejected
from tests.file_samples import NOW, http_block, input_file, read, warc_record
from transforms.inputs.file_records import records_of
from transforms.inputs.outcomes import Record
from transforms.web.articles import article_of

GOOD = b'{"title": "good"}\n'


def ends(records: list[Record]) -> list[tuple[str, str | None]]:
    """Error or type of each record, and its position."""
    return [
        (r.error if isinstance(r, Rejected) else type(r).__name__, r.origin.position)
        for r in records
    ]


@pytest.mark.parametrize(
    ("content", "name", "error"),
    [
        (b"", "a.jsonl", "EmptyFile"),
        (b"\n \n", "a.html", "EmptyFile"),
        (gzip.compress(b"", mtime=0), "a.txt.gz", "EmptyFile"),
        (b"\x7fELF" + bytes(1000), "a.jsonl", "UnknownFormat"),
        (b"PK\x03\x04" + bytes(100), "a.zip", "UnknownFormat"),
        (gzip.compress(gzip.compress(GOOD, mtime=0), mtime=0), "a.jsonl.gz", "UnknownFormat"),
        (b"\x1f\x8b", "a.jsonl.gz", "TruncatedFile"),
        (b"\x1f\x8bnonsense", "a.jsonl.gz", "DamagedFile"),
        (b"<rss", "a.xml", "UnreadableFeed"),
        (b"<html>" + b" " * 6 * 2**20, "a.html", "FileTooLong"),
        (b"word " * 2**21, "a.txt", "FileTooLong"),
    ],
)
def test_files_that_cannot_be_read(content: bytes, name: str, error: str) -> None:
    (rejected,) = read(content, name)
    assert isinstance(rejected, Rejected)
    assert (rejected.error, rejected.key, rejected.replay) == (error, f"/data/{name}", "file")
    assert rejected.message.startswith(f"/data/{name}: ")


def test_cut_gzip_gives_its_lines_and_one_reject() -> None:
    lines = b"".join(b'{"title": "number %d"}\n' % number for number in range(50_000))
    records = read(gzip.compress(lines)[:-5000], "a.jsonl.gz")
    assert len(records) > 10_000
    assert all(isinstance(record, Item) for record in records[:-1])
    assert ends(records)[-1] == ("TruncatedFile", f"line {len(records)}")


def test_a_line_of_50_mb_is_refused_and_the_next_read() -> None:
    tracemalloc.start()
    long = b'{"text": "' + b"a" * 50 * 2**20 + b'"}\n'
    held = tracemalloc.get_traced_memory()[0]
    records = read(GOOD + long + GOOD, "a.jsonl")
    peak = tracemalloc.get_traced_memory()[1] - held
    tracemalloc.stop()
    assert ends(records) == [("Item", "line 1"), ("LineTooLong", "line 2"), ("Item", "line 3")]
    assert peak < len(long) + 64 * 2**20


def test_a_gzip_bomb_ends_early() -> None:
    bomb = gzip.compress(GOOD + b'{"text": "' + b"a" * 200 * 2**20)
    assert ends(read(bomb, "a.jsonl.gz")) == [
        ("Item", "line 1"),
        ("LineTooLong", "line 2"),
        ("ExpandsTooMuch", "line 3"),
    ]


@pytest.mark.parametrize(("name", "compress"), [("gzip", gzip.compress), ("zstd", zstd.compress)])
def test_a_bomb_in_a_content_encoding_is_cut(name: str, compress: Callable[[bytes], bytes]) -> None:
    bomb = http_block(compress(b"a" * 100 * 2**20), more=f"Content-Encoding: {name}\r\n")
    records = read(warc_record(bomb) + warc_record(http_block(b"<p>fine")), "a.warc")
    assert [kind for kind, _ in ends(records)] == ["PageTooLong", "Page"]


def test_deep_nesting() -> None:
    deep = b'{"text": ' + b"[" * 100_000 + b"]" * 100_000 + b"}\n"
    assert ends(read(deep + GOOD, "a.jsonl")) == [("NotJson", "line 1"), ("Item", "line 2")]


def test_invalid_utf8() -> None:
    records = read(b'{"text": "caf\xe9"}\n' + GOOD, "a.jsonl")
    assert ends(records) == [("NotJson", "line 1"), ("Item", "line 2")]
    (text,) = read("Im Café".encode("cp1252"), "a.txt")
    assert isinstance(text, Item)
    assert text.text == "Im Café"


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize("cut", [12, 40, 130, 210])
def test_a_warc_cut_in_the_middle(cut: int, pack: type) -> None:
    words = " ".join(str(number) for number in range(500)).encode()
    first, second = (pack(warc_record(http_block(words))) for _ in range(2))
    records = read(first + second[:cut], "a.warc")
    assert ends(records)[0] == ("Page", "offset 0")
    assert ends(records)[1][0] in ("TruncatedFile", "DamagedFile")
    assert ends(records)[1][1] == f"offset {len(first)}"


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_warc_is_read_on_behind_a_damage(pack: type) -> None:
    record = warc_record(http_block(b"<p>words"))
    content = pack(record) + b"something else\r\n\r\n" + pack(record) + pack(record)
    kinds = [kind for kind, _ in ends(read(content, "a.warc"))]
    assert kinds == ["Page", "DamagedFile", "Page", "Page"]


def test_a_warc_record_without_a_real_date() -> None:
    record = warc_record(http_block(b"<p>words"))
    bad = record.replace(b"2026-11-01T10:00:00Z", b"1900-11-01T10:00:00Z")
    assert [kind for kind, _ in ends(read(bad + record, "a.warc"))] == ["BadFetchTime", "Page"]


@pytest.mark.parametrize("year", ["1900", "2100"])
def test_impossible_dates_are_left_out(year: str) -> None:
    line = {"title": "t", "text": "words", "published_at": f"{year}-01-01T00:00:00Z"}
    (item,) = read(json.dumps(line).encode(), "a.jsonl")
    assert isinstance(item, Item)
    article = article_of(item)
    assert isinstance(article, Article)
    assert (article.published_at, article.published_from) == (None, "unknown")


def page_of(body: bytes) -> Page:
    (page,) = read(warc_record(http_block(body)), "a.warc")
    assert isinstance(page, Page)
    return page


def test_a_page_of_5_mb() -> None:
    paragraph = b"<p>These are the words of one paragraph of a very long page.</p>\n"
    page = page_of(b"<html><body>" + paragraph * (5 * 2**20 // len(paragraph) - 1))
    rejected = article_of(page)
    assert isinstance(rejected, Rejected)
    assert rejected.error == "TooManyElements"
    assert "/data/a.warc#offset 0" in rejected.message


def test_a_page_of_one_endless_paragraph() -> None:
    rejected = article_of(page_of(b"<html><body><p>" + b"many words " * 400_000))
    assert isinstance(rejected, Rejected)
    assert rejected.error == "TextTooLong"


def test_html_nested_100_000_deep() -> None:
    end = article_of(page_of(b"<html><body>" + b"<div>" * 100_000 + b"words"))
    assert isinstance(end, Outcome)
    assert end.outcome == "no_text"


def test_an_unsupported_language_is_an_article_like_any_other() -> None:
    text = "Hallitus päätti perjantaina, että uusi silta rakennetaan ensi vuonna. " * 3
    (item,) = read(json.dumps({"text": text}).encode(), "a.jsonl")
    assert isinstance(item, Item)
    article = article_of(item)
    assert isinstance(article, Article)
    assert article.language == "fi"


class _Failing(io.BytesIO):
    """Storage whose connection breaks after some bytes."""

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell() > 1000:
            raise ConnectionResetError(104, "reset by peer")
        return super().read(min(size or 1000, 1000))

    read1 = read


@pytest.mark.parametrize("name", ["a.warc", "a.txt"])
def test_an_error_of_the_storage_is_no_bad_record(name: str) -> None:
    record = warc_record(http_block(b"<p>" + b"words " * 100))
    content = record * 10 if name == "a.warc" else b"words " * 1000
    with pytest.raises(ConnectionResetError):
        list(records_of(_Failing(content), input_file(name), NOW))
