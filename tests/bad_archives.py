"""Archives as they should not be, and how each of their records ends.

Behind each bad record stands a good one, which must come through: `article`.
"""

import gzip
import os
import zlib
from collections.abc import Callable
from typing import NamedTuple

import brotli  # type: ignore[import-untyped]
from backports import zstd

from tests.file_samples import http_block, warc_record

WORDS = b"These are the words of an article about a bridge that is closed for repairs. " * 9
GOOD = warc_record(http_block(b"<html><body><p>" + WORDS))
MEGABYTE = 2**20
_ENTITIES = b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10))
_XML_BOMB = b'<!DOCTYPE html [<!ENTITY a0 "aaaaaaaaaa">' + _ENTITIES + b"]>"
_OUTSIDE = b'<!DOCTYPE html [<!ENTITY a9 SYSTEM "file:///etc/passwd">]>'


class BadArchive(NamedTuple):
    """Attributes: the bytes of the archive, and the ends of its records, in order."""

    content: Callable[[], bytes]
    ends: tuple[str, ...]


def _response(body: bytes, more: str = "") -> bytes:
    return warc_record(http_block(body, more=more))


def _encoded(body: bytes, encodings: str) -> bytes:
    return _response(body, f"Content-Encoding: {encodings}\r\n")


def _chunked(body: bytes) -> bytes:
    return _response(body, "Transfer-Encoding: chunked\r\n")


def _claims(length: int | str) -> bytes:
    """A good record under a Content-Length that is not its own."""
    head, _, rest = GOOD.partition(b"Content-Length: ")
    return head + f"Content-Length: {length}".encode() + rest[rest.index(b"\r\n") :]


def _own_length() -> int:
    return len(GOOD) - GOOD.index(b"\r\n\r\n") - 8


def _members(*records: bytes) -> bytes:
    return b"".join(gzip.compress(record, mtime=0) for record in records)


