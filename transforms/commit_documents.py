"""CommitDocuments: all that follows from the articles of a moment is written, or none of it."""

import datetime as dt
import pathlib
import time
from collections.abc import Iterator
from typing import Any

import apache_beam as beam
from apache_beam.transforms.window import TimestampedValue

from schemas.documents import document_of, moment_of
from schemas.ids import milliseconds
from schemas.records import Document
from transforms.apart import apart
from transforms.event_times import timestamp_of
from transforms.files.staged import keep_documents, kept_files
from transforms.in_order import InOrderFn, Kept, Order

# The stages on the longest way from an article to a document that take elements in order:
# DropRepeats, GroupStories, FollowMerges, LinkClaims, CountStances.
ORDERED_STAGES = 5


class CommitDocuments(beam.PTransform[beam.PCollection[Document], beam.PCollection[Document]]):
    """Holds documents until nothing more can follow from the articles that they follow from.

    For a stream on a runner that keeps no state across restarts. What a killed one leaves behind
    is then a state that it was in: everything of the articles up to a moment, and nothing of later
    ones. Each `release_s` seconds' documents are kept in a file of `folder`, and then go on
    together; what a kill left unwritten is in that folder.

    Takes what `documents_at` gives. State, under one key: the documents of the seconds that the
    models need, at most `Order.most_waiting`; beyond, the earlier half goes on unwaited. Files are
    removed when they are `keep_s` old: what writes them has long ended, one way or the other.

    Raises:
        OSError: in the worker; the folder cannot be written to, or the disk is full.
    """

    def __init__(self, folder: str, *, release_s: float, keep_s: float) -> None:
        super().__init__()
        self._folder = folder
        self._order = Order(release_s=release_s)
        self._keep_s = keep_s

    def expand(self, documents: beam.PCollection[Document]) -> beam.PCollection[Document]:
        """Returns the same documents."""
        commit = beam.ParDo(_CommitFn(self._order, self._folder, self._keep_s))
        keyed = documents | "KeyForAll" >> beam.Map(_for_all).with_output_types(
            tuple[str, Document]
        )
        alone = apart(keyed, _CommitFn.stage, beam.Reshuffle())
        return alone | "CommitInOrder" >> commit.with_output_types(Document)


def documents_at(release_s: float) -> beam.ParDo:
    """Makes documents of records, each at the time at which all that its article leads to is there.

    Every ordered stage moves what follows from an article to its next cut of time.
    """
    return beam.ParDo(_DocumentFn(ORDERED_STAGES * release_s)).with_output_types(Document)


class _DocumentFn(beam.DoFn):
    def __init__(self, later_s: float) -> None:
        self._later = dt.timedelta(seconds=later_s)

    def process(self, record: Any, timestamp: Any = beam.DoFn.TimestampParam) -> Iterator[Any]:
        at = timestamp_of(milliseconds(moment_of(record) + self._later))
        yield TimestampedValue(document_of(record), max(timestamp, at))


def _for_all(document: Document) -> tuple[str, Document]:
    return "", document


class _CommitFn(InOrderFn[Document], stage="CommitDocuments"):
    def __init__(self, order: Order, folder: str, keep_s: float) -> None:
        super().__init__(order)
        self._folder = pathlib.Path(folder)
        self._keep_s = keep_s

    def rank(self, element: Document) -> tuple[Any, ...]:
        return element.version, element.family, element.id

    def take(self, key: str, elements: list[Document], kept: Kept) -> Iterator[Document]:
        for path in kept_files(self._folder):
            if path.stat().st_mtime < time.time() - self._keep_s:
                path.unlink()
        keep_documents(self._folder, elements)
        yield from elements
