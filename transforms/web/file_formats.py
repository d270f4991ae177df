"""What a file holds, told from its content first and its name second; decompression on the way."""

import dataclasses
import datetime as dt
import gzip
import posixpath
import re
import zlib
from collections.abc import Callable
from typing import BinaryIO, Literal, cast

from transforms.text.byte_order_marks import head_in_ascii, is_binary
from transforms.web.feed_documents import looks_like_feed
from transforms.web.file_errors import (
    DamagedFile,
    EmptyFile,
    ExpandsTooMuch,
    TruncatedFile,
    UnknownFormat,
)
from transforms.web.http_bodies import GZIP
from transforms.web.path_bytes import written

Format = Literal["json_lines", "warc", "html", "feed", "text"]

HEAD_BYTES = 64 * 1024
MAX_PAGE_BYTES = 5 * 2**20
# Text shrinks 3 to 10 times, the most uniform real markup about 100; deflate's bound is 1,032.
_MAX_RATIO = 200
_RATIO_FROM_BYTES = 64 * 2**20
# What zlib has decompressed in the step that meets a damaged place is lost.
_SMALL_BYTES = 512

_BINARY_TYPES = {
    b"PK\x03\x04": "a zip archive: unpack it; of a WACZ give its archive/ folder",
    b"%PDF": "a PDF: convert it to text or HTML",
    b"BZh": "bzip2: compress with gzip, or not at all",
    b"\xfd7zXZ": "xz: compress with gzip, or not at all",
    b"\x28\xb5\x2f\xfd": "zstd: compress with gzip, or not at all",
}
_HTML = re.compile(
    rb"<(!doctype\s+html|html|head|body|title|meta|link|script|style|article|main|section|header"
    rb"|div|p|h[1-6]|table|ul|a|span|!--)[\s>/]?",
    re.IGNORECASE,
)
_WACZ_PAGES = re.compile(rb'.*"format"\s*:\s*"json-pages-')
_OPML = re.compile(rb"(?>\s+|<\?[^>]*>|<!--.*?-->)*+<opml[\s>]", re.DOTALL | re.IGNORECASE)
_JSON_ARRAY = re.compile(rb"\[\s*[{\]]")
_NAMES: dict[str, Format] = {
    ".jsonl": "json_lines",
    ".ndjson": "json_lines",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".rss": "feed",
    ".atom": "feed",
    ".rdf": "feed",
    ".txt": "text",
    ".text": "text",
}
_ACCEPTED = (
    "JSON Lines, WARC, HTML, RSS, Atom, RDF, JSON Feed, news sitemaps and, by the name .txt, plain "
    "text are read, each also as .gz"
)


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


def format_of(head: bytes, name: str) -> Format:
    """Tells what a file holds.

    Args:
        head: its first 64 KiB, decompressed. name: its name, consulted where content says little.
    Raises:
        EmptyFile: nothing but white space.
        UnknownFormat: another format; the message names it where it can.
    """
    if not head.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise EmptyFile("the file is empty" if not head else "the file holds white space only")
    for magic, what in _BINARY_TYPES.items():
        if head.startswith(magic):
            raise UnknownFormat(f"the file is {what}")
    if head.startswith(b"WARC/"):
        return "warc"
    if looks_like_feed(head):
        return "feed"
    return _text_format(head_in_ascii(head), name)


def _text_format(head: bytes, name: str) -> Format:
    by_name = _NAMES.get(posixpath.splitext(name.lower().removesuffix(".gz"))[1])
    if head.startswith(b"{") and by_name in (None, "json_lines"):
        return _json_format(head, by_name)
    if is_binary(head):
        raise UnknownFormat(f"the file is binary; {_ACCEPTED}")
    if by_name != "text" and _OPML.match(head):
        raise UnknownFormat("a list of feeds: `newsbeam stream --feeds` takes it")
    if head.startswith(b"<") and by_name != "text" and (by_name == "html" or _HTML.search(head)):
        return "html"
    if by_name is None and _JSON_ARRAY.match(head):
        raise UnknownFormat("a JSON array; write one object a line, as `jq -c '.[]'` does")
    if by_name is None:
        raise UnknownFormat(f"no known content, and {name!r} does not tell; {_ACCEPTED}")
    return by_name


def _json_format(head: bytes, by_name: Format | None) -> Format:
    """JSON Lines, unless the first line shows one object over several, or pages without texts."""
    if by_name is None and head.split(b"\n", 1)[0].strip() == b"{":
        raise UnknownFormat("JSON over several lines; write one object a line, as `jq -c .` does")
    if _WACZ_PAGES.match(head):
        raise UnknownFormat("the file is the list of pages of a WACZ; give its archive/ folder")
    return "json_lines"
