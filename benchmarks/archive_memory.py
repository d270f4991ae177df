"""Memory that reading a large archive takes, beside bare FastWARC: as much at its end as early on.

Each side reads in a process of its own, FastWARC each record whole, with `reader.read()`. The
archives are made in a temporary folder: pages under URLs of their own, and a page of one record
that is as large.
"""

import argparse
import datetime as dt
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from fastwarc.warc import ArchiveIterator
from rich.console import Console
from rich.table import Table

from benchmarks.intake import pages
from transforms.inputs.content import InputFile
from transforms.inputs.warc_records import records_of_warc

NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)


def write_pages(path: Path, size: int) -> None:
    """Writes pages, the same ones again and again, until the archive has `size` bytes."""
    bodies, _ = pages()
    number = 0
    with path.open("wb") as file:
        while file.tell() < size:
            body = bodies[number % len(bodies)]
            file.write(_head(number, len(body)) + body + b"\r\n\r\n")
            number += 1


def write_one(path: Path, size: int) -> None:
    """Writes a small page, one of `size` bytes, and a small page again."""
    small = b"<p>words"
    with path.open("wb") as file:
        for number, length in enumerate((len(small), size, len(small))):
            file.write(_head(number, length) + small)
            file.seek(length - len(small), 1)  # a hole: zeros that take no room on the disk
            file.write(b"\r\n\r\n")


def _head(number: int, length: int) -> bytes:
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    return (
        "WARC/1.0\r\nWARC-Type: response\r\n"
        f"WARC-Target-URI: https://news{number % 5000}.example/{number}\r\n"
        "WARC-Date: 2026-11-01T10:00:00Z\r\nContent-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(http) + length}\r\n\r\n"
    ).encode() + http


def read(side: str, path: Path) -> None:
    """Reads the archive; prints records, MB before, early and at its end, CPU seconds."""
    size, records, early, before = path.stat().st_size, 0, 0, _peak_mb()
    started = time.process_time()
    with path.open("rb") as stream:
        for _ in _records(side, path, stream):
            records += 1
            if not early and stream.tell() > size // 10:
                early = _peak_mb()
    print(records, before, early, _peak_mb(), f"{time.process_time() - started:.1f}")


def _records(side: str, path: Path, stream: object) -> Iterator[object]:
    if side == "newsbeam":
        file = InputFile(path=str(path), modified_at=NOW)
        yield from records_of_warc(stream, file, NOW)  # type: ignore[arg-type]
        return
    for record in ArchiveIterator(stream, parse_http=True):  # type: ignore[arg-type]
        record.reader.read()
        yield record


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    """Runs the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mb", type=int, default=2048, help="size of the archive of pages")
    parser.add_argument("--record_mb", type=int, default=1024, help="size of the one record")
    parser.add_argument("--read", nargs=2, metavar=("SIDE", "FILE"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.read:
        read(args.read[0], Path(args.read[1]))
        return
    table = Table(title="Memory for an archive", title_justify="left")
    for column in ("archive", "read by"):
        table.add_column(column)
    for column in ("records", "MB before", "at a tenth", "at the end", "CPU s"):
        table.add_column(column, justify="right")
    with tempfile.TemporaryDirectory() as folder:
        for name, size, write in (
            ("pages", args.mb, write_pages),
            ("one record", args.record_mb, write_one),
        ):
            path = Path(folder) / "bench.warc"
            write(path, size * 2**20)
            for side in ("newsbeam", "fastwarc"):
                command = [sys.executable, "-m", "benchmarks.archive_memory", "--read", side, path]
                done = subprocess.run(command, capture_output=True, text=True, check=True)
                table.add_row(f"{name}, {size} MB", side, *done.stdout.split())
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
