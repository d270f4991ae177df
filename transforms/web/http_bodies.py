"""Content encodings of archived HTTP bodies undone, with a bound on what comes out."""

import zlib

import brotli  # type: ignore[import-untyped]
from backports import zstd

from transforms.web.file_errors import UnreadableRecord


class BadEncoding(UnreadableRecord):
    """The body is not in the content encoding that its header names."""


def decoded_body(body: bytes, encodings: str, limit: int) -> bytes:
    """Returns `body` decoded, cut after `limit` + 1 bytes.

    Crawlers often store the decoded body under the header of the encoded one: a body that does
    not begin as its encoding does is taken as it is.

    Args:
        encodings: the Content-Encoding header's value.
    Raises:
        BadEncoding: broken or cut compressed data, or an encoding that is not known.
    """
    for name in reversed([part.strip().lower() for part in encodings.split(",")]):
        body = _decoded_once(body, name, limit)
    return body[: limit + 1]


def _decoded_once(body: bytes, name: str, limit: int) -> bytes:
    if name in ("", "identity", "none") or not body:
        return body
    try:
        if name in ("gzip", "x-gzip", "deflate"):
            return _inflated(body, name, limit)
        if name == "br":
            return brotli.Decompressor().process(body, output_buffer_limit=limit + 1)
        if name == "zstd":
            return zstd.ZstdDecompressor().decompress(body, limit + 1)
    except (zlib.error, brotli.error, zstd.ZstdError) as error:
        if body.lstrip().startswith(b"<"):
            return body
        raise BadEncoding(f"the body is no {name}: {error}") from error
    raise BadEncoding(f"content encoding {name!r:.40} is not known; store bodies decoded")


def _inflated(body: bytes, name: str, limit: int) -> bytes:
    """gzip and zlib by their headers; servers also send deflate without one."""
    raw = name == "deflate" and body[0] & 0x0F != 8
    return zlib.decompressobj(-15 if raw else 47).decompress(body, limit + 1)
