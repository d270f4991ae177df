"""Ship a stance checkpoint: int8 ONNX, with biases and temperature chosen on held-out topics.

    python -m models.stances.export RUN/epoch-4 --data ../shared/data --out FOLDER [--test]

Training shows the labels in other shares than the news does; biases set that right. They become
part of the last layer. `--test` measures the competition's test set: once, when all is chosen.
"""

from __future__ import annotations

import argparse
import itertools
import json
import logging
import pathlib
from collections.abc import Sequence

import numpy as np
import torch
import transformers

from models.export import Logits, export
from models.measure import temperature
from models.stances import fnc
from models.stances.train import stance_figures
from transforms.models.onnx_models import OnnxModel

NAME = "newsbeam-stances-minilm-l6"
_LOG = logging.getLogger(__name__)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=pathlib.Path)
    parser.add_argument("--data", type=pathlib.Path, default=pathlib.Path("../shared/data"))
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--test", action="store_true")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    model = transformers.AutoModelForSequenceClassification.from_pretrained(
        args.checkpoint, attn_implementation="eager"
    )
    about = {
        "name": NAME,
        "labels": fnc.LABELS,
        "languages": ["en"],
        "threshold": 0.0,
        "temperature": 1.0,
        "max_tokens": 128,
    }
    export(Logits(model), args.checkpoint, args.out, about)
    _, dev = fnc.read_split(args.data, args.seed)
    gold = np.array([p.example.label for p in dev])
    logits = run(args.out, dev)
    _LOG.info("dev before biases %s", stance_figures(dev, logits))
    bias = choose_bias(dev, logits)
    with torch.no_grad():
        model.classifier.bias += torch.tensor(bias, dtype=torch.float32)
    warmth = round(temperature(logits + bias, gold), 4)
    _LOG.info("bias %s temperature %s", bias, warmth)
    export(Logits(model), args.checkpoint, args.out, about | {"temperature": warmth})
    _LOG.info("dev %s", json.dumps(stance_figures(dev, run(args.out, dev))))
    if args.test:
        test = fnc.read_test(args.data)
        _LOG.info("test %s", json.dumps(stance_figures(test, run(args.out, test))))


def run(folder: pathlib.Path, pairs: Sequence[fnc.Prepared]) -> np.ndarray:
    """Logits (n, 4) of the exported weights."""
    return OnnxModel(folder).run([(p.example.text, p.example.pair or "") for p in pairs])


def choose_bias(dev: Sequence[fnc.Prepared], logits: np.ndarray) -> np.ndarray:
    """Biases with the best sum of FNC score and macro-F1; a coarse grid, as dev has few denials."""
    steps = np.arange(-0.75, 1.01, 0.25)

    def value(bias: np.ndarray) -> float:
        figures = stance_figures(dev, logits + bias)
        return figures["fnc_score"] + figures["macro_f1"]

    grid = [np.array([s, d, 0.0, u]) for s, d, u in itertools.product(steps, steps, steps)]
    return max(grid, key=lambda bias: (round(value(bias), 4), -float(np.abs(bias).sum())))


if __name__ == "__main__":
    main()