def _broken_inside() -> bytes:
    """A big gzip member with a few wrong bytes in the middle."""
    member = bytearray(gzip.compress(_response(b"<p>" + os.urandom(MEGABYTE)), mtime=0))
    member[MEGABYTE // 2 : MEGABYTE // 2 + 9] = b"\xff" * 9
    return bytes(member) + _members(GOOD)


def _layers(count: int) -> bytes:
    body = b"<p>" + WORDS
    for _ in range(count):
        body = gzip.compress(body)
    return _encoded(body, ", ".join(["gzip"] * count))


def _bomb(compress: Callable[[bytes], bytes], encoding: str) -> Callable[[], bytes]:
    return lambda: _encoded(compress(bytes(100 * MEGABYTE)), encoding) + GOOD


def _brotli(body: bytes) -> bytes:
    """Fast: a bomb at the best quality takes seconds."""
    return bytes(brotli.compress(body, quality=1))


def _cut(compress: Callable[[bytes], bytes], encoding: str) -> Callable[[], bytes]:
    whole = compress(b"<p>" + os.urandom(50_000))
    return lambda: _encoded(whole[:-9], encoding) + GOOD


ARCHIVES: dict[str, BadArchive] = {
    "gzip bomb": BadArchive(_bomb(gzip.compress, "gzip"), ("PageTooLong", "article")),
    "deflate bomb": BadArchive(_bomb(zlib.compress, "deflate"), ("PageTooLong", "article")),
    "brotli bomb": BadArchive(_bomb(_brotli, "br"), ("PageTooLong", "article")),
    "zstd bomb": BadArchive(_bomb(zstd.compress, "zstd"), ("PageTooLong", "article")),
    "gzip bomb in gzip": BadArchive(
        _bomb(lambda body: gzip.compress(gzip.compress(body)), "gzip, gzip"),
        ("PageTooLong", "article"),
    ),
    "1,000 encodings, one in the other": BadArchive(
        lambda: _layers(1000) + GOOD, ("BadEncoding", "article")
    ),
    "cut gzip body": BadArchive(_cut(gzip.compress, "gzip"), ("BadEncoding", "article")),
    "cut deflate body": BadArchive(_cut(zlib.compress, "deflate"), ("BadEncoding", "article")),
    "cut brotli body": BadArchive(_cut(_brotli, "br"), ("BadEncoding", "article")),
    "cut zstd body": BadArchive(_cut(zstd.compress, "zstd"), ("BadEncoding", "article")),
    "unknown encoding": BadArchive(
        lambda: _encoded(b"words", "x-secret") + GOOD, ("BadEncoding", "article")
    ),
    "cut chunks": BadArchive(lambda: _chunked(b"fff\r\nwords") + GOOD, ("BadEncoding", "article")),
    "chunk of 16 EB": BadArchive(
        lambda: _chunked(b"f" * 16 + b"\r\nwords") + GOOD, ("BadEncoding", "article")
    ),
    "no chunks under the header of chunks": BadArchive(
        lambda: _chunked(b"<p>" + WORDS) + GOOD, ("article", "article")
    ),
    "HTTP headers of 10 MB": BadArchive(
        lambda: _response(b"<p>", f"X-Long: {'a' * 10 * MEGABYTE}\r\n") + GOOD,
        ("DamagedRecord", "article"),
    ),
    "500,000 HTTP headers": BadArchive(
        lambda: _response(b"<p>", "X-Many: a\r\n" * 500_000) + GOOD, ("DamagedRecord", "article")
    ),
    "WARC headers of 10 MB": BadArchive(
        lambda: warc_record(b"x", more=f"X-Long: {'a' * 10 * MEGABYTE}\r\n") + GOOD,
        ("DamagedFile", "article"),
    ),
    "HTTP head with bare line feeds": BadArchive(
        lambda: warc_record(http_block(b"<p>" + WORDS).replace(b"\r\n", b"\n")) + GOOD,
        ("article", "article"),
    ),
    "no HTTP": BadArchive(lambda: warc_record(b"words") + GOOD, ("skipped", "article")),
    "an empty block": BadArchive(lambda: warc_record(b"") + GOOD, ("skipped", "article")),
    "no length": BadArchive(
        lambda: _claims("") + GOOD, ("TruncatedFile", "DamagedFile", "article")
    ),
    "a negative length": BadArchive(
        lambda: _claims(-5) + GOOD, ("TruncatedFile", "DamagedFile", "article")
    ),
    "a length of 10^21": BadArchive(
        lambda: _claims(10**21) + GOOD, ("TruncatedFile", "DamagedFile", "article")
    ),
    "a length of 1 GB": BadArchive(lambda: _claims(2**30) + GOOD, ("RecordTooLong", "article")),
    "a length beyond the file": BadArchive(
        lambda: _claims(len(GOOD) * 5) + GOOD, ("TruncatedFile", "article")
    ),
    "a length beyond the file, gzip": BadArchive(
        lambda: _members(_claims(len(GOOD) * 5), GOOD, GOOD),
        ("TruncatedFile", "article", "article"),
    ),
    "a length that is too short": BadArchive(
        lambda: _claims(_own_length() - 200) + GOOD, ("article", "DamagedFile", "article")
    ),
    "a record of 20 MB": BadArchive(
        lambda: _response(b"<p>" + bytes(20 * MEGABYTE)) + GOOD, ("RecordTooLong", "article")
    ),
    "a record of 200 MB in 200 kB": BadArchive(
        lambda: _members(_response(b"<p>" + bytes(200 * MEGABYTE)), GOOD),
        ("RecordTooLong", "article"),
    ),
    "a gzip member with a wrong byte": BadArchive(
        _broken_inside, ("DamagedRecord", "DamagedFile", "article")
    ),
    "a cut last record": BadArchive(lambda: (GOOD * 2)[:-100], ("article", "TruncatedFile")),
    "a cut last gzip member": BadArchive(
        lambda: _members(GOOD, GOOD)[:-40], ("article", "TruncatedFile")
    ),
    "nonsense between records": BadArchive(
        lambda: GOOD + os.urandom(1000) + b"\r\n\r\n" + GOOD, ("article", "DamagedFile", "article")
    ),
    "a page nested 100,000 deep": BadArchive(
        lambda: _response(b"<div>" * 100_000 + WORDS) + GOOD, ("no_text", "article")
    ),
    "entities that expand to 10 GB": BadArchive(
        lambda: _response(_XML_BOMB + b"<p>&a9;" + WORDS) + GOOD, ("article", "article")
    ),
    "an entity from another file": BadArchive(
        lambda: _response(_OUTSIDE + b"<p>&a9;" + WORDS) + GOOD, ("article", "article")
    ),
    "a date in the future": BadArchive(
        lambda: GOOD.replace(b"2026-11-01T", b"2999-11-01T") + GOOD, ("BadFetchTime", "article")
    ),
    "a URL that is none": BadArchive(
        lambda: warc_record(http_block(b"<p>" + WORDS), url="http://[::1") + GOOD,
        ("article", "article"),
    ),
}
