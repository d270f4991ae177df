"""HTTP exchanges as WARC/1.1 records, one gzip member each, and what an exchange comes to.

The archive is written so that common tools read it: bodies are decoded, `Content-Length` says what
is there, and the fields that described the transfer are kept under other names. What a replay needs
stands in extension fields: `Newsbeam-Kind` (`feed`, `page`), `Newsbeam-Feed`, `Newsbeam-Source`,
`Newsbeam-Requested-Url`, `Newsbeam-Error`; for pages `Newsbeam-Item`, the item to the letter; for
feeds `Newsbeam-New-Entries`, which of them came out, counted from 1: `1-3,7`, or `none`.
An exchange without a response (refused, timed out) is a `metadata` record.

A replay of the archive ends in the documents of the live run:
- A feed is read as it was live (`read_feed`), and gives those of its new entries that have their
  full text, or were rejected; the pages of all others are exchanges of their own. An archive that
  does not tell the new entries gives all of these.
- A page gives `page_or_outcome`, as it did live.
- Polls that brought nothing new (304, the same body) and failed polls are not archived: they made
  no document but the feed's own.
"""

import datetime as dt
import gzip
import http
import io
import re
import uuid
from collections.abc import Iterator
from typing import Any, Protocol

from fastwarc.warc import WarcRecord, WarcRecordType
from w3lib.url import safe_url_string

from schemas.ids import record_key
from schemas.records import Fetched, Origin, Outcome, OutcomeName, Page
from transforms.web.header_values import (
    from_header,
    item_from_header,
    item_to_header,
    numbers_from_header,
    numbers_to_header,
    to_header,
)
from transforms.web.http_config import header
from transforms.web.urls import canonical_or_none

NOT_FETCHED = "not fetched: "
"""How `Fetched.error` begins where we did not ask: robots.txt, a refused address or scheme."""

REPEATED = "repeated: "
"""How `Fetched.error` begins where the page has just been fetched for another feed."""

_PASSING = frozenset((408, 425, 429))
_SERVER_FAULT = 5
# Without a status there was no answer, or one that the next attempt will not mend.
_LASTING = (NOT_FETCHED, REPEATED, "TLS: ", "bad HTTP: ", "more than ")
_TRANSFER_FIELDS = ("content-encoding", "transfer-encoding", "content-length")
_RENAMED = "X-Newsbeam-Original-"
_LEVEL = 6


class Writer(Protocol):
    """What takes bytes: a file, a `BytesIO`, a Beam file handle."""

    def write(self, data: bytes, /) -> Any: ...


def page_or_outcome(fetched: Fetched) -> Page | Outcome:
    """Returns the page that a page exchange brought, or why there is none; live and in a replay."""
    key, origin = _key_and_origin(fetched)
    url = fetched.item.url if fetched.item else fetched.requested_url
    if fetched.status == 200 and not fetched.error:
        return Page(
            key=key,
            origin=origin,
            url=fetched.url,
            content_type=header(fetched.headers, "content-type"),
            body=fetched.body,
            fetched_at=fetched.fetched_at,
            item=fetched.item,
        )
    name, reason = _without_page(fetched)
    return Outcome(
        key=key,
        origin=origin,
        url=url,
        outcome=name,
        step="FetchPages",
        reason=reason,
        passing=may_pass(fetched),
        at=fetched.fetched_at,
    )


def may_pass(fetched: Fetched) -> bool:
    """Tells whether a page that did not come may come later: no answer, or the server's fault."""
    if fetched.error.startswith(_LASTING):
        return False
    status = fetched.status
    return status == 0 or status in _PASSING or status // 100 == _SERVER_FAULT


def _without_page(fetched: Fetched) -> tuple[OutcomeName, str]:
    error = fetched.error
    if error.startswith(NOT_FETCHED):
        return "not_fetched", error.removeprefix(NOT_FETCHED)
    if error.startswith(REPEATED):
        return "repeated", error.removeprefix(REPEATED)
    return "fetch_failed", error or f"HTTP {fetched.status}"


def _key_and_origin(fetched: Fetched) -> tuple[str, Origin]:
    if fetched.item is not None:
        return fetched.item.key, fetched.item.origin
    origin = Origin(source=fetched.source, feed=fetched.feed)
    canonical = canonical_or_none(fetched.requested_url)
    return record_key(origin, canonical) if canonical else fetched.requested_url, origin


def write_warcinfo(writer: Writer, file_name: str, software: str, at: dt.datetime) -> int:
    """Writes the record that opens a file begun `at` a time; returns its length in bytes."""
    record = WarcRecord()
    record.init_headers(WarcRecordType.warcinfo)
    record.record_id = f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, file_name)}>"
    record.headers["WARC-Date"] = _warc_date(at)
    record.headers["WARC-Filename"] = file_name
    record.headers["Content-Type"] = "application/warc-fields"
    fields = f"software: {software}\r\nformat: WARC File Format 1.1\r\n"
    record.set_bytes_content(fields.encode())
    return _write_member(writer, record)


