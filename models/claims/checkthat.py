"""CheckThat! 2024 task 1 in English: sentences of debates, check-worthy or not."""

from __future__ import annotations

import pathlib

from models import data as data_files
from models.data import Example

FOLDER = "claims/checkthat2024/CT24_checkworthy_english_"
# Sentences of one debate are neighbours by Sentence_id. Every tenth run of 400 is held out, with
# its neighbours in the same run, so that the dev figure is about debates that were not seen.
BLOCK = 400
HELD_OUT_EVERY = 10


def read_split(folder: pathlib.Path) -> tuple[list[Example], list[Example]]:
    """(train, dev): the given train set by blocks of ids; dev-test joins dev whole.

    The given dev set, whose debates are those of the train set, joins train.
    """
    train_file, near_file = data_files.require(folder, f"{FOLDER}train.tsv", f"{FOLDER}dev.tsv")
    train: list[Example] = []
    dev: list[Example] = []
    for row in data_files.read_rows(train_file, "\t"):
        block = int(row["Sentence_id"]) // BLOCK
        example = _example(row, "debates", f"block {block}")
        (dev if block % HELD_OUT_EVERY == 0 else train).append(example)
    for row in data_files.read_rows(near_file, "\t"):
        block = int(row["Sentence_id"]) // BLOCK
        if block % HELD_OUT_EVERY:
            train.append(_example(row, "debates", f"block {block}"))
    return train, dev + read_extra(folder)


def read_extra(folder: pathlib.Path) -> list[Example]:
    """`dev-test`, the last part of dev: other debates than those of the train set."""
    (path,) = data_files.require(folder, f"{FOLDER}dev-test.tsv")
    return [_example(row, "dev-test") for row in data_files.read_rows(path, "\t")]


def read_test(folder: pathlib.Path) -> list[Example]:
    """The gold test set; for the last measurement only."""
    (path,) = data_files.require(folder, f"{FOLDER}test_gold.tsv")
    return [_example(row, "test") for row in data_files.read_rows(path, "\t")]


def _example(row: dict[str, str], origin: str, group: str = "") -> Example:
    label = int(row["class_label"] == "Yes")
    return Example(text=row["Text"].strip(), label=label, group=group, origin=origin)
