"""Archives as they should not be, and how each of their records ends.

Behind each bad record stands a good one, which must come through: `page`.
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
    "gzip bomb": BadArchive(_bomb(gzip.compress, "gzip"), ("PageTooLong", "page")),
    "deflate bomb": BadArchive(_bomb(zlib.compress, "deflate"), ("PageTooLong", "page")),
    "brotli bomb": BadArchive(_bomb(_brotli, "br"), ("PageTooLong", "page")),
    "zstd bomb": BadArchive(_bomb(zstd.compress, "zstd"), ("PageTooLong", "page")),
    "gzip bomb in gzip": BadArchive(
        _bomb(lambda body: gzip.compress(gzip.compress(body)), "gzip, gzip"),
        ("PageTooLong", "page"),
    ),
    "1,000 encodings, one in the other": BadArchive(
        lambda: _layers(1000) + GOOD, ("BadEncoding", "page")
    ),
    "cut gzip body": BadArchive(_cut(gzip.compress, "gzip"), ("BadEncoding", "page")),
    "cut deflate body": BadArchive(_cut(zlib.compress, "deflate"), ("BadEncoding", "page")),
    "cut brotli body": BadArchive(_cut(_brotli, "br"), ("BadEncoding", "page")),
    "cut zstd body": BadArchive(_cut(zstd.compress, "zstd"), ("BadEncoding", "page")),
    "unknown encoding": BadArchive(
        lambda: _encoded(b"words", "x-secret") + GOOD, ("BadEncoding", "page")
    ),
    "cut chunks": BadArchive(lambda: _chunked(b"fff\r\nwords") + GOOD, ("BadEncoding", "page")),
    "chunk of 16 EB": BadArchive(
        lambda: _chunked(b"f" * 16 + b"\r\nwords") + GOOD, ("BadEncoding", "page")
    ),
    "no chunks under the header of chunks": BadArchive(
        lambda: _chunked(b"<p>" + WORDS) + GOOD, ("page", "page")
    ),
    "HTTP headers of 10 MB": BadArchive(
        lambda: _response(b"<p>", f"X-Long: {'a' * 10 * MEGABYTE}\r\n") + GOOD,
        ("DamagedRecord", "page"),
    ),
    "500,000 HTTP headers": BadArchive(
        lambda: _response(b"<p>", "X-Many: a\r\n" * 500_000) + GOOD, ("DamagedRecord", "page")
    ),
    "WARC headers of 10 MB": BadArchive(
        lambda: warc_record(b"x", more=f"X-Long: {'a' * 10 * MEGABYTE}\r\n") + GOOD,
        ("DamagedFile", "page"),
    ),
    "HTTP head with bare line feeds": BadArchive(
        lambda: warc_record(http_block(b"<p>" + WORDS).replace(b"\r\n", b"\n")) + GOOD,
        ("page", "page"),
    ),
    "no HTTP": BadArchive(lambda: warc_record(b"words") + GOOD, ("skipped", "page")),
    "an empty block": BadArchive(lambda: warc_record(b"") + GOOD, ("skipped", "page")),
    "no length": BadArchive(lambda: _claims("") + GOOD, ("TruncatedFile", "DamagedFile", "page")),
    "a negative length": BadArchive(
        lambda: _claims(-5) + GOOD, ("TruncatedFile", "DamagedFile", "page")
    ),
    "a length of 10^21": BadArchive(
        lambda: _claims(10**21) + GOOD, ("TruncatedFile", "DamagedFile", "page")
    ),
    "a length of 1 GB": BadArchive(lambda: _claims(2**30) + GOOD, ("RecordTooLong", "page")),
    "a length beyond the file": BadArchive(
        lambda: _claims(len(GOOD) * 5) + GOOD, ("TruncatedFile", "page")
    ),
    "a length beyond the file, gzip": BadArchive(
        lambda: _members(_claims(len(GOOD) * 5), GOOD, GOOD), ("TruncatedFile", "page", "page")
    ),
    "a length that is too short": BadArchive(
        lambda: _claims(_own_length() - 200) + GOOD, ("page", "DamagedFile", "page")
    ),
    "a record of 20 MB": BadArchive(
        lambda: _response(b"<p>" + bytes(20 * MEGABYTE)) + GOOD, ("RecordTooLong", "page")
    ),
    "a record of 200 MB in 200 kB": BadArchive(
        lambda: _members(_response(b"<p>" + bytes(200 * MEGABYTE)), GOOD),
        ("RecordTooLong", "page"),
    ),
    "a gzip member with a wrong byte": BadArchive(
        _broken_inside, ("DamagedRecord", "DamagedFile", "page")
    ),
    "a cut last record": BadArchive(lambda: (GOOD * 2)[:-100], ("page", "TruncatedFile")),
    "a cut last gzip member": BadArchive(
        lambda: _members(GOOD, GOOD)[:-40], ("page", "TruncatedFile")
    ),
    "nonsense between records": BadArchive(
        lambda: GOOD + os.urandom(1000) + b"\r\n\r\n" + GOOD, ("page", "DamagedFile", "page")
    ),
    "a page nested 100,000 deep": BadArchive(
        lambda: _response(b"<div>" * 100_000 + WORDS) + GOOD, ("no_text", "page")
    ),
    "entities that expand to 10 GB": BadArchive(
        lambda: _response(_XML_BOMB + b"<p>&a9;" + WORDS) + GOOD, ("page", "page")
    ),
    "an entity from another file": BadArchive(
        lambda: _response(_OUTSIDE + b"<p>&a9;" + WORDS) + GOOD, ("page", "page")
    ),
    "a date in the future": BadArchive(
        lambda: GOOD.replace(b"2026-11-01T", b"2999-11-01T") + GOOD, ("BadFetchTime", "page")
    ),
    "a URL that is none": BadArchive(
        lambda: warc_record(http_block(b"<p>" + WORDS), url="http://[::1") + GOOD,
        ("page", "page"),
    ),
}
