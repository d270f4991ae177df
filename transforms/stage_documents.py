"""StageDocuments: a run's documents are kept aside until all of them are there."""

import pathlib

import apache_beam as beam

from schemas.records import Document
from transforms.files.staged import keep_documents

# What a worker holds at most; a bundle may be the whole input.
_FLUSH_BYTES = 4_000_000


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


class _StageFn(beam.DoFn):
    def __init__(self, folder: str) -> None:
        self._folder = pathlib.Path(folder)

    def start_bundle(self) -> None:
        self._documents: list[Document] = []
        self._bytes = 0

    def process(self, document: Document) -> None:
        self._documents.append(document)
        self._bytes += len(document.source)
        if self._bytes >= _FLUSH_BYTES:
            self._flush()

    def finish_bundle(self) -> None:
        self._flush()

    def _flush(self) -> None:
        if self._documents:
            keep_documents(self._folder, self._documents)
        self.start_bundle()
