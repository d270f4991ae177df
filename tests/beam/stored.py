"""An output folder, for tests of what a second run makes of a first one's documents."""

import collections
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from schemas.documents import document_of
from schemas.records import Document
from transforms.files.lines import SUFFIX, append, line_of, read

# Of the documents that stories are made of, and that a later run reads.
FAMILIES = ("articles", "revisions", "claims", "stances", "stories")


def stored(folder: Path, family: str) -> list[dict[str, Any]]:
    """Every document of a family, by id."""
    return list(read(folder / f"{family}{SUFFIX}"))


def index_at(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Every document, by family."""
    return {family: stored(folder, family) for family in FAMILIES}


def store(folder: Path, records: Iterable[Any]) -> None:
    """Writes the documents of `records` as the sink does."""
    store_documents(folder, map(document_of, records))


def store_documents(folder: Path, made: Iterable[Document]) -> None:
    """Writes documents as the sink does."""
    lines: dict[str, list[bytes]] = collections.defaultdict(list)
    for document in made:
        lines[document.family].append(line_of(document))
    for family, of_family in lines.items():
        append(folder, family, of_family)
