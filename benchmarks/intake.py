"""Feeds, pages and WARC records a second and core, beside the libraries that do the parsing.

Both sides of a row read the same bytes in this process, in turn; CPU seconds count, and of several
rounds each side's best. Data come from NEWSBEAM_DATA, else `../shared/data`; without them
from `examples/`, and the table says so.
"""

import argparse
import datetime as dt
import gzip
import io
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

import feedparser
import trafilatura
from fastwarc.warc import ArchiveIterator
from rich.console import Console
from rich.table import Table

from benchmarks.articles import ROOT, data_folder
from schemas.records import Origin, Page
from transforms.inputs.content import InputFile
from transforms.inputs.warc_records import records_of_warc
from transforms.web.articles import article_of
from transforms.web.feed_documents import items_of, parse_feed
from transforms.web.feed_entries import UnreadableFeed

NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)


class Row(NamedTuple):
    """A comparison. Attributes: so many `things` are read in one call of either side."""

    what: str
    data: str
    things: int
    ours: Callable[[], object]
    bare: Callable[[], object]
    baseline: str
    wanted: str = ""


def feed_rows() -> list[Row]:
    """Feed documents to items: beside feedparser's defaults, and, to know, without sanitising."""
    paths = sorted((data_folder() / "feeds" / "captured").glob("*.xml"))
    name = f"{len(paths)} captured feeds"
    if not paths:
        paths, name = [ROOT / "examples" / "archive" / "harrowby-messenger.rss"], "examples/"
    bodies = [path.read_bytes() for path in paths]
    origin = Origin(source="bench", feed="https://bench.example/feed")

    def ours() -> None:
        for body in bodies:
            try:
                document = parse_feed(body, "application/xml", origin.feed)
            except UnreadableFeed:
                continue
            for _ in items_of(document, origin, NOW):
                pass

    def bare(**options: bool) -> None:
        for body in bodies:
            feedparser.parse(io.BytesIO(body), **options)

    def leaner() -> None:
        bare(sanitize_html=False, resolve_relative_uris=False)

    count = len(bodies)
    return [
        Row("feed documents", name, count, ours, bare, "feedparser.parse(bytes)", ">= 95 %"),
        Row("feed documents", name, count, ours, leaner, "feedparser.parse, no sanitising"),
    ]


def pages() -> tuple[list[bytes], str]:
    """HTML pages, and what they are called."""
    paths = sorted((data_folder() / "extraction" / "scrapinghub_aeb" / "html").glob("*.gz"))
    if paths:
        return [gzip.decompress(path.read_bytes()) for path in paths], f"{len(paths)} news pages"
    return [(ROOT / "examples" / "archive" / "island-school.html").read_bytes()], "examples/"


def page_rows(bodies: Sequence[bytes], name: str) -> list[Row]:
    """Pages to articles: beside trafilatura as it is, and with the options that we chose."""
    records = [
        Page(
            key=f"bench#{number}",
            origin=Origin(source="bench", file="bench", position=str(number)),
            url=f"https://bench.example/{number}",
            content_type="text/html",
            body=body,
            fetched_at=NOW,
        )
        for number, body in enumerate(bodies)
    ]

    def ours() -> None:
        for record in records:
            article_of(record)

    def bare() -> None:
        for body in bodies:
            trafilatura.bare_extraction(body, with_metadata=True)

    def same() -> None:
        for body in bodies:
            trafilatura.bare_extraction(
                body, with_metadata=True, favor_precision=True, include_comments=False
            )

    count, baseline = len(bodies), "trafilatura.bare_extraction"
    return [
        Row("pages", name, count, ours, bare, baseline, ">= 95 %"),
        Row("pages", name, count, ours, same, f"{baseline}, our options"),
    ]


def warc_row(bodies: Sequence[bytes], name: str) -> Row:
    """WARC records to pages, not extracted; bare reads of each what says that it is a page."""
    archive = archive_of(bodies)
    file = InputFile(path="bench.warc.gz", modified_at=NOW)

    def ours() -> None:
        for _ in records_of_warc(io.BytesIO(archive), file, NOW):
            pass

    def bare() -> None:
        for record in ArchiveIterator(io.BytesIO(archive), parse_http=True):
            _ = (record.headers.get("WARC-Target-URI"), record.record_date)
            _ = (record.http_headers.status_code, record.http_headers.get("Content-Type"))
            record.reader.read()

    baseline = "fastwarc: URL, time, status, type, body"
    return Row("WARC records", f"{name} as .warc.gz", len(bodies), ours, bare, baseline, ">= 95 %")


def archive_of(bodies: Sequence[bytes]) -> bytes:
    """The pages as a crawler keeps them: a gzip member for each."""
    members = []
    for number, body in enumerate(bodies):
        http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + body
        head = (
            "WARC/1.0\r\nWARC-Type: response\r\n"
            f"WARC-Target-URI: https://bench.example/{number}\r\n"
            "WARC-Date: 2026-11-01T10:00:00Z\r\n"
            "Content-Type: application/http; msgtype=response\r\n"
            f"Content-Length: {len(http)}\r\n\r\n"
        )
        members.append(gzip.compress(head.encode() + http + b"\r\n\r\n"))
    return b"".join(members)


def seconds_of(row: Row, rounds: int) -> tuple[float, float]:
    """CPU seconds of both sides, each the best of its rounds, which take turns."""
    spent: list[tuple[float, float]] = []
    for _ in range(rounds):
        spent.append((_cpu_s(row.ours), _cpu_s(row.bare)))
    ours, bare = zip(*spent, strict=True)
    return min(ours), min(bare)


def _cpu_s(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def table_of(rows: Sequence[Row], rounds: int) -> Table:
    """Runs all rows."""
    table = Table(title="Intake, a second and core", title_justify="left")
    for name in ("what", "data", "newsbeam", "bare", "newsbeam / bare", "wanted", "bare is"):
        table.add_column(name, justify="right" if name in ("newsbeam", "bare") else "left")
    for row in rows:
        ours, bare = seconds_of(row, rounds)
        paces = f"{row.things / ours:.1f}", f"{row.things / bare:.1f}"
        table.add_row(row.what, row.data, *paces, f"{bare / ours:.0%}", row.wanted, row.baseline)
    table.caption = f"CPU seconds, best of {rounds} rounds"
    return table


def main() -> None:
    """Runs the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, metavar="N")
    args = parser.parse_args()
    bodies, name = pages()
    rows = [*feed_rows(), *page_rows(bodies, name), warc_row(bodies, name)]
    Console(width=140).print(table_of(rows, args.rounds))


if __name__ == "__main__":
    main()
