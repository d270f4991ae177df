"""Where the records of an archive begin behind a damaged place, or in the middle of a file."""

import zlib
from typing import BinaryIO

from transforms.inputs.warc_spelling import is_odd

_PLAIN = b"\r\n\r\nWARC/1."
_MEMBER = b"\x1f\x8b\x08"
_GZIP_BITS = 31  # window bits: gzip alone
_CHUNK_BYTES = 2**20
_HEAD = b"WARC/"
# A member of nothing ends in a CRC and a length of 0; another one follows.
_EMPTY_MEMBER = bytes(8) + _MEMBER
# The first record tells about the file, in a few hundred bytes.
_FIRST_BYTES = 2**20


def of_archive(error: OSError) -> bool:
    """Tells what FastWARC says of an archive from what the storage says of itself."""
    return type(error) is OSError and error.errno is None


def next_record(stream: BinaryIO, start: int) -> int:
    """Returns the offset at or after `start` where the next record may begin, -1 for none.

    In .gz archives that is the head of a gzip member, which compressed data contain by chance once
    in 16 MiB: who reads there must be ready to fail again.
    """
    mark, skip = (_MEMBER, 0) if _compressed(stream) else (_PLAIN, 4)
    found = _find(stream, mark, max(start - skip, 0))
    return found + skip if found >= 0 else -1


def first_record(stream: BinaryIO, start: int) -> int:
    """Returns the offset of the first record of a .gz archive at or after `start`, -1 for none.

    What is found decompresses to the head of a record, so no compressed data are taken for one;
    but a .warc.gz that lies, incompressible, inside a record is.
    """
    found = next_record(stream, start)
    while found >= 0 and not _is_record(stream, found):
        found = next_record(stream, found + 1)
    return found


def record_inside(stream: BinaryIO, start: int) -> int:
    """Returns the offset of the first record at or after `start`, in any archive, -1 for none."""
    return first_record(stream, start) if _compressed(stream) else next_record(stream, start)


def behind_empty_member(stream: BinaryIO, start: int) -> int:
    """Returns the offset of the first record behind a gzip member that is empty, -1 for none.

    Such members are legal, and FastWARC takes the first for the end of the file.

    Args:
        start: where to look from: the head of the last record that came out, or behind it.
    """
    if not _compressed(stream):
        return -1
    found = _find(stream, _EMPTY_MEMBER, start)
    while found >= 0 and not _is_record(stream, found + 8):
        found = _find(stream, _EMPTY_MEMBER, found + 1)
    return found + 8 if found >= 0 else -1


def has_member_for_each_record(stream: BinaryIO) -> bool:
    """Tells by its first member whether an archive is compressed, and read, record by record."""
    if not _compressed(stream):
        return False
    stream.seek(0)
    member = zlib.decompressobj(_GZIP_BITS)
    try:
        plain = member.decompress(stream.read(_FIRST_BYTES), _FIRST_BYTES)
    except zlib.error:
        return False
    return member.eof and plain.startswith(_HEAD) and _PLAIN not in plain and not is_odd(plain)


def _is_record(stream: BinaryIO, start: int) -> bool:
    stream.seek(start)
    member = zlib.decompressobj(_GZIP_BITS)
    try:
        return member.decompress(stream.read(_CHUNK_BYTES), len(_HEAD)) == _HEAD
    except zlib.error:
        return False


def cut_record(stream: BinaryIO, after: int, end: int) -> int:
    """Returns the offset of a last record that was cut too early to come out at all, -1 for none.

    Args:
        after: the place behind the head of the last record that came out. end: the least offset
            at which it can end, if it is not compressed.
    """
    if not _compressed(stream):
        return next_record(stream, end)
    found = next_record(stream, after)
    while found >= 0 and not _cut_member(stream, found):
        found = next_record(stream, found + 1)
    return found


def _compressed(stream: BinaryIO) -> bool:
    stream.seek(0)
    return stream.read(len(_MEMBER)) == _MEMBER


def _cut_member(stream: BinaryIO, start: int) -> bool:
    """Tells whether a gzip member begins here that the file's end cuts off."""
    stream.seek(start)
    member = zlib.decompressobj(_GZIP_BITS)
    try:
        while not member.eof:
            pending = member.unconsumed_tail or stream.read(_CHUNK_BYTES)
            if not pending:
                return True
            member.decompress(pending, _CHUNK_BYTES)
    except zlib.error:
        pass
    return False


def _find(stream: BinaryIO, mark: bytes, start: int) -> int:
    stream.seek(start)
    window, at = b"", start
    while chunk := stream.read(_CHUNK_BYTES):
        window += chunk
        found = window.find(mark)
        if found >= 0:
            return at + found
        kept = len(mark) - 1
        at += max(len(window) - kept, 0)
        window = window[-kept:]
    return -1
