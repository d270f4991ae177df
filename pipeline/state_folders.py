"""Folders of this machine in which a command keeps what must outlive it, one run at a time."""

import argparse
import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from pipeline.errors import UsageError
from schemas.ids import digest


def default_folder(args: argparse.Namespace, command: str) -> Path:
    """Returns `.<command>` in the output folder, else one for the cluster in the user's state.

    Raises:
        UsageError: the user has no home.
    """
    if args.output_dir:
        return Path(args.output_dir) / f".{command}"
    try:
        state = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    except RuntimeError as error:  # such as in a container that runs as any user
        flag = {"backfill": "--ledger_dir", "stream": "--state_dir"}[command]
        raise UsageError(f"this user has no home folder to keep things in: give {flag}") from error
    cluster = args.cloud_id or args.elasticsearch_url
    name = digest("cluster", str(cluster), args.index_prefix)
    return Path(state) / "newsbeam" / command / name


def require_possible(flag: str, folder: Path) -> None:
    """Sees that a folder is there, or could be; it is not made.

    Raises:
        UsageError: it is a file, or below one.
    """
    nearest = next((one for one in (folder, *folder.parents) if one.exists()), None)
    if nearest is not None and not nearest.is_dir():
        raise UsageError(f"{flag} {folder}: {nearest} is no folder; give another")


@contextlib.contextmanager
def held(folder: Path, command: str, flag: str) -> Iterator[None]:
    """Keeps other runs of `command` off the folder, which is made; a killed one holds nothing.

    Raises:
        UsageError: another one is under way; the folder cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "lock").open("w")
    except OSError as error:
        raise UsageError(f"nothing can be kept in {folder}: {error}; give {flag} DIR") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UsageError(
                f"another {command} is under way with {folder}: wait for its end, or give "
                f"another {flag}"
            ) from error
        yield
