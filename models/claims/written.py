"""Sentences written for this project, to measure on: debates, policy speeches, press conferences.

`written.tsv` was written and labelled by a language model, by the idea of the debates' labels.
"""

from __future__ import annotations

import pathlib

from models import data as data_files
from models.data import Example

WRITTEN_FILE = pathlib.Path(__file__).with_name("written.tsv")


def read_written() -> list[Example]:
    """All of them, grouped by the kind of speech."""
    return [
        Example(
            text=row["text"],
            label=int(row["class_label"] == "Yes"),
            group=row["kind"],
            origin="written",
        )
        for row in data_files.read_rows(WRITTEN_FILE, "\t")
    ]
