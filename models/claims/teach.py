"""Write a teacher's judgement of the training sentences and of unlabelled news, for a student.

    python -m models.claims.teach RUN/epoch-2 --data ../shared/data --out TAUGHT.jsonl

`models.claims.train --taught TAUGHT.jsonl` learns from it, complete or not: news comes
first, then the training sentences in random order. The held-out sentences are not in it. Started
again, it goes on where it stopped.
"""

from __future__ import annotations

import argparse
import json
import logging
import pathlib
import random
from collections.abc import Sequence

import numpy as np
import torch
import transformers

from models.claims.checkthat import read_split
from models.claims.news import read_unlabelled
from models.claims.prune import prune
from models.data import Example
from models.finetune import logits
from models.measure import slope_and_bias

_LOG = logging.getLogger(__name__)
_TOGETHER = 512
# On what it was trained with a teacher is too sure of itself: half of the truth is the label's.
_LABEL_SHARE = 0.5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=pathlib.Path)
    parser.add_argument("--data", type=pathlib.Path, default=pathlib.Path("../shared/data"))
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--unlabelled", type=int, default=8000, help="news sentences")
    parser.add_argument("--easy", type=float, default=0.2, help="share of easy noes to keep")
    parser.add_argument("--judge", help="which noes are easy; default the packaged model")
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    train, dev = read_split(args.data)
    train = prune(train, args.judge, args.easy, args.checkpoint.parent / "scores.npy", args.seed)
    news = [
        Example(text=text, label=-1)
        for text in read_unlabelled(args.data, args.unlabelled, args.seed)
    ]
    random.Random(args.seed).shuffle(train)
    judge(args.checkpoint, dev[::3], [*news, *train], args.out)


def judge(
    checkpoint: pathlib.Path,
    dev: Sequence[Example],
    examples: Sequence[Example],
    out: pathlib.Path,
) -> None:
    """One line for each example, in order: its text and the probability of each label.

    The teacher's probabilities are calibrated on `dev` first: it saw too large a share of claims.
    """
    done = out.read_text("utf-8").count("\n") if out.exists() else 0
    tokenizer = transformers.AutoTokenizer.from_pretrained(checkpoint)
    model = transformers.AutoModelForSequenceClassification.from_pretrained(checkpoint)
    torch.set_num_threads(2)

    def margins(some: Sequence[Example]) -> np.ndarray:
        rows = logits(model, tokenizer, some, max_tokens=128)
        return rows[:, 1] - rows[:, 0]

    slope, bias = slope_and_bias(margins(dev), np.array([e.label for e in dev]))
    _LOG.info("slope %.3f bias %.3f", slope, bias)
    for at in range(done, len(examples), _TOGETHER):
        some = examples[at : at + _TOGETHER]
        yes = 1 / (1 + np.exp(-(slope * margins(some) + bias)))
        lines = [
            json.dumps({"text": example.text, "taught": _blend(example.label, (1 - p, p))})
            for example, p in zip(some, yes.tolist(), strict=True)
        ]
        with out.open("a", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
        _LOG.info("%d of %d", at + len(some), len(examples))


def read_taught(path: pathlib.Path) -> list[Example]:
    """What `judge` wrote; the label is the likelier one."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [
        Example(
            text=row["text"],
            label=max(range(len(row["taught"])), key=row["taught"].__getitem__),
            taught=tuple(row["taught"]),
        )
        for row in rows
    ]


def _blend(label: int, taught: Sequence[float]) -> list[float]:
    if label < 0:
        return [round(p, 5) for p in taught]
    mixed = [p * (1 - _LABEL_SHARE) for p in taught]
    mixed[label] += _LABEL_SHARE
    return [round(p, 5) for p in mixed]


if __name__ == "__main__":
    main()
