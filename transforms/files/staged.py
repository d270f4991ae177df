"""`<time>-<uuid>.staged`: documents that are kept aside until all of them are there."""

import pathlib
import time
import uuid
from collections.abc import Iterable, Iterator

from schemas.records import Document
from schemas.stored import document_in, payload_of
from transforms.files.durable import PART, put

_SUFFIX = ".staged"


def keep_documents(folder: pathlib.Path, documents: Iterable[Document]) -> None:
    """Writes documents into one new file of `folder`, which a crash leaves whole or not at all."""
    path = folder / f"{time.time_ns():020d}-{uuid.uuid4().hex}{_SUFFIX}"
    put(path, (f"{payload_of(document)}\n".encode() for document in documents))


def staged_documents(folder: pathlib.Path) -> Iterator[Document]:
    """Yields the documents that were kept in `folder`, in the order of writing."""
    for path in kept_files(folder):
        with path.open("rb") as file:
            yield from map(document_in, file)


def kept_files(folder: pathlib.Path) -> list[pathlib.Path]:
    """Returns the files of documents in `folder`, in the order of writing."""
    return sorted(folder.glob(f"*{_SUFFIX}"))


def remove_parts(folder: pathlib.Path) -> None:
    """Removes documents that a kill left half written; nothing may be writing into `folder`."""
    for path in folder.glob(f"{'[0-9]' * 20}-*{PART}"):  # other tools call their files so, too
        path.unlink()
