"""Ship a claim checkpoint: int8 ONNX, with threshold and temperature chosen on held-out sentences.

    python -m models.claims.export RUN/epoch-3 --data ../shared/data --out FOLDER [--test]

`--test` measures the gold test set too: once, when everything is chosen.
"""

from __future__ import annotations

import argparse
import json
import logging
import pathlib
from collections.abc import Sequence

import numpy as np
import transformers

from models.claims.checkthat import LABELS, read_split, read_test
from models.data import Example
from models.export import Logits, export
from models.measure import average_precision, best_threshold, f1_at, temperature
from transforms.models.base import probabilities
from transforms.models.onnx_models import OnnxModel

NAME = "newsbeam-claims-minilm-l6"
_LOG = logging.getLogger(__name__)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=pathlib.Path)
    parser.add_argument("--data", type=pathlib.Path, default=pathlib.Path("../shared/data"))
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--test", action="store_true")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    model = transformers.AutoModelForSequenceClassification.from_pretrained(
        args.checkpoint, attn_implementation="eager"
    )
    about = {
        "name": NAME,
        "labels": LABELS,
        "languages": ["en"],
        "threshold": 0.5,
        "temperature": 1.0,
        "max_tokens": 128,
    }
    export(Logits(model), args.checkpoint, args.out, about)
    _, dev = read_split(args.data)
    chosen = choose(args.out, dev)
    path = args.out / "newsbeam.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | chosen, indent=1) + "\n")
    _LOG.info("dev %s", measure(args.out, dev))
    if args.test:
        _LOG.info("test %s", measure(args.out, read_test(args.data)))


def choose(folder: pathlib.Path, dev: Sequence[Example]) -> dict[str, float]:
    """Temperature of least log loss, and the threshold of best F1, on what is shipped."""
    gold = np.array([e.label for e in dev])
    logits = OnnxModel(folder).run([e.text for e in dev])
    warmth = temperature(logits, gold)
    scores = probabilities(logits, warmth)[:, 1]
    return {
        "temperature": round(warmth, 4),
        "threshold": round(best_threshold(gold, scores), 4),
    }


def measure(folder: pathlib.Path, examples: Sequence[Example]) -> dict[str, float]:
    """F1 of yes at the shipped threshold, and average precision, of the shipped weights."""
    model = OnnxModel(folder)
    logits = model.run([e.text for e in examples])
    scores = probabilities(logits, model.about["temperature"])[:, 1]
    gold = np.array([e.label for e in examples])
    return {
        "f1": round(f1_at(gold, scores, model.info.threshold), 4),
        "average_precision": round(average_precision(gold, scores), 4),
    }


if __name__ == "__main__":
    main()
