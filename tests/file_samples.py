"""Files for tests, as bytes in memory."""

import datetime as dt
import io

from schemas.records import Article, Item, Outcome, Page, Rejected
from transforms.inputs.content import InputFile
from transforms.inputs.file_records import records_of
from transforms.inputs.outcomes import Record
from transforms.web.articles import article_of

NOW = dt.datetime(2026, 11, 22, 18, 0, tzinfo=dt.UTC)
MODIFIED = dt.datetime(2026, 11, 20, 9, 30, tzinfo=dt.UTC)


def input_file(name: str) -> InputFile:
    return InputFile(path=f"/data/{name}", modified_at=MODIFIED)


def read(content: bytes, name: str) -> list[Record]:
    """Returns the records of a file of this content and name."""
    return list(records_of(io.BytesIO(content), input_file(name), NOW))


def ended(record: Record) -> Article | Outcome | Rejected:
    """Returns what a record has come to once its text was looked for."""
    return article_of(record) if isinstance(record, Item | Page) else record


def end_of(one: Article | Outcome | Rejected) -> str:
    """Returns `article`, else the error or the outcome."""
    match one:
        case Rejected(error=error):
            return error
        case Outcome(outcome=outcome):
            return outcome
    return "article"


def warc_record(
    block: bytes, *, kind: str = "response", url: str = "https://a.example/1", more: str = ""
) -> bytes:
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\n"
        "WARC-Date: 2026-11-01T10:00:00Z\r\nContent-Type: "
        f"{'application/http; msgtype=response' if kind == 'response' else 'text/plain'}\r\n"
        f"{more}Content-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def http_block(
    body: bytes, *, status: str = "200 OK", content_type: str = "text/html", more: str = ""
) -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\n{more}\r\n"
    return head.encode() + body
