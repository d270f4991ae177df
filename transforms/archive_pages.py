"""ArchivePages: what was fetched, as WARC files; a replay is a backfill of one's own archive."""

import datetime as dt
import os
import posixpath
import socket
import uuid
from typing import Any

import apache_beam as beam
from apache_beam.io.filesystem import CompressionTypes
from apache_beam.io.filesystems import FileSystems

from schemas.records import Fetched
from transforms.web.exchanges import write_exchange, write_warcinfo

__all__ = ["ArchivePages"]

_SOFTWARE = "newsbeam"


class ArchivePages(beam.PTransform[beam.PCollection[Fetched], beam.PCollection[str]]):
    """Writes exchanges to `archive_dir`, on any file system that Beam knows.

    Bounded or unbounded. Each worker thread writes files of its own,
    `newsbeam-<start>-<host>-<process>-<unique>-<number>.warc.gz`, and begins the next at
    `max_file_bytes`. All of a bundle is flushed before the bundle ends, so that a kill loses at
    most what the runner delivers again; hence an exchange may stand there twice, under one
    WARC-Record-ID. Where a file cannot be appended to after closing (object stores), it becomes
    visible when it is closed: at its size, or when the worker ends.

    Returns the paths of files as they are begun.
    """

    def __init__(self, archive_dir: str, max_file_bytes: int = 256 * 2**20) -> None:
        super().__init__()
        if max_file_bytes <= 0:
            raise ValueError("max_file_bytes must be above 0")
        self._archive_dir = archive_dir
        self._max_file_bytes = max_file_bytes

    def expand(self, fetched: beam.PCollection[Fetched]) -> beam.PCollection[str]:
        return fetched | "Write" >> beam.ParDo(_WriteFn(self._archive_dir, self._max_file_bytes))


class _WriteFn(beam.DoFn):
    """Holds one open file."""

    def __init__(self, archive_dir: str, max_file_bytes: int) -> None:
        self._archive_dir = archive_dir
        self._max_file_bytes = max_file_bytes

    def setup(self) -> None:
        # Names are not replayed, so they may hold what differs from run to run.
        self._began = dt.datetime.now(dt.UTC)
        host = socket.gethostname().split(".")[0]
        unique = uuid.uuid4().hex[:8]
        self._stem = f"newsbeam-{self._began:%Y%m%dT%H%M%S}-{host}-{os.getpid()}-{unique}"
        self._number = 0
        self._bytes = 0
        self._file: Any = None

    def process(self, fetched: Fetched) -> list[str]:
        begun = [] if self._file else [self._begin()]
        self._bytes += write_exchange(self._file, fetched)
        if self._bytes >= self._max_file_bytes:
            self._end()
        return begun

    def finish_bundle(self) -> None:
        if self._file:
            self._file.flush()

    def teardown(self) -> None:
        self._end()

    def _begin(self) -> str:
        name = f"{self._stem}-{self._number:05d}.warc.gz"
        path = FileSystems.join(self._archive_dir, name)
        if not FileSystems.exists(self._archive_dir):
            FileSystems.mkdirs(self._archive_dir)
        self._file = FileSystems.create(path, compression_type=CompressionTypes.UNCOMPRESSED)
        self._bytes = write_warcinfo(self._file, posixpath.basename(name), _SOFTWARE, self._began)
        self._number += 1
        return path

    def _end(self) -> None:
        if self._file:
            self._file.close()
            self._file = None
