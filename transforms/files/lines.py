"""`<family>.jsonl`: how its lines are made, appended, read and compacted."""

import contextlib
import fcntl
import pathlib
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO, NamedTuple

import orjson

from schemas.documents import FAMILIES
from schemas.records import Document
from transforms.files.durable import append_lines, put

SUFFIX = ".jsonl"


def line_of(document: Document) -> bytes:
    """Returns the document as a line: `_id` and `_version`, then its own fields."""
    head = orjson.dumps({"_id": document.id, "_version": document.version})
    return head[:-1] + b"," + document.source[1:] + b"\n"


def append(folder: pathlib.Path, family: str, lines: Sequence[bytes]) -> None:
    """Appends `lines` to the family's file, whole: writers in other processes wait.

    Raises:
        OSError: the folder cannot be written to, or the disk is full.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder, family):
        append_lines(folder / f"{family}{SUFFIX}", lines)


def read(path: pathlib.Path) -> Iterator[dict[str, Any]]:
    """Yields the newest version of each document, with `_id` and `_version`, in order of id.

    A file that does not exist is empty. A line that was cut when its writer was killed is passed
    over: the bundle that it came from was not finished, and is written again by the next run. So
    is one that is damaged: `unread` finds both.
    """
    if not path.exists():
        return
    with path.open("rb") as file:
        for place in _newest(file):
            yield orjson.loads(_line_at(file, place))


def unread(path: pathlib.Path) -> Iterator[int]:
    """Yields the numbers, from 1, of the lines that `read` passes over; blank ones are none."""
    if not path.exists():
        return
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if line.strip() and _head_of(line) is None:
                yield number


def files_in(output_dir: str | pathlib.Path) -> list[pathlib.Path]:
    """Returns the files of the families; whatever else lies in the folder is its owner's."""
    paths = (pathlib.Path(output_dir, f"{family}{SUFFIX}") for family in FAMILIES)
    return [path for path in paths if path.is_file()]


def compact(output_dir: str | pathlib.Path) -> dict[str, int]:
    """Rewrites each family's file with one line for each id: its highest, last written version.

    Lines are sorted by id, so that the same documents give the same bytes. To be called when
    nobody writes; needs memory for ids and places, not for the documents.

    Returns:
        The number of documents of each family that has a file.
    """
    return {path.stem: _compact(path) for path in files_in(output_dir)}


class _Place(NamedTuple):
    version: int
    offset: int
    length: int


def _compact(path: pathlib.Path) -> int:
    with _locked(path.parent, path.stem), path.open("rb") as file:
        places = _newest(file)
        put(path, (_line_at(file, place) for place in places))
    return len(places)


def _newest(file: BinaryIO) -> list[_Place]:
    """Returns the places of the newest versions, in order of id."""
    newest: dict[str, _Place] = {}
    offset = 0
    for line in file:
        if head := _head_of(line):
            document_id, version = head
            place = _Place(version, offset, len(line))
            if version >= newest.get(document_id, place).version:
                newest[document_id] = place
        offset += len(line)
    return [newest[name] for name in sorted(newest)]


def _head_of(line: bytes) -> tuple[str, int] | None:
    """Returns a line's `_id` and `_version`, None where it is no whole document."""
    try:
        document = orjson.loads(line) if line.endswith(b"\n") else None
    except orjson.JSONDecodeError:
        return None
    match document:
        case {"_id": str(document_id), "_version": int(version)}:
            return document_id, version
    return None


def _line_at(file: BinaryIO, place: _Place) -> bytes:
    file.seek(place.offset)
    return file.read(place.length)


@contextlib.contextmanager
def _locked(folder: pathlib.Path, family: str) -> Iterator[None]:
    # A file of its own: compaction replaces the one with the documents.
    with (folder / f".{family}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
