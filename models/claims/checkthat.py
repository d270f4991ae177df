"""CheckThat! 2024 task 1 in English: sentences of debates, check-worthy or not."""

from __future__ import annotations

import pathlib

from models import data as data_files
from models.data import Example

LABELS = ("no", "yes")
FOLDER = "claims/checkthat2024/CT24_checkworthy_english_"
# Sentences of one debate are neighbours by Sentence_id. Every tenth run of 400 is held out, with
# its neighbours in the same run, so that the dev figure is about debates that were not seen.
BLOCK = 400
HELD_OUT_EVERY = 10


def read_split(folder: pathlib.Path) -> tuple[list[Example], list[Example]]:
    """(train, dev): the given train set by blocks of ids; dev-test joins dev whole."""
    (train_file,) = data_files.require(folder, f"{FOLDER}train.tsv")
    train: list[Example] = []
    dev: list[Example] = []
    for row in data_files.read_rows(train_file, "\t"):
        block = int(row["Sentence_id"]) // BLOCK
        (dev if block % HELD_OUT_EVERY == 0 else train).append(_example(row))
    return train, dev + read_extra(folder)


def read_extra(folder: pathlib.Path) -> list[Example]:
    """`dev-test`, the last part of dev: other debates than those of the train set."""
    (path,) = data_files.require(folder, f"{FOLDER}dev-test.tsv")
    return [_example(row) for row in data_files.read_rows(path, "\t")]


def read_test(folder: pathlib.Path) -> list[Example]:
    """The gold test set; for the last measurement only."""
    (path,) = data_files.require(folder, f"{FOLDER}test_gold.tsv")
    return [_example(row) for row in data_files.read_rows(path, "\t")]


def _example(row: dict[str, str]) -> Example:
    return Example(text=row["Text"].strip(), label=int(row["class_label"] == "Yes"))
