"""Article JSON Lines to records: a whole file, or a stretch of one that is not compressed."""

import datetime as dt
import math
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from schemas.records import Origin
from transforms.inputs.content import Content, InputFile
from transforms.inputs.errors import LineTooLong, NotJson, UnreadableFile
from transforms.inputs.json_records import item_of_line, told_by_line
from transforms.inputs.outcomes import Record, rejected
from transforms.web.unreadable import UnreadableRecord
from transforms.web.urls import UnusableUrl

MAX_LINE_BYTES = 16 * 2**20
_SKIPPED_BYTES = 2**20


class LineStretch(NamedTuple):
    """Whole lines: from the byte `start` up to `end`, where other lines begin; None: to the end.

    `before` lines lie before it. Only of files that are not compressed.
    """

    start: int = 0
    end: int | None = None
    before: int = 0


_ALL = LineStretch()


def records_of_lines(
    stream: BinaryIO, file: InputFile, now: dt.datetime, stretch: LineStretch = _ALL
) -> Iterator[Record]:
    """Reads lines in order, one in memory at a time; blank ones count, and are no records."""
    number = stretch.before
    length = math.inf if stretch.end is None else stretch.end - stretch.start
    lines = _lines(Content(stream, stretch.start), length)
    try:
        for number, line in enumerate(lines, start=stretch.before + 1):
            if line.strip():
                yield _record(line, number, file, now)
    except UnreadableFile as error:
        yield rejected(error, _origin(file, number + 1), file.modified_at)


def line_stretches(stream: BinaryIO, stretch_bytes: int) -> Iterator[LineStretch]:
    """Yields the stretches of a file, each the lines that begin in about `stretch_bytes`.

    The file is read once, for a line's number is part of its record's name.
    """
    stream.seek(0)
    start = before = lines = 0
    while block := stream.read(stretch_bytes):
        lines += block.count(b"\n")
        while block and not block.endswith(b"\n"):
            block = stream.readline(_SKIPPED_BYTES)
            lines += block.endswith(b"\n")
        end = stream.tell()
        yield LineStretch(start, end, before)
        start, before = end, lines


def _lines(content: Content, length: float) -> Iterator[bytes]:
    """Yields the lines that begin within `length` bytes; of those over the limit the beginning."""
    while length > 0 and (line := content.readline(MAX_LINE_BYTES + 1)):
        yield line
        length -= len(line)
        while len(line) > MAX_LINE_BYTES and not line.endswith(b"\n"):
            line = content.readline(MAX_LINE_BYTES + 1)
            length -= len(line)


def _record(line: bytes, number: int, file: InputFile, now: dt.datetime) -> Record:
    try:
        if len(line) > MAX_LINE_BYTES:
            raise LineTooLong(f"over {MAX_LINE_BYTES // 2**20} MiB; write one object a line")
        return item_of_line(line, number, file, now)
    except (LineTooLong, NotJson) as error:
        return rejected(error, _origin(file, number), file.modified_at, payload=line)
    except (UnreadableRecord, UnusableUrl) as error:
        origin, url = told_by_line(line, number, file)
        return rejected(error, origin, file.modified_at, url, line)


def _origin(file: InputFile, number: int) -> Origin:
    return Origin(source=file.name, file=file.written_path, position=f"line {number}")
