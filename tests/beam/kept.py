"""What comes out of a graph, for a test to look at: elements, timestamps, and where."""

import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import apache_beam as beam

_TIMESTAMP = beam.DoFn.TimestampParam


class Kept(NamedTuple):
    """One element: the collection's name, the element, its time in microseconds."""

    name: str
    element: Any
    micros: int


def keep(outputs: Any, path: Path) -> None:
    """Appends the elements of each collection of a NamedTuple to the file at `path`."""
    path.touch()
    for name, collection in zip(outputs._fields, outputs, strict=True):
        collection | f"Keep {path.name} {name}" >> beam.ParDo(_KeepFn(name, str(path)))


def load(path: Path) -> Iterator[Kept]:
    """Yields what `keep` wrote."""
    with path.open("rb") as file:
        while file.peek(1):
            yield Kept(*pickle.load(file))


class _KeepFn(beam.DoFn):
    def __init__(self, name: str, path: str) -> None:
        self._name = name
        self._path = path

    def process(self, element: Any, timestamp: Any = _TIMESTAMP) -> None:
        line = pickle.dumps((self._name, element, timestamp.micros))
        with Path(self._path).open("ab", buffering=0) as file:
            file.write(line)
