"""Files that outlive a crash, of the machine too, if their folder does."""

import os
import pathlib
from collections.abc import Iterable

PART = ".part"


def put(path: pathlib.Path, chunks: Iterable[bytes]) -> None:
    """Writes a file, over one of that name, that a crash leaves whole or not at all.

    Once it has returned, the file outlives one. Nothing is left of one that could not be written.
    """
    part = path.with_suffix(PART)
    try:
        with part.open("wb") as file:
            file.writelines(chunks)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    _keep_names(path.parent)


def append_lines(path: pathlib.Path, lines: Iterable[bytes]) -> None:
    """Appends lines to a file that nobody else writes to; a new one is made.

    Once it has returned, they outlive a crash. One before may leave some of them, the last one cut:
    what is appended next begins a line of its own.
    """
    with path.open("ab+") as file:
        end = file.seek(0, os.SEEK_END)
        if end == 0:
            _keep_names(path.parent)
        file.seek(max(end - 1, 0))
        cut = file.read() not in (b"", b"\n")
        if cut:
            file.write(b"\n")
        file.write(b"".join(lines))
        file.flush()
        os.fsync(file.fileno())


def _keep_names(folder: pathlib.Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
