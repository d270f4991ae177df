"""WARC whose field `Content-Length` is spelled otherwise, as `content-length`, made readable.

FastWARC finds a record's end by that field and knows one spelling of it, while names of fields have
no case. Rust's `warc` and early versions of warcio.js write small letters.
"""

import re
from typing import BinaryIO, cast

from transforms.inputs.content import Content
from transforms.inputs.errors import TruncatedFile, UnreadableFile

_HEAD_BYTES = 4096
_ODD_HEAD = re.compile(rb"WARC/1\.\d\r\n(?:[^\r\n]+\r\n)*?(?!Content-Length)(?i:content-length):")
_FIELD = re.compile(rb"\r\n(?i:content-length):")
_SPELLED = b"\r\nContent-Length:"
# What may be the begin of the field waits for what follows. That is more than stands behind a
# record in its gzip member, whose checksum is so read before the last of the record comes out.
_AHEAD_BYTES = len(_SPELLED) - 1
# As much is lost before a damaged place.
_STEP_BYTES = 4096


def respelled(stream: BinaryIO) -> BinaryIO:
    """Returns an archive that FastWARC can read: `stream`, or a `Respelled`."""
    try:
        odd = is_odd(Content(stream).head(_HEAD_BYTES))
    except UnreadableFile:  # who reads on will say so
        return stream
    return cast("BinaryIO", Respelled(stream)) if odd else stream


def is_odd(head: bytes) -> bool:
    """Tells by the unpacked head of an archive whether its first record spells the field oddly."""
    return _ODD_HEAD.match(head) is not None


class Respelled:
    """An archive with the field spelled as FastWARC reads it, gzip undone.

    It stays as long as it was: offsets are those of the unpacked archive. Within bodies a line that
    begins like the field changes its case. A seek in a compressed archive reads it from the start.
    """

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw
        self.seek(0)

    def seek(self, offset: int) -> int:
        """Goes to `offset`, which is counted from the start."""
        start = 0 if Content(self._raw).compressed else max(offset - _AHEAD_BYTES, 0)
        self._content = Content(self._raw, start)
        self._problem: UnreadableFile | None = None
        self._ahead = b""
        self._at = start
        while self._at < offset and self.read(offset - self._at):
            pass
        return self._at

    def read(self, size: int) -> bytes:
        """Returns up to `size` bytes, none only at the end.

        Raises:
            UnreadableFile: the compression is cut or broken here.
        """
        size = min(size, _STEP_BYTES)
        while len(self._ahead) < size + _AHEAD_BYTES and (piece := self._piece()):
            self._ahead = _FIELD.sub(_SPELLED, self._ahead + piece)
        if not self._ahead and self._problem:
            raise self._problem
        part, self._ahead = self._ahead[:size], self._ahead[size:]
        self._at += len(part)
        return part

    def tell(self) -> int:
        """Returns the offset of what is read next."""
        return self._at

    def _piece(self) -> bytes:
        if self._problem:
            return b""
        try:
            return self._content.piece(_STEP_BYTES)
        except TruncatedFile as error:
            self._problem = error
        except UnreadableFile as error:
            # A checksum stands behind what it tells of: that must not come out as a whole record.
            self._problem, self._ahead = error, b""
        return b""
