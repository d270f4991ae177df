"""Content encodings of archived HTTP bodies undone, with a bound on what comes out."""

import re
import zlib
from collections.abc import Callable, Mapping

import brotli  # type: ignore[import-untyped]
from backports import zstd

from transforms.text.byte_order_marks import head_in_ascii, is_binary
from transforms.web.unreadable import UnreadableRecord

GZIP = b"\x1f\x8b"
# With the line's end behind the chunk before it; without a size at the end of the body.
_CHUNK_HEAD = re.compile(rb"(\r?\n)?((?P<size>[0-9A-Fa-f]+)[ \t]*(;[^\r\n]*)?\r?\n|\Z)")
_TOLD_BY_BYTES = 1024
_REMEDY = "fetch the page anew, or store its body decoded"
_MAX_ENCODINGS = 5
_BY_HEADER = 47  # window bits: gzip or zlib, whichever the data begin as
# Members may be many and tiny: what lies behind one is copied once for each of them.
_STEP_BYTES = 16_384
# What came out, at most so many bytes, and whether that is all.
_Decoded = tuple[bytes, bool]


class BadEncoding(UnreadableRecord):
    """The body is not in the content encoding that its header names."""


def unchunked(body: bytes) -> bytes:
    """Returns `body` without the marks of its chunks (RFC 9112, section 7.1).

    Crawlers often store the plain body under the header of the chunked one: a body that does not
    begin with the size of a chunk is taken as it is. The mark behind the last chunk may be missing.

    Raises:
        BadEncoding: cut or broken chunks.
    """
    plain: list[bytes] = []
    at = 0
    while head := _CHUNK_HEAD.match(body, at):
        size = int(head["size"] or b"0", 16)
        if size == 0:
            return b"".join(plain)
        at = head.end() + size
        if at > len(body):
            raise BadEncoding(f"the body ends inside its last chunk; {_REMEDY}")
        plain.append(body[head.end() : at])
    if not plain:
        return body
    raise BadEncoding(f"at byte {at} of the body a chunk should begin; {_REMEDY}")


def decoded_body(body: bytes, encodings: str, limit: int) -> bytes:
    """Returns `body` decoded, cut after `limit` + 1 bytes.

    Crawlers often store the decoded body under the header of the encoded one: a body that is
    text, and not in its encoding, is taken as it is. Gzip is undone under any header, since no
    text begins so: servers pack what is packed, crawlers lose the header.

    Args:
        encodings: the Content-Encoding header's value.
    Raises:
        BadEncoding: broken or cut compressed data, an encoding that is not known, or over 5.
    """
    names = [part.strip().lower() for part in encodings.split(",")]
    if len(names) > _MAX_ENCODINGS:
        raise BadEncoding(f"{len(names)} content encodings, one in the other")
    for name in reversed(names):
        body = _decoded_once(body, name, limit)
    if body.startswith(GZIP):
        body = _decoded_once(body, "gzip", limit)
    return body[: limit + 1]


def _decoded_once(body: bytes, name: str, limit: int) -> bytes:
    if name in ("", "identity", "none") or not body:
        return body
    if name not in _DECODERS:
        raise BadEncoding(f"content encoding {name!r:.40} is not known; {_REMEDY}")
    try:
        decoded, ended = _DECODERS[name](body, limit + 1)
        problem = "" if ended or len(decoded) > limit else "it ends in the middle"
    except (zlib.error, brotli.error, zstd.ZstdError) as error:
        problem = str(error)
    if not problem:
        return decoded
    if is_binary(head_in_ascii(body[:_TOLD_BY_BYTES])) and (name == "gzip" or body[:2] != GZIP):
        raise BadEncoding(f"the body is no {name} ({problem}); {_REMEDY}")
    return body


def inflated(body: bytes, size: int) -> tuple[bytes, bool]:
    """Returns the first `size` bytes of gzip or zlib data, all members of it, and whether it ended.

    What follows the last member and is none is passed over.

    Raises:
        zlib.error: broken data.
    """
    plain = bytearray()
    start = 0
    member = zlib.decompressobj(_BY_HEADER)
    while start < len(body) and len(plain) < size:
        piece = body[start : start + _STEP_BYTES]
        plain += member.decompress(piece, size - len(plain))
        start += len(piece) - len(member.unused_data)
        if member.eof:
            if not body.startswith(GZIP, start):
                return bytes(plain), True
            member = zlib.decompressobj(_BY_HEADER)
    return bytes(plain), False


def _deflated(body: bytes, size: int) -> _Decoded:
    if body[0] & 0x0F == 8:
        return inflated(body, size)
    inflater = zlib.decompressobj(-15)  # servers also send deflate without a header
    return inflater.decompress(body, size), inflater.eof


def _from_brotli(body: bytes, size: int) -> _Decoded:
    decoder = brotli.Decompressor()
    return decoder.process(body, output_buffer_limit=size), decoder.is_finished()


def _from_zstd(body: bytes, size: int) -> _Decoded:
    decoder = zstd.ZstdDecompressor()
    return decoder.decompress(body, size), decoder.eof


_DECODERS: Mapping[str, Callable[[bytes, int], _Decoded]] = {
    "gzip": inflated,
    "x-gzip": inflated,
    "deflate": _deflated,
    "br": _from_brotli,
    "zstd": _from_zstd,
}
