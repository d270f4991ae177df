"""Patterns to files, on every filesystem that Beam knows."""

import datetime as dt
import errno
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from apache_beam.io.filesystem import BeamIOError, FileMetadata, FileSystem
from apache_beam.io.filesystems import FileSystems

from schemas.ids import to_milliseconds
from transforms.inputs.content import InputFile
from transforms.inputs.errors import NothingMatches
from transforms.inputs.path_bytes import unwritten
from transforms.times import plausible

_GLOB = re.compile(r"[*?\[]")
# Of Beam's filesystems (2.77) each says in a way of its own that its packages are not installed.
_LACKS = (ImportError, AssertionError, NameError, ValueError)


def files_of(pattern: str, now: dt.datetime) -> list[InputFile]:
    """Returns the files that `pattern` names, by path.

    Args:
        pattern: a file, a folder (all files below it) or a glob; `**` crosses folders. Hidden
            files, and those in hidden folders below the pattern's fixed part, are left out; so are
            pipes and devices. What has this very name, or is written so in a record, is taken,
            whatever the name would match as a glob. A link that leads nowhere is taken, too: who
            reads it will say so.
        now: the time of modification where the filesystem tells none after 1990.
    Raises:
        NothingMatches: no file, or no filesystem for its scheme, or one that is not set up; a pipe
            or device; a glob that is none; a folder that may not be read, and may hold some of the
            files; an empty name, which is what a script's unset variable comes to, and which would
            be the whole machine.
    """
    if not pattern.strip():
        raise NothingMatches(f"{pattern!r} names no file; check the variable that it comes from")
    if pattern.startswith("file://"):
        raise NothingMatches(f"{pattern} names no file; give the path without file://")
    try:
        found = _named(pattern)
        if not found and (raw := unwritten(pattern)) != pattern:
            found = _named(raw)
        if not found and _GLOB.search(pattern):
            found = _matched(pattern)
    except ValueError as error:
        raise NothingMatches(f"{pattern} names no file: {error}") from error
    except PermissionError as error:
        raise NothingMatches(
            f"{error.filename} cannot be read: {error.strerror}; allow it, or name inputs beside it"
        ) from error
    except BeamIOError as error:
        if (lack := _lack(error)) is None:
            raise
        raise NothingMatches(
            f"{pattern}: its filesystem is not set up ({lack}); install Beam's extra for it, such "
            "as apache-beam[aws], and give Beam's flags for it"
        ) from error
    if not found:
        raise NothingMatches(f"{pattern} names no file; check the path, and quote globs")
    return [InputFile(path=path, modified_at=_time(found[path], now)) for path in sorted(found)]


def _lack(error: BeamIOError) -> Exception | None:
    """Returns what a filesystem lacks to work, None where it works, and the storage fails."""
    causes = (error.exception_details or {}).values()
    return next((cause for cause in causes if isinstance(cause, _LACKS)), None)


def _named(name: str) -> dict[str, FileMetadata]:
    """Returns the file of this name, or what is shown below the folder; a glob cannot quote it."""
    system = FileSystems.get_filesystem(name)
    folder = name.rstrip("/") + "/"
    # A store of objects has no folders that exist, and lists what is below them all the same.
    there = not system.has_dirs() or system.exists(folder)
    listed = _listed(system, folder, lambda _: True) if there else ()
    if below := _shown(listed, folder):
        return below
    local_name = _local(name)
    # An empty folder exists by its own name, too.
    if Path(local_name).is_dir() or not system.exists(local_name):
        return {}
    if _is_special(local_name):
        raise ValueError("it is a pipe or a device; write what it gives to a file")
    file = system.metadata(local_name)
    return {file.path: file}


def _matched(pattern: str) -> dict[str, FileMetadata]:
    fixed, slash, _ = _GLOB.split(pattern, maxsplit=1)[0].rpartition("/")
    local_name = pattern if slash else f"./{pattern}"
    wanted = local_name + "*" if local_name.endswith("/") else local_name
    try:
        matches = re.compile(FileSystem.translate_pattern(wanted)).match
    except re.error as error:
        raise ValueError(f"as a glob it has a {error.msg}") from error
    system = FileSystems.get_filesystem(pattern)
    if not _is_disk(system):
        return _shown(FileSystems.match([pattern])[0].metadata_list, fixed)
    below = _listed(system, fixed or slash or ".", lambda folder: _may_hold(folder, wanted))
    return _shown((file for file in below if matches(file.path)), fixed)


def _may_hold(folder: str, pattern: str) -> bool:
    """Tells whether a glob goes on below a folder."""
    ends = (found.start() for found in re.finditer(r"/|(?<=\*\*)", pattern))
    return any(re.match(FileSystem.translate_pattern(pattern[:end]), folder) for end in ends)


def _is_disk(system: FileSystem) -> bool:
    return system.scheme() is None


def _listed(system: FileSystem, top: str, matters: Callable[[str], bool]) -> Iterable[FileMetadata]:
    """Returns the files below `top`; on a disk also what Beam passes over without a word.

    Args:
        matters: whether a folder that cannot be read, and is not hidden, matters.
    Raises:
        OSError: it cannot.
    """
    if not _is_disk(system):
        return system._list(top)

    def failed(error: OSError) -> None:
        gone = isinstance(error, FileNotFoundError | NotADirectoryError)
        passed_over = _hidden(error.filename.removeprefix(top)) or _is_of_disk(error.filename)
        if not gone and not passed_over and matters(error.filename):
            raise error

    walk = os.walk(top, onerror=failed)
    paths = (system.join(above, name) for above, _, names in walk for name in names)
    return (file for path in paths for file in _on_disk(path))


def _is_of_disk(folder: str) -> bool:
    """Tells the folder that the file system of a disk keeps for itself."""
    return Path(folder).name == "lost+found"


def _on_disk(path: str) -> Iterator[FileMetadata]:
    """Yields the file that was listed, unless it has gone since."""
    try:
        told = Path(path).stat()
    except PermissionError:
        yield FileMetadata(path, 0, 0)
    except OSError as error:
        # A link in a circle has no path to compare with.
        if error.errno != errno.ELOOP and Path(path).is_symlink():
            yield FileMetadata(path, 0, 0)
    else:
        yield FileMetadata(path, told.st_size, told.st_mtime)


def _local(name: str) -> str:
    return name if "/" in name else f"./{name}"


def _shown(files: Iterable[FileMetadata], above: str) -> dict[str, FileMetadata]:
    """Returns the files by path, without those that are hidden below `above`, and pipes."""
    return {
        file.path: file
        for file in files
        if not _hidden(file.path.removeprefix(above)) and not _is_special(file.path)
    }


def _is_special(path: str) -> bool:
    """Tells pipes, sockets and devices: they may never end, and cannot be read twice."""
    try:
        mode = Path(path).stat().st_mode
    except (OSError, ValueError):  # of another filesystem, or gone
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


def _hidden(path: str) -> bool:
    return any(part.startswith(".") and part not in (".", "..") for part in path.split("/"))


def _time(file: FileMetadata, now: dt.datetime) -> dt.datetime:
    told = dt.datetime.fromtimestamp(file.last_updated_in_seconds or 0, dt.UTC)
    return to_milliseconds(plausible(told, now) or now)
