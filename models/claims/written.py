"""Sentences written for this project: debates, policy speeches and news beyond the labelled ones.

`written.tsv` was written and labelled by a language model, by the idea of the debates' labels; its
kinds of speech that are held out show what carries over to speeches that were not learned.
"""

from __future__ import annotations

import pathlib

from models import data as data_files
from models.data import Example
from transforms.models.base import LABELS

WRITTEN_FILE = pathlib.Path(__file__).with_name("written.tsv")
HELD_OUT = frozenset({"budget", "defence", "mayoral", "townhall"})
# The writer marked what he was sure of.
_SURE, _UNSURE = 0.95, 0.7


def read_written(share: float) -> tuple[list[Example], list[Example]]:
    """(train, dev): dev are the kinds held out; train comes `share` times in an epoch."""
    train: list[Example] = []
    dev: list[Example] = []
    for row in data_files.read_rows(WRITTEN_FILE, "\t"):
        held_out = row["kind"] in HELD_OUT
        (dev if held_out else train).append(_example(row, held_out, share))
    return train, dev


def _example(row: dict[str, str], held_out: bool, share: float) -> Example:
    label = ("No", "Yes").index(row["label"])
    most = _SURE if row["sure"] == "yes" else _UNSURE
    return Example(
        text=row["text"],
        label=label,
        target=tuple(most if i == label else 1 - most for i in range(len(LABELS["claims"]))),
        group=row["kind"],
        origin="written_speech" if held_out else "written",
        share=share,
    )
