"""Files in parts that can be read apart: big archives and JSON Lines by stretches, others whole."""

import dataclasses
import itertools
from collections.abc import Iterator
from typing import BinaryIO

from apache_beam.io.filesystem import CompressionTypes
from apache_beam.io.filesystems import FileSystems

from transforms.inputs.content import Content, InputFile
from transforms.inputs.formats import HEAD_BYTES, format_of
from transforms.inputs.json_lines import LineStretch, line_stretches
from transforms.inputs.warc_records import Stretch
from transforms.inputs.warc_repair import has_member_for_each_record

PART_BYTES = 32 * 2**20
"""About a thousand pages of a crawl."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A file, or the stretch of it that one worker reads.

    Attributes:
        size: the whole file's, in bytes.
        stretch: what of a WARC or of JSON Lines is read; all of it where it is None.
    """

    file: InputFile
    size: int
    stretch: Stretch | LineStretch | None = None

    @property
    def bytes(self) -> int:
        """How much there is to read."""
        if self.stretch is None:
            return self.size
        return (self.size if self.stretch.end is None else self.stretch.end) - self.stretch.start


def parts_of(file: InputFile, part_bytes: int = PART_BYTES) -> Iterator[Part]:
    """Yields the parts of a file, in order.

    WARC files that are compressed record by record, as crawlers write them, and JSON Lines that are
    not compressed are cut into stretches of about `part_bytes`. For that JSON Lines are read once.
    """
    stretches: list[Stretch] | list[LineStretch] = []
    try:
        size = FileSystems.get_filesystem(file.path).size(file.path)
        if size > part_bytes:
            stretches = _stretches(file, size, part_bytes)
    except (OSError, ValueError):  # who reads it will say so
        size, stretches = 0, []
    if len(stretches) < 2:
        yield Part(file=file, size=size)
        return
    for stretch in stretches:
        yield Part(file=file, size=size, stretch=stretch)


def _stretches(file: InputFile, size: int, part_bytes: int) -> list[Stretch] | list[LineStretch]:
    """Returns where to cut, [] for what cannot be cut.

    Raises:
        OSError: the storage's. UnreadableFile: see `transforms.inputs.formats`.
    """
    with FileSystems.open(file.path, compression_type=CompressionTypes.UNCOMPRESSED) as stream:
        if ".warc" in file.name:
            cuts = range(0, size, part_bytes) if has_member_for_each_record(stream) else ()
            return [Stretch(start, end) for start, end in itertools.pairwise((*cuts, None))]
        return [*line_stretches(stream, part_bytes)] if _has_lines(stream, file) else []


def _has_lines(stream: BinaryIO, file: InputFile) -> bool:
    content = Content(stream)
    head = content.head(HEAD_BYTES)
    return not content.compressed and format_of(head, file.name) == "json_lines"
