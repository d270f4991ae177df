"""Where an archive goes on behind a damaged place."""

from typing import BinaryIO

_PLAIN = b"\r\n\r\nWARC/1."
_MEMBER = b"\x1f\x8b\x08"
_CHUNK_BYTES = 2**20


def next_record(stream: BinaryIO, start: int) -> int:
    """Returns the offset at or after `start` where the next record may begin, -1 for none.

    In .gz archives that is the head of a gzip member, which compressed data contain by chance once
    in 16 MiB: who reads there must be ready to fail again.
    """
    stream.seek(0)
    mark, skip = (_MEMBER, 0) if stream.read(3) == _MEMBER else (_PLAIN, 4)
    found = _find(stream, mark, max(start - skip, 0))
    return found + skip if found >= 0 else -1


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
