"""`WriteToFiles`: documents of every family as JSON Lines in a local folder."""

import pathlib
from collections.abc import Iterator
from typing import Any

import apache_beam as beam
from apache_beam.transforms.window import WindowedValue

from schemas.receipts import Receipt
from schemas.records import Document
from transforms.files import lines

# A bundle of a bounded read may be the whole input: what is held is bounded here.
FLUSH_BYTES = 8_000_000


class WriteToFiles(beam.PTransform[beam.PCollection[Document], beam.PCollection[Receipt]]):
    """Appends each document to `<family>.jsonl` in `output_dir`, with its `_id` and `_version`.

    Takes bounded and unbounded input in any order, from any number of workers of one machine: each
    append is whole, under a lock. Written at the end of each bundle at the latest; a bundle that
    ran twice, or a document that changed, leaves several lines of one id, of which
    `transforms.files.lines.compact` keeps the newest. Gives a receipt for each document, with its
    window and timestamp.

    Raises:
        OSError: in the worker; the folder cannot be written to, or the disk is full.
    """

    def __init__(self, output_dir: str | pathlib.Path) -> None:
        super().__init__()
        self._output_dir = str(output_dir)

    def expand(self, documents: beam.PCollection[Document]) -> beam.PCollection[Receipt]:
        """Returns a receipt for each document."""
        return documents | "AppendLines" >> beam.ParDo(
            _AppendFn(self._output_dir)
        ).with_output_types(Receipt)


class _AppendFn(beam.DoFn):
    def __init__(self, output_dir: str) -> None:
        self._folder = pathlib.Path(output_dir)

    def start_bundle(self) -> None:
        self._lines: dict[str, list[bytes]] = {}
        self._receipts: list[WindowedValue] = []
        self._bytes = 0

    def process(
        self,
        element: Document,
        timestamp: Any = beam.DoFn.TimestampParam,
        window: Any = beam.DoFn.WindowParam,
    ) -> Iterator[WindowedValue]:
        line = lines.line_of(element)
        self._lines.setdefault(element.family, []).append(line)
        self._receipts.append(WindowedValue(_receipt(element), timestamp, (window,)))
        self._bytes += len(line)
        if self._bytes >= FLUSH_BYTES:
            yield from self._flush()

    def finish_bundle(self) -> Iterator[WindowedValue]:
        yield from self._flush()

    def _flush(self) -> Iterator[WindowedValue]:
        for family, of_family in self._lines.items():
            lines.append(self._folder, family, of_family)
        receipts = self._receipts
        self.start_bundle()
        yield from receipts


def _receipt(document: Document) -> Receipt:
    return Receipt(
        index=document.family, id=document.id, version=document.version, result="appended"
    )
