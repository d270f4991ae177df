"""Patterns to files, on every filesystem that Beam knows."""

import datetime as dt
import re
from pathlib import Path

from apache_beam.io.filesystem import FileMetadata
from apache_beam.io.filesystems import FileSystems

from schemas.ids import to_milliseconds
from transforms.times import plausible
from transforms.web.file_errors import NothingMatches
from transforms.web.file_formats import InputFile

_GLOB = re.compile(r"[*?\[]")


def files_of(pattern: str, now: dt.datetime) -> list[InputFile]:
    """Returns the files that `pattern` names, by path.

    Args:
        pattern: a file, a folder (all files below it) or a glob; `**` crosses folders. Hidden
            files, and those in hidden folders below the pattern's fixed part, are left out.
        now: the time of modification where the filesystem tells none after 1990.
    Raises:
        NothingMatches: no file, or no filesystem for its scheme; an empty name, which is what a
            script's unset variable comes to, and which would be the whole machine.
    """
    if not pattern.strip():
        raise NothingMatches(f"{pattern!r} names no file; check the variable that it comes from")
    found = [] if _GLOB.search(pattern) else _matched(pattern.rstrip("/") + "/**")
    found = found or _matched(pattern)
    fixed = _GLOB.split(pattern, maxsplit=1)[0].rpartition("/")[0]
    shown = {file.path: file for file in found if not _hidden(file.path, fixed, pattern)}
    if not shown:
        raise NothingMatches(f"{pattern} names no file; check the path, and quote globs")
    return [InputFile(path=path, modified_at=_time(shown[path], now)) for path in sorted(shown)]


def _matched(pattern: str) -> list[FileMetadata]:
    local_name = pattern if "/" in pattern else f"./{pattern}"
    try:
        found = FileSystems.match([local_name])
    except ValueError as error:
        raise NothingMatches(f"{pattern}: {error}") from error
    # A folder is matched by its own name; the files below it were looked for before.
    return [file for file in found[0].metadata_list if not Path(file.path).is_dir()]


def _hidden(path: str, fixed: str, pattern: str) -> bool:
    below = path.removeprefix(fixed if _GLOB.search(pattern) else pattern)
    return path != pattern and any(
        part.startswith(".") and part not in (".", "..") for part in below.split("/")
    )


def _time(file: FileMetadata, now: dt.datetime) -> dt.datetime:
    told = dt.datetime.fromtimestamp(file.last_updated_in_seconds or 0, dt.UTC)
    return to_milliseconds(plausible(told, now) or now)
