"""What a file holds, told from its content first and its name second."""

import posixpath
import re
from typing import Literal

from transforms.inputs.errors import (
    EmptyFile,
    UnknownFormat,
)
from transforms.text.byte_order_marks import head_in_ascii, is_binary
from transforms.web.feed_documents import looks_like_feed

Format = Literal["json_lines", "warc", "html", "feed", "text"]

HEAD_BYTES = 64 * 1024

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
