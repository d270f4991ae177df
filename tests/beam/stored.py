"""A memory in a file, for tests of what a second run makes of a first one's documents."""

import dataclasses
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from schemas.documents import document_of
from schemas.records import Document

# Of the documents that stories are made of, and that a later run reads.
FAMILIES = ("articles", "revisions", "claims", "stances", "stories")


@dataclasses.dataclass(frozen=True)
class FileMemory:
    """Config and memory in one: JSON of family to id to document."""

    path: str

    def open(self) -> "FileMemory":
        return self

    def close(self) -> None:
        """Nothing is open."""

    def find(
        self,
        family: str,
        field: str,
        values: Sequence[str],
        *,
        fetched_ms: tuple[int, int] | None = None,
    ) -> Iterator[dict[str, Any]]:
        """Every document that matches; times are left to the test."""
        for document in self.documents(family):
            if document.get(field) in values:
                yield document

    def documents(self, family: str) -> list[dict[str, Any]]:
        """Every document of a family, by id."""
        if not Path(self.path).exists():
            return []
        found = json.loads(Path(self.path).read_text())[family]
        return [found[name] for name in sorted(found)]


def index_at(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Every document, by family."""
    return {family: FileMemory(str(path)).documents(family) for family in FAMILIES}


def store(path: Path, records: Iterable[Any]) -> None:
    """Writes the documents of `records` as a sink would."""
    store_documents(path, map(document_of, records))


def store_documents(path: Path, made: Iterable[Document]) -> None:
    """Writes documents as a sink would: newer versions over older ones."""
    families: dict[str, dict[str, Any]] = (
        json.loads(path.read_text()) if path.exists() else {family: {} for family in FAMILIES}
    )
    for document in sorted(made, key=lambda each: each.version):
        held = families[document.family].get(document.id)
        if held is None or held["_version"] <= document.version:
            source = json.loads(document.source)
            families[document.family][document.id] = source | {"_version": document.version}
    path.write_text(json.dumps(families))
