"""A file to the records in it. Every record comes out once: as itself, an outcome or a reject.

Ledger keys: `file#line 12` in JSON Lines, `file#offset 4711` in WARC, `file#item 3` in feeds, the
path alone for one page, one text, and what concerns the file as a whole. Records of the stream's
own archive keep the keys of the live run (`transforms.web.exchanges`).
"""

import dataclasses
import datetime as dt
from collections.abc import Iterator
from typing import BinaryIO

from schemas.ids import record_key, to_milliseconds
from schemas.records import Item, Origin, Page
from transforms.inputs.content import Content, InputFile
from transforms.inputs.errors import (
    DamagedFile,
    EmptyFile,
    FileTooLong,
    TruncatedFile,
    UnreadableFile,
)
from transforms.inputs.formats import HEAD_BYTES, Format, format_of
from transforms.inputs.json_lines import records_of_lines
from transforms.inputs.outcomes import STEP, Record, rejected, skipped
from transforms.inputs.warc_records import records_of_warc
from transforms.text.charsets import decoded
from transforms.text.paragraphs import headline_and_text
from transforms.web.feed_documents import is_cut, items_of, parse_feed, rejected_entries
from transforms.web.feed_entries import FeedDocument, UnreadableFeed
from transforms.web.unreadable import MAX_PAGE_BYTES

# The sitemap protocol's own limit, the largest of the feed formats.
MAX_FEED_BYTES = 50 * 2**20


def records_of(stream: BinaryIO, file: InputFile, now: dt.datetime) -> Iterator[Record]:
    """Reads a file to its end, in its order; memory is bounded by its longest record.

    Args:
        stream: the raw bytes, seekable. now: no time of fetch may lie more than a day later.
    """
    try:
        match _format(stream, file):
            case "warc":
                yield from records_of_warc(stream, file, now)
            case "json_lines":
                yield from records_of_lines(stream, file, now)
            case "feed":
                yield from _feed(_whole(stream, MAX_FEED_BYTES), file)
            case "html":
                yield _page(_whole(stream, MAX_PAGE_BYTES), file)
            case "text":
                yield _text(_whole(stream, MAX_PAGE_BYTES), file)
    except (UnreadableFile, UnreadableFeed) as error:
        yield rejected(error, _origin(file), file.modified_at)


def _format(stream: BinaryIO, file: InputFile) -> Format:
    try:
        return format_of(Content(stream).head(HEAD_BYTES), file.name)
    except (TruncatedFile, DamagedFile):
        if file.name.endswith(".warc.gz"):
            return "warc"
        raise


def _origin(file: InputFile, position: str | None = None) -> Origin:
    return Origin(source=file.name, file=file.written_path, position=position)


def _whole(stream: BinaryIO, limit: int) -> bytes:
    body = Content(stream).read(limit + 1)
    if len(body) > limit:
        raise FileTooLong(f"over {limit // 2**20} MiB in one piece; split it or leave it out")
    return body


def _feed(body: bytes, file: InputFile) -> Iterator[Record]:
    """A feed's entries, in its order; their source is the feed's title, where it has one.

    What is missing behind them is one rejected record.
    """
    document = parse_feed(body, "", None)
    origin = dataclasses.replace(_origin(file), source=document.title or file.name)
    if not document.entries:
        yield skipped(origin, file.modified_at, "feed without entries")
    yield from items_of(document, origin, file.modified_at)
    yield from rejected_entries(document, origin, file.modified_at, STEP)
    if missing := _missing(document, body):
        place = dataclasses.replace(origin, position=f"behind item {len(document.entries)}")
        yield rejected(missing, place, file.modified_at)


def _missing(document: FeedDocument, body: bytes) -> UnreadableFile | None:
    """Why there is more in a feed than its entries, None where there is not."""
    if document.left_out:
        return FileTooLong(f"{document.problem}; split it")
    if is_cut(body):
        return TruncatedFile("the feed ends in the middle; copy it again")
    if document.format == "sitemap" and document.problem:
        return DamagedFile(document.problem)
    return None


def _page(body: bytes, file: InputFile) -> Page:
    origin = _origin(file)
    return Page(
        key=record_key(origin, None),
        origin=origin,
        url=None,
        content_type="",
        body=body,
        fetched_at=to_milliseconds(file.modified_at),
    )


def _text(body: bytes, file: InputFile) -> Item:
    origin = _origin(file)
    title, text = headline_and_text(decoded(body))
    if not text and not title:
        raise EmptyFile("the file holds white space only")
    return Item(
        key=record_key(origin, None),
        origin=origin,
        url=None,
        title=title,
        text=text,
        fetched_at=to_milliseconds(file.modified_at),
    )
