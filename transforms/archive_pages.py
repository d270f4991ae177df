"""ArchivePages: what was fetched, as WARC files; a replay is a backfill of one's own archive."""

import datetime as dt
import os
import posixpath
import socket
import threading
import uuid
from typing import Any

import apache_beam as beam
from apache_beam.io.filesystem import CompressionTypes
from apache_beam.io.filesystems import FileSystems

from schemas.records import Fetched
from transforms.web.exchanges import write_exchange, write_warcinfo

_SOFTWARE = "newsbeam"


class ArchivePages(beam.PTransform[beam.PCollection[Fetched], beam.PCollection[str]]):
    """Writes exchanges to `archive_dir`, on any file system that Beam knows.

    Bounded or unbounded. Each worker thread writes files of its own,
    `newsbeam-<start>-<host>-<process>-<unique>-<number>.warc.gz`. A file is closed at
    `max_file_bytes`, or when it is `max_file_s` old, also where nothing more comes. Each exchange
    is handed to the file system as soon as it is written, so that a kill loses at most the one
    under way; what the runner then delivers again may stand there twice, under one
    WARC-Record-ID. Where a file cannot be appended to after closing (object stores), it becomes
    visible when it is closed.

    Returns the paths of files as they are begun.
    """

    def __init__(
        self, archive_dir: str, max_file_bytes: int = 256 * 2**20, max_file_s: float = 3600.0
    ) -> None:
        super().__init__()
        if max_file_bytes <= 0 or max_file_s <= 0:
            raise ValueError("max_file_bytes and max_file_s must be above 0")
        self._archive_dir = archive_dir
        self._max_file_bytes = max_file_bytes
        self._max_file_s = max_file_s

    def expand(self, fetched: beam.PCollection[Fetched]) -> beam.PCollection[str]:
        writing = _WriteFn(self._archive_dir, self._max_file_bytes, self._max_file_s)
        return fetched | "Write" >> beam.ParDo(writing)


class _WriteFn(beam.DoFn):
    """Holds one open file, which a timer of its own closes where no exchange comes to do it."""

    def __init__(self, archive_dir: str, max_file_bytes: int, max_file_s: float) -> None:
        self._archive_dir = archive_dir
        self._max_file_bytes = max_file_bytes
        self._max_file_s = max_file_s

    def setup(self) -> None:
        # Names are not replayed, so they may hold what differs from run to run.
        host = socket.gethostname().split(".")[0]
        self._stem = f"{host}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
        self._number = 0
        self._bytes = 0
        self._file: Any = None
        self._timer: threading.Timer | None = None
        self._lock = threading.Lock()

    def process(self, fetched: Fetched) -> list[str]:
        with self._lock:
            begun = [] if self._file else [self._begin()]
            self._bytes += write_exchange(self._file, fetched)
            self._file.flush()
            if self._bytes >= self._max_file_bytes:
                self._end()
        return begun

    def teardown(self) -> None:
        with self._lock:
            self._end()

    def _begin(self) -> str:
        began = dt.datetime.now(dt.UTC)
        name = f"newsbeam-{began:%Y%m%dT%H%M%S}-{self._stem}-{self._number:05d}.warc.gz"
        path = FileSystems.join(self._archive_dir, name)
        if not FileSystems.exists(self._archive_dir):
            FileSystems.mkdirs(self._archive_dir)
        self._file = FileSystems.create(path, compression_type=CompressionTypes.UNCOMPRESSED)
        self._bytes = write_warcinfo(self._file, posixpath.basename(name), _SOFTWARE, began)
        self._timer = threading.Timer(self._max_file_s, self._end_number, [self._number])
        self._timer.daemon = True
        self._timer.start()
        return path

    def _end_number(self, number: int) -> None:
        with self._lock:
            if self._number == number:
                self._end()

    def _end(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._file:
            self._file.close()
            self._file = None
            self._number += 1
