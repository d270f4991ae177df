"""WARC to records, streamed: CC-News and other crawls, WET, and the stream's own archive.

- `response`, `resource` and `conversion` records with HTML: a page. Redirects, errors and other
  content types: outcome `skipped` with the reason.
- `conversion` records with plain text (WET): an item with the text.
- `revisit` and others: `skipped`.
- `warcinfo`, `request` and `metadata` tell about other records, and have no outcome of their own.
  A file of nothing else (WAT) is `skipped` as a whole.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import BinaryIO, NamedTuple

from fastwarc.warc import ArchiveIterator, WarcRecord

from schemas.ids import record_key
from schemas.records import Fetched, Item, Origin, Page
from transforms.inputs.archived_records import exchange_of, records_of_exchange
from transforms.inputs.content import InputFile
from transforms.inputs.errors import (
    BadExchange,
    DamagedFile,
    DamagedRecord,
    EmptyRecord,
    RecordTooLong,
    TruncatedFile,
)
from transforms.inputs.outcomes import Record, rejected, skipped
from transforms.inputs.record_times import fetch_time
from transforms.inputs.warc_repair import (
    behind_empty_member,
    cut_record,
    first_record,
    next_record,
    of_archive,
    record_inside,
)
from transforms.inputs.warc_spelling import respelled
from transforms.text.charsets import decoded
from transforms.web.feed_entries import MAX_TITLE_CHARS
from transforms.web.http_bodies import decoded_body, unchunked
from transforms.web.unreadable import MAX_PAGE_BYTES, PageTooLong, UnreadableRecord
from transforms.web.urls import registered_domain

# A page of 5 MiB with chunk marks and headers fits; films and archives are not read into memory.
MAX_RECORD_BYTES = 16 * 2**20

_ERROR_CHARS = 200

_ABOUT_OTHERS = ("warcinfo", "request", "metadata")
_HTTP_TYPE = "application/http"
_HTML_TYPES = ("text/html", "application/xhtml+xml")


class Stretch(NamedTuple):
    """The records that begin at `start` or behind it, and before `end`; None: to the file's end.

    Only archives that are compressed record by record have a `start` above 0 or an `end`.
    """

    start: int = 0
    end: int | None = None


_ALL = Stretch()


def records_of_warc(
    stream: BinaryIO, file: InputFile, now: dt.datetime, stretch: Stretch = _ALL
) -> Iterator[Record]:
    """Reads an archive, or a stretch of it, one record in memory at a time.

    Where its structure is broken, one rejected record stands for all up to the next record that
    can be read. Stretches that cover a file give, together, what the whole file gives.

    Raises:
        UnreadableFile: what follows cannot be read (`transforms.inputs.warc_spelling`).
    """
    stream = respelled(stream)
    ended = False
    offset, count = -1, 0
    for record in _intact_records(stream, stretch):
        if isinstance(record, DamagedFile):
            yield rejected(record, _origin(file, record.position), file.modified_at)
            ended = True
            continue
        count = count + 1 if record.stream_pos == offset else 1
        offset = record.stream_pos
        headers = {name.lower(): value for name, value in record.headers.items()}
        ended = ended or _is_ours(headers)  # a feed whose entries have pages gives no record
        for one in _records(record, headers, file, now, _position(offset, count)):
            yield one
            ended = True
    if not ended and not stretch.start:
        origin = Origin(source=file.name, file=file.written_path)
        yield skipped(origin, file.modified_at, "WARC without a page: only records about others")


def _position(offset: int, count: int) -> str:
    """A record's place in its file, which no other record has.

    Archives that are compressed as a whole have no offsets of records: several bear the same.
    """
    return f"offset {offset}" if count == 1 else f"offset {offset}, record {count}"


def _intact_records(stream: BinaryIO, stretch: Stretch) -> Iterator[WarcRecord | DamagedFile]:
    """Yields each record, and a DamagedFile for each damaged stretch and for a cut last record.

    What is wrong before a stretch's first record is told by the stretch before, which meets it on
    its way to the end.
    """
    start, after, reported, end = 0, 0, -1, 0
    if stretch.start:
        start, reported = first_record(stream, stretch.start), 0
    while start >= 0:
        if stretch.end is not None and start >= stretch.end:
            return
        stream.seek(start)
        try:
            for record in ArchiveIterator(stream, parse_http=False):
                if stretch.end is not None and record.stream_pos >= stretch.end:
                    return
                after = record.stream_pos + 1
                end = after + record.content_length
                yield record
                if _is_cut(record):
                    # By the file's end, or its length is a lie, and it holds those that follow.
                    start = record_inside(stream, after)
                    break
            else:
                start = behind_empty_member(stream, max(after, start))
        except OSError as error:
            if not of_archive(error):
                raise  # the storage's, which may pass: the bundle is tried again
            if after > reported:
                yield DamagedFile(str(error), f"after offset {max(after - 1, 0)}")
                reported = after
            start = next_record(stream, max(after, start + 1))
    if stretch.start and not after:
        return
    cut = cut_record(stream, after, end)
    if cut >= 0:
        yield DamagedFile("the archive ends inside this record", f"offset {cut}")


def _is_cut(record: WarcRecord) -> bool:
    """Tells whether there is less of the record than it says; what was not read of it is passed."""
    record.consume()
    return bool(record.reader.tell() < record.content_length)


def _origin(file: InputFile, position: str, url: str = "") -> Origin:
    source = (registered_domain(url) if url else "") or file.name
    return Origin(source=source, file=file.written_path, position=position)


def _is_ours(headers: Mapping[str, str]) -> bool:
    """Tells an exchange that `ArchivePages` wrote."""
    return "newsbeam-kind" in headers


def _records(
    record: WarcRecord, headers: Mapping[str, str], file: InputFile, now: dt.datetime, position: str
) -> Iterator[Record]:
    """The records that a WARC record comes to: none, one, or the items of an archived feed."""
    ours = _is_ours(headers)
    if not ours and _type(headers) in _ABOUT_OTHERS:
        return
    # WARC 1.0 writers put the URL in angle brackets at times.
    url = headers.get("warc-target-uri", "").strip().strip("<>")
    origin = _origin(file, position, url)
    try:
        _check_length(record, headers)
        fetched_at = fetch_time(headers.get("warc-date"), "WARC-Date", now)
        exchange = _exchange(record) if ours else None
        if exchange is None:
            one = _record(record, headers, origin, url, fetched_at)
        _check_whole(record)
        if exchange is None:
            yield one
        else:
            yield from records_of_exchange(exchange)
    except (UnreadableRecord, TruncatedFile) as error:
        yield rejected(error, origin, file.modified_at, url or None)
    except OSError as error:
        if not of_archive(error):
            raise
        damage = DamagedRecord(f"{error}"[:_ERROR_CHARS])
        yield rejected(damage, origin, file.modified_at, url or None)


def _type(headers: Mapping[str, str]) -> str:
    """The record's type; FastWARC tells it only where its field is written `WARC-Type`."""
    return headers.get("warc-type", "").strip().lower()


