"""What commands make of their flags alike; `*_flags` have those that several of them share.

Names use underscores, as Beam's do: one command line takes both, and what neither knows is an
error. Secrets never come by flag.
"""

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

from pipeline.errors import UsageError


def folder_here(name: str) -> str:
    """Returns the name of a folder, for argparse; there need be none yet.

    Raises:
        argparse.ArgumentTypeError: it is an address: its folders would be made in this one.
    """
    if is_address(name):
        raise argparse.ArgumentTypeError(f"{name} is no folder of this machine; give one")
    return name


def is_address(name: str) -> bool:
    """Tells names in a store of objects, and whatever else has a scheme, from paths."""
    return "://" in name


def make_folder(flag: str, name: str) -> None:
    """Makes a folder that the user named, and sees that files can be written there.

    Raises:
        UsageError: they cannot.
    """
    try:
        Path(name).mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=name):
            pass
    except OSError as error:
        raise UsageError(f"{flag} {name}: {error.strerror}; give another folder") from error


def no_more_flags(rest: Sequence[str]) -> None:
    """Refuses left-over flags, for commands that run no graph.

    Raises:
        UsageError: there are some.
    """
    if rest:
        raise UsageError(f"unknown flag {rest[0]!r} (see newsbeam COMMAND --help)")


def require_folder(output_dir: str) -> Path:
    """Returns the folder that a command reads what was written from.

    Raises:
        UsageError: there is none.
    """
    folder = Path(output_dir)
    if not folder.is_dir():
        raise UsageError(
            f"--output_dir {output_dir}: there is no such folder; give one that a run wrote to"
        )
    return folder
