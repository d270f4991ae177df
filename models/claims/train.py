"""Train the check-worthiness model: one sentence -> is it a claim worth checking?

    python -m models.claims.train --data ../shared/data --out RUN
    python -m models.claims.train --data ../shared/data --out RUN --taught TAUGHT.jsonl

The second learns from a teacher's judgement (`models.claims.teach`) instead of the labels alone.
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
from models.claims.checkthat import LABELS, read_split
from models.claims.prune import prune
from models.claims.teach import read_taught
from models.data import Example
from models.finetune import Training, fine_tune
from models.measure import average_precision, best_threshold, f1_at


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=pathlib.Path, default=pathlib.Path("../shared/data"))
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument(
        "--base", type=pathlib.Path, help="another encoder; default all-MiniLM-L6-v2"
    )
    parser.add_argument("--taught", type=pathlib.Path, help="of models.claims.teach")
    parser.add_argument("--easy", type=float, default=1.0, help="share of easy noes to keep")
    parser.add_argument("--share", type=float, default=1.0, help="of the labelled sentences")
    parser.add_argument("--judge", help="which noes are easy; default the packaged model")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--learning_rate", type=float, default=5e-5)
    parser.add_argument("--rdrop", type=float, default=0.0)
    parser.add_argument("--frozen_layers", type=int, default=0)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--ema", type=float, default=0.998)
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    train, dev = read_split(args.data)
    if args.easy < 1:
        train = prune(train, args.judge, args.easy, args.out / "scores.npy", args.seed)
    if args.share < 1:
        train = random.Random(args.seed).sample(train, int(len(train) * args.share))
    if args.taught:
        train = with_taught(train, read_taught(args.taught))
    training = Training(
        epochs=args.epochs,
        learning_rate=args.learning_rate,
        seed=args.seed,
        rdrop=args.rdrop,
        frozen_layers=args.frozen_layers,
        batch=args.batch,
        ema=args.ema,
        # A teacher's probabilities are soft enough.
        label_smoothing=0.0 if args.taught else 0.05,
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


def with_taught(train: Sequence[Example], taught: Sequence[Example]) -> list[Example]:
    """The teacher's judgement where there is one, in place of the label; what it judged beside."""
    judged = {example.text: example for example in taught}
    return [e for e in train if e.text not in judged] + list(judged.values())


if __name__ == "__main__":
    main()