def _exchange(record: WarcRecord) -> Fetched | None:
    try:
        return exchange_of(record)
    except BadExchange:
        _check_whole(record)  # a record that was cut was not changed
        raise


def _check_length(record: WarcRecord, headers: Mapping[str, str]) -> None:
    """Refuses what is no page before it is read."""
    if record.content_length > MAX_RECORD_BYTES:
        raise RecordTooLong(f"a record of {record.content_length} bytes is no page")
    declared = headers.get("content-length", "").strip()
    if declared and "Content-Length" not in dict(record.headers.items()):
        raise DamagedRecord("FastWARC needs Content-Length spelled so; write the archive anew")
    if not declared.isascii() or not declared.isdigit() or int(declared) != record.content_length:
        raise TruncatedFile(
            f"the archive ends in the head of this record, or its Content-Length ({declared:.20}) "
            "is wrong; copy it again"
        )


def _check_whole(record: WarcRecord) -> None:
    if _is_cut(record):
        there, told = record.reader.tell(), record.content_length
        raise TruncatedFile(
            f"the archive ends inside this record ({there} of {told} bytes); copy it again"
        )


def _record(
    record: WarcRecord,
    headers: Mapping[str, str],
    origin: Origin,
    url: str,
    fetched_at: dt.datetime,
) -> Record:
    content_type, encodings, transfer = headers.get("content-type", ""), "", ""
    if _type(headers) == "conversion" and _is_text(content_type):
        return _item(_rest(record), origin, url, fetched_at)
    if _type(headers) not in ("response", "resource", "conversion"):
        reason = f"WARC record of type {headers.get('warc-type')}"
        return skipped(origin, fetched_at, reason, url or None)
    if content_type.strip().lower().startswith(_HTTP_TYPE):
        record.is_http = True
        record.parse_http(quirks_mode=True)
        status = record.http_headers.status_code
        if status != 200:
            reason = f"HTTP {status}" if status else "no HTTP response"
            return skipped(origin, fetched_at, reason, url or None)
        http = {name.lower(): value for name, value in record.http_headers.items()}
        content_type = http.get("content-type", "")
        encodings = http.get("content-encoding", "")
        transfer = http.get("transfer-encoding", "")
    if not content_type.strip().lower().startswith(_HTML_TYPES):
        reason = f"content type {content_type[:80] or 'not given'}"
        return skipped(origin, fetched_at, reason, url or None)
    body = _rest(record)
    if "chunked" in transfer.lower():
        body = unchunked(body)
    body = decoded_body(body, encodings, MAX_PAGE_BYTES)
    return _page(body, content_type, origin, url, fetched_at)


def _is_text(content_type: str) -> bool:
    """Tells WET's text from the DOM and the screenshot that crawlers with a browser write so."""
    return content_type.partition(";")[0].strip().lower() in ("", "text/plain")


def _rest(record: WarcRecord) -> bytes:
    """The record's block, or what is left of it behind its HTTP headers."""
    block: bytes = record.reader.read()
    _check_whole(record)
    return block


def _page(
    body: bytes, content_type: str, origin: Origin, url: str, fetched_at: dt.datetime
) -> Page:
    if len(body) > MAX_PAGE_BYTES:
        raise PageTooLong(f"over {MAX_PAGE_BYTES // 2**20} MiB of HTML are no article")
    return Page(
        key=record_key(origin, None),
        origin=origin,
        url=url or None,
        content_type=content_type,
        body=body,
        fetched_at=fetched_at,
    )


def _item(block: bytes, origin: Origin, url: str, fetched_at: dt.datetime) -> Item:
    """WET's text begins with the page's title, on a line of its own."""
    whole = decoded(block).strip()
    if not whole:
        raise EmptyRecord("the record holds no text")
    title, _, text = whole.partition("\n")
    if len(title) > MAX_TITLE_CHARS:
        title, text = "", whole
    return Item(
        key=record_key(origin, None),
        origin=origin,
        url=url or None,
        title=title.strip(),
        text=text.strip() or None,
        fetched_at=fetched_at,
    )
