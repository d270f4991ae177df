"""A file that is read, and its bytes, decompressed on the way."""

import dataclasses
import datetime as dt
import gzip
import posixpath
import zlib
from collections.abc import Callable
from typing import BinaryIO, cast

from transforms.inputs.errors import DamagedFile, ExpandsTooMuch, TruncatedFile
from transforms.inputs.path_bytes import written
from transforms.web.http_bodies import GZIP

# Text shrinks 3 to 10 times, the most uniform real markup about 100; deflate's bound is 1,032.
_MAX_RATIO = 200
_RATIO_FROM_BYTES = 64 * 2**20
# What zlib has decompressed in the step that meets a damaged place is lost.
_SMALL_BYTES = 512


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class InputFile:
    """A file that a pattern named.

    Attributes:
        path: as the filesystem gives it.
        modified_at: aware UTC; the time of fetch of all that does not tell its own.
    """

    path: str
    modified_at: dt.datetime

    @property
    def name(self) -> str:
        """The last part of the path; the source of what names none."""
        return written(posixpath.basename(self.path.replace("\\", "/")))

    @property
    def written_path(self) -> str:
        """The path as records name it."""
        return written(self.path)


class Content:
    """The bytes of a file, gzip undone as they are read; memory is bounded by what is asked for.

    Args:
        start: where to begin; above 0 only in files that are not compressed.
    Raises from each read:
        TruncatedFile: the compressed data end too early. What was read before is good.
        DamagedFile: the compressed data are broken.
        ExpandsTooMuch: over 64 MiB that were under a 200th of it.
    """

    def __init__(self, raw: BinaryIO, start: int = 0) -> None:
        raw.seek(0)
        self.compressed = raw.read(len(GZIP)) == GZIP
        raw.seek(start)
        self._raw = raw
        self._stream = cast("BinaryIO", gzip.GzipFile(fileobj=raw)) if self.compressed else raw

    def read(self, size: int) -> bytes:
        """Returns up to `size` bytes, fewer only at the end."""
        parts = []
        while size > 0 and (part := self.piece(size)):
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def piece(self, size: int) -> bytes:
        """Returns up to `size` bytes, all that comes at once: none only at the end."""
        return self._guarded(self._some, size)

    def head(self, size: int) -> bytes:
        """Returns up to `size` first bytes; fewer also where the file is damaged behind them."""
        head = b""
        try:
            while len(head) < size and (part := self.piece(_SMALL_BYTES)):
                head += part
        except (TruncatedFile, DamagedFile):
            if not head:
                raise
        return head[:size]

    def readline(self, limit: int) -> bytes:
        """Returns a line with its end, or the first `limit` bytes of a longer one."""
        return self._guarded(self._stream.readline, limit)

    def _some(self, size: int, /) -> bytes:
        stream = self._stream
        return stream.read1(size) if isinstance(stream, gzip.GzipFile) else stream.read(size)

    def _guarded(self, read: Callable[[int], bytes], size: int) -> bytes:
        try:
            part = read(size)
        except EOFError as error:
            raise TruncatedFile("the gzip data end too early; copy the file again") from error
        except (gzip.BadGzipFile, zlib.error) as error:
            raise DamagedFile(f"broken gzip ({error})") from error
        if self.compressed and self._stream.tell() > _RATIO_FROM_BYTES:
            self._check_ratio()
        return part

    def _check_ratio(self) -> None:
        if self._stream.tell() > _MAX_RATIO * self._raw.tell():
            raise ExpandsTooMuch(
                f"{self._raw.tell()} bytes expand to over {self._stream.tell()}: no text does; "
                "unpack the file if it is real"
            )