def write_exchange(writer: Writer, fetched: Fetched) -> int:
    """Writes one exchange by a single `write` call; returns its length in bytes."""
    record = WarcRecord()
    answered = fetched.status != 0
    record.init_headers(WarcRecordType.response if answered else WarcRecordType.metadata)
    record.record_id = _record_id(fetched)
    record.headers["WARC-Date"] = _warc_date(fetched.fetched_at)
    for name, value in _fields(fetched):
        record.headers[name] = value
    if answered:
        record.set_bytes_content(_http_block(fetched))
        record.is_http = True
    else:
        record.headers["Content-Type"] = "application/warc-fields"
        record.set_bytes_content(f"error: {to_header(fetched.error)}\r\n".encode())
    return _write_member(writer, record)


def _warc_date(time: dt.datetime) -> str:
    return time.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _write_member(writer: Writer, record: WarcRecord) -> int:
    plain = io.BytesIO()
    record.write(plain, checksum_data=True)
    member = gzip.compress(plain.getvalue(), _LEVEL, mtime=0)
    writer.write(member)
    return len(member)


def _record_id(fetched: Fetched) -> str:
    name = f"{fetched.kind} {fetched.requested_url} {fetched.fetched_at.isoformat()}"
    return f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}>"


def _fields(fetched: Fetched) -> Iterator[tuple[str, str]]:
    target = safe_url_string(fetched.url)
    yield "WARC-Target-URI", target
    if target != fetched.url:
        yield "Newsbeam-Url", to_header(fetched.url)
    yield "Newsbeam-Kind", fetched.kind
    yield "Newsbeam-Feed", to_header(fetched.feed)
    yield "Newsbeam-Source", to_header(fetched.source)
    yield "Newsbeam-Requested-Url", to_header(fetched.requested_url)
    if fetched.error:
        yield "Newsbeam-Error", to_header(fetched.error)
        if fetched.status:
            yield "WARC-Truncated", "unspecified"
    if fetched.item is not None:
        yield "Newsbeam-Item", item_to_header(fetched.item)
    if fetched.new_entries is not None:
        yield "Newsbeam-New-Entries", numbers_to_header(fetched.new_entries)


def _http_block(fetched: Fetched) -> bytes:
    lines = [f"HTTP/1.1 {fetched.status} {_reason(fetched.status)}"]
    for name, value in fetched.headers:
        kept = _RENAMED + name if name.lower() in _TRANSFER_FIELDS else name
        lines.append(f"{kept}: {value}")
    lines.append(f"Content-Length: {len(fetched.body)}")
    head = "\r\n".join(lines) + "\r\n\r\n"
    return head.encode("utf-8", "surrogateescape") + fetched.body


def _reason(status: int) -> str:
    try:
        return http.HTTPStatus(status).phrase
    except ValueError:
        return "Unnamed"


def read_exchange(record: WarcRecord) -> Fetched | None:
    """Returns the exchange of a WARC record; None for what `write_exchange` did not write.

    The payload is read from the record's stream, so the iterator must not have moved on.

    Raises:
        ValueError: a record of ours with fields that cannot be read.
    """
    fields = record.headers
    kind = fields.get("Newsbeam-Kind")
    if kind not in ("feed", "page"):
        return None
    answered = record.record_type == WarcRecordType.response
    if answered:
        record.parse_http()
        if record.http_headers is None:
            raise ValueError("there is no HTTP head in it")
    item = fields.get("Newsbeam-Item")
    new_entries = fields.get("Newsbeam-New-Entries")
    url = fields.get("Newsbeam-Url") or fields.get("WARC-Target-URI") or ""
    return Fetched(
        kind="feed" if kind == "feed" else "page",
        feed=from_header(fields.get("Newsbeam-Feed") or ""),
        source=from_header(fields.get("Newsbeam-Source") or ""),
        requested_url=from_header(fields.get("Newsbeam-Requested-Url") or ""),
        url=from_header(url),
        status=record.http_headers.status_code or 0 if answered else 0,
        headers=_http_fields(record) if answered else (),
        body=record.reader.read() if answered else b"",
        fetched_at=record.record_date,
        error=from_header(fields.get("Newsbeam-Error") or ""),
        item=item_from_header(item) if item else None,
        new_entries=None if new_entries is None else numbers_from_header(new_entries),
    )


_ORIGINAL = re.compile(re.escape(_RENAMED), re.IGNORECASE)


def _http_fields(record: WarcRecord) -> tuple[tuple[str, str], ...]:
    """Returns the headers as served: ours, the last one, left out and the renamed renamed back."""
    items = record.http_headers.items_bytes()[:-1]
    texts = ((k.decode(), v.decode("utf-8", "surrogateescape")) for k, v in items)
    return tuple((_ORIGINAL.sub("", name, count=1), value) for name, value in texts)
