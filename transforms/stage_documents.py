"""StageDocuments: a run's documents are kept aside until all of them are there."""

import os
import pathlib
import time
import uuid
from collections.abc import Iterable, Iterator

import apache_beam as beam

from schemas.records import Document
from schemas.stored import document_in, payload_of

# What a worker holds at most, in characters; a bundle may be the whole input.
_FLUSH_CHARS = 4_000_000
_SUFFIX = ".staged"
_PART = ".part"


class StageDocuments(beam.PTransform[beam.PCollection[Document], beam.PCollection[None]]):
    """Writes documents into files of their own below a local folder, whole ones only.

    Bounded or unbounded. A file appears under its name when it is complete, so that a kill leaves
    no half ones; a bundle that ran twice leaves its documents twice. Returns nothing.

    Raises:
        OSError: in the worker; the folder cannot be written to, or the disk is full.
    """

    def __init__(self, folder: str) -> None:
        super().__init__()
        self._folder = folder

    def expand(self, documents: beam.PCollection[Document]) -> beam.PCollection[None]:
        """Returns an empty collection."""
        return documents | "WriteStaged" >> beam.ParDo(_StageFn(self._folder))


def staged_documents(folder: pathlib.Path) -> Iterator[Document]:
    """Yields the documents that `StageDocuments` left in `folder`, in the order of writing."""
    for path in kept_files(folder):
        with path.open("rb") as file:
            yield from map(document_in, file)


def kept_files(folder: pathlib.Path) -> list[pathlib.Path]:
    """Returns the files of documents in `folder`, in the order of writing."""
    return sorted(folder.glob(f"*{_SUFFIX}"))


def remove_parts(folder: pathlib.Path) -> None:
    """Removes documents that a kill left half written; nothing may be writing into `folder`."""
    for path in folder.glob(f"{'[0-9]' * 20}-*{_PART}"):  # other tools call their files so, too
        path.unlink()


def keep_documents(folder: pathlib.Path, documents: Iterable[Document]) -> None:
    """Writes documents into one new file of `folder`, which a crash leaves whole or not at all."""
    _write(folder, [payload_of(document) for document in documents])


def put(path: pathlib.Path, content: bytes) -> None:
    """Writes a file that a crash, of the machine too, leaves whole or not at all.

    Once it has returned, the file outlives one. Nothing is left of one that could not be written.
    """
    part = path.with_suffix(_PART)
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _write(folder: pathlib.Path, lines: Iterable[str]) -> None:
    path = folder / f"{time.time_ns():020d}-{uuid.uuid4().hex}{_SUFFIX}"
    put(path, ("\n".join(lines) + "\n").encode())


class _StageFn(beam.DoFn):
    def __init__(self, folder: str) -> None:
        self._folder = pathlib.Path(folder)

    def start_bundle(self) -> None:
        self._lines: list[str] = []
        self._chars = 0

    def process(self, document: Document) -> None:
        line = payload_of(document)
        self._lines.append(line)
        self._chars += len(line)
        if self._chars >= _FLUSH_CHARS:
            self._flush()

    def finish_bundle(self) -> None:
        self._flush()

    def _flush(self) -> None:
        if not self._lines:
            return
        _write(self._folder, self._lines)
        self.start_bundle()
