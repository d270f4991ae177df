"""Lines of an output folder's files that hold no document any more."""

import pathlib
from collections.abc import Iterator

from pipeline.findings import listed
from transforms.files.lines import files_in, unread


def damaged_lines(folder: pathlib.Path) -> Iterator[str]:
    """Yields which they are, one text for each file: those who read documents pass them over."""
    for path in files_in(folder):
        numbers = [f"line {number:,}" for number in unread(path)]
        if numbers:
            yield f"{path}: cut or damaged, and passed over: {listed(numbers)}"
