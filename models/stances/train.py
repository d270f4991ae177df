"""Train the stance model: (claim, passage) -> supports, denies, discusses, unrelated.

    python -m models.stances.train --data ../shared/data --out RUN

The passage is chosen by the code that chooses it in the pipeline. Epochs, biases and temperature
are chosen on topics held out from the training set, never on the competition's test set.
"""

from __future__ import annotations

import argparse
import dataclasses
import logging
import math
import pathlib
import random
from collections.abc import Callable, Sequence

import numpy as np

from models import data as data_files
from models.data import Example
from models.finetune import Training, fine_tune
from models.stances import fnc

# Of an epoch's `--share` of the pairs, the rare denials come thrice, and unrelated pairs are mostly
# those that share words with the claim, which are the ones to learn from.
DENIES_TIMES = 3
HARD_UNRELATED = 5000
EASY_UNRELATED = 1800
HARD_OVERLAP = 0.1
# So many passages are cut to their one nearest sentence. Else only FEVER's pairs are short, none of
# them discusses or is unrelated, and the model learns to deny whatever is short.
SHORT_SHARE = 0.4


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=pathlib.Path, default=pathlib.Path("../shared/data"))
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument(
        "--base", type=pathlib.Path, help="another encoder; default all-MiniLM-L6-v2"
    )
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--share", type=float, default=0.5, help="of the pairs, in an epoch")
    parser.add_argument("--learning_rate", type=float, default=8e-5)
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    train, dev = fnc.read_split(args.data, args.seed)
    extra = fnc.read_fever(args.data, "dev")
    outside = fnc.read_fever(args.data, "test")
    training = Training(
        epochs=args.epochs,
        learning_rate=args.learning_rate,
        seed=args.seed,
        label_smoothing=0.05,
        max_tokens=128,
    )

    def epoch_examples(_: int, rng: random.Random) -> Sequence[Example]:
        return sample(train, extra, rng, args.share)

    def measure(predict: Callable[[Sequence[Example]], np.ndarray]) -> dict[str, float]:
        some = dev[:: max(1, len(dev) // 600)]
        figures = fnc.stance_figures(some, predict([p.example for p in some]))
        gold = np.array([e.label for e in outside])
        said = predict(outside).argmax(1)
        return figures | {"fever_symmetric_accuracy": float((said == gold).mean())}

    steps = math.ceil(len(sample(train, extra, random.Random(0), args.share)) / training.batch)
    base = args.base or data_files.minilm()
    fine_tune(base, fnc.LABELS, epoch_examples, steps, args.out, training, measure)


def sample(
    train: Sequence[fnc.Prepared], extra: Sequence[Example], rng: random.Random, share: float
) -> list[Example]:
    """The examples of one epoch."""
    related = [p for p in train if p.example.label != 3]
    related += [p for p in related if p.example.label == 1] * (DENIES_TIMES - 1)
    hard = [p for p in train if p.example.label == 3 and p.overlap >= HARD_OVERLAP]
    easy = [p for p in train if p.example.label == 3 and p.overlap < HARD_OVERLAP]
    chosen = rng.sample(related, int(len(related) * share))
    chosen += rng.sample(hard, min(int(HARD_UNRELATED * share), len(hard)))
    chosen += rng.sample(easy, min(int(EASY_UNRELATED * share), len(easy)))
    cut = [_shortened(p) if rng.random() < SHORT_SHARE else p.example for p in chosen]
    return cut + list(extra) + fnc.mismatched(extra)


def _shortened(prepared: fnc.Prepared) -> Example:
    return dataclasses.replace(prepared.example, pair=prepared.evidence)


if __name__ == "__main__":
    main()
