"""Train the check-worthiness model: one sentence -> is it a claim worth checking?

    python -m models.claims.train --data ../shared/data --out RUN

Chooses the epoch, the threshold and the temperature on blocks of sentences that were held out from
the training set, never on the test set; `models.claims.export` measures the test set once.
"""

from __future__ import annotations

import argparse
import logging
import math
import pathlib
import random
from collections.abc import Callable, Sequence

import numpy as np

from models import data as data_files
from models.finetune import Example, Training, fine_tune
from models.measure import average_precision, best_threshold, f1_at

LABELS = ("no", "yes")
FOLDER = "claims/checkthat2024/CT24_checkworthy_english_"
# Sentences of one debate are neighbours by Sentence_id. Every tenth run of 400 is held out, with
# its neighbours in the same run, so that the dev figure is about debates that were not seen.
BLOCK = 400
HELD_OUT_EVERY = 10


def read_split(folder: pathlib.Path) -> tuple[list[Example], list[Example]]:
    """(train, dev): the given train set by blocks of ids; dev-test joins dev whole."""
    train_file, extra_file = data_files.require(
        folder, f"{FOLDER}train.tsv", f"{FOLDER}dev-test.tsv"
    )
    train: list[Example] = []
    dev: list[Example] = []
    for row in data_files.read_rows(train_file, "\t"):
        block = int(row["Sentence_id"]) // BLOCK
        (dev if block % HELD_OUT_EVERY == 0 else train).append(_example(row))
    dev += [_example(row) for row in data_files.read_rows(extra_file, "\t")]
    return train, dev


def read_test(folder: pathlib.Path) -> list[Example]:
    """The gold test set; for the last measurement only."""
    (path,) = data_files.require(folder, f"{FOLDER}test_gold.tsv")
    return [_example(row) for row in data_files.read_rows(path, "\t")]


def _example(row: dict[str, str]) -> Example:
    return Example(text=row["Text"].strip(), label=int(row["class_label"] == "Yes"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=pathlib.Path, default=pathlib.Path("../shared/data"))
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument(
        "--base", type=pathlib.Path, help="another encoder; default all-MiniLM-L6-v2"
    )
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--learning_rate", type=float, default=5e-5)
    parser.add_argument("--rdrop", type=float, default=0.0)
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    train, dev = read_split(args.data)
    training = Training(
        epochs=args.epochs,
        learning_rate=args.learning_rate,
        seed=args.seed,
        rdrop=args.rdrop,
        label_smoothing=0.05,
    )
    gold = np.array([e.label for e in dev])

    def sample(epoch: int, rng: random.Random) -> Sequence[Example]:
        return train

    def measure(predict: Callable[[Sequence[Example]], np.ndarray]) -> dict[str, float]:
        scores = predict(dev)
        margin = scores[:, 1] - scores[:, 0]
        threshold = best_threshold(gold, margin)
        return {
            "f1": f1_at(gold, margin, threshold),
            "f1_at_0": f1_at(gold, margin, 0.0),
            "average_precision": average_precision(gold, margin),
            "threshold_margin": threshold,
        }

    steps = math.ceil(len(train) / training.batch)
    base = args.base or data_files.minilm()
    fine_tune(base, LABELS, sample, steps, args.out, training, measure)


if __name__ == "__main__":
    main()
