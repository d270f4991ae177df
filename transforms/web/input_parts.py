"""Files in parts that can be read apart: big archives by stretches, all others whole."""

import dataclasses
from collections.abc import Iterator

from apache_beam.io.filesystem import CompressionTypes
from apache_beam.io.filesystems import FileSystems

from transforms.web.file_formats import InputFile
from transforms.web.warc_records import Stretch
from transforms.web.warc_repair import has_member_for_each_record

PART_BYTES = 32 * 2**20
"""About a thousand pages of a crawl."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A file, or the stretch of it that one worker reads.

    Attributes:
        size: the whole file's, in bytes.
        stretch: what of a WARC is read; all of it where it is None.
    """

    file: InputFile
    size: int
    stretch: Stretch | None = None

    @property
    def bytes(self) -> int:
        """How much there is to read."""
        if self.stretch is None:
            return self.size
        return (self.size if self.stretch.end is None else self.stretch.end) - self.stretch.start


def parts_of(file: InputFile, part_bytes: int = PART_BYTES) -> Iterator[Part]:
    """Yields the parts of a file, in order.

    WARC files that are compressed record by record, as crawlers write them, are cut into stretches
    of `part_bytes`; JSON Lines are not, since a line's number is part of its name.
    """
    try:
        size = FileSystems.get_filesystem(file.path).size(file.path)
        splittable = size > part_bytes and ".warc" in file.name and _is_splittable(file)
    except (OSError, ValueError):  # who reads it will say so
        size, splittable = 0, False
    if not splittable:
        yield Part(file=file, size=size)
        return
    for start in range(0, size, part_bytes):
        following = start + part_bytes
        end = following if following < size else None
        yield Part(file=file, size=size, stretch=Stretch(start, end))


def _is_splittable(file: InputFile) -> bool:
    with FileSystems.open(file.path, compression_type=CompressionTypes.UNCOMPRESSED) as stream:
        return has_member_for_each_record(stream)
