"""Which articles the feeds in a stream's archive named, for those who hold it against the index."""

from collections.abc import Iterator
from typing import BinaryIO

from apache_beam.io.filesystem import CompressionTypes
from apache_beam.io.filesystems import FileSystems
from fastwarc.warc import ArchiveIterator, WarcRecordType

from schemas.records import Fetched
from transforms.inputs.archived_records import exchange_of
from transforms.inputs.errors import BadExchange
from transforms.inputs.parts import Part
from transforms.inputs.warc_repair import of_archive
from transforms.web.feed_exchanges import read_feed


def feed_keys_in(part: Part) -> Iterator[str]:
    """Yields the ledger's keys of all entries of the feeds in a part of an archive.

    Nothing for other files, and for what is damaged: that has a rejected record of its own.
    """
    if ".warc" not in part.file.name or (part.stretch and part.stretch.start):
        return  # the reader of the first stretch goes through the whole file
    path = part.file.path
    with FileSystems.open(path, compression_type=CompressionTypes.UNCOMPRESSED) as stream:
        try:
            for exchange in _feeds_in(stream):
                yield from (item.key for item in read_feed(exchange).items)
        except OSError as error:
            if not of_archive(error):
                raise  # the storage's


def _feeds_in(stream: BinaryIO) -> Iterator[Fetched]:
    for record in ArchiveIterator(stream, parse_http=False, record_types=WarcRecordType.response):
        if record.headers.get("Newsbeam-Kind") != "feed":
            continue
        try:
            exchange = exchange_of(record)
        except BadExchange:
            continue
        if exchange is not None:
            yield exchange
