"""Where the labelled data is: `NEWSBEAM_DATA`, else `../shared/data` beside the repository."""

import os
from pathlib import Path

import pytest


def labelled_data() -> Path:
    """The folder; skips the test in one line where it is absent."""
    beside = Path(__file__).parents[2].parent / "shared" / "data"
    folder = Path(os.environ.get("NEWSBEAM_DATA", beside))
    if not folder.is_dir():
        pytest.skip(f"labelled data is absent: {folder}; name its folder by NEWSBEAM_DATA")
    return folder


def report_file(name: str) -> Path:
    """A file under `build/quality`, which git ignores: what is there is made from the data."""
    folder = Path(__file__).parents[2] / "build" / "quality"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / name
