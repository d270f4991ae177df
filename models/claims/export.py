"""Ship a claim checkpoint: int8 ONNX, with threshold and calibration chosen on held-out sentences.

    python -m models.claims.export RUN/student-4 --data ../shared/data --out FOLDER [--test]

`--test` measures the gold test set too: once, when everything is chosen.
"""

from __future__ import annotations

import argparse
import logging
import pathlib
from collections.abc import Sequence

import numpy as np
import torch
import transformers

from models.claims.checkthat import read_extra, read_split, read_test
from models.claims.news import read_labelled
from models.claims.written import read_written
from models.data import Example
from models.export import export
from transforms.models.base import LABELS
from transforms.models.measure import (
    average_precision,
    best_threshold,
    calibration_error,
    f1_at,
    mean_auc,
    slope_and_bias,
    threshold_of_precision,
)
from transforms.models.onnx_models import OnnxModel

NAME = "newsbeam-claims-mpnet-l4"
# The least probabilities of no and of yes to be believed: see the card.
SURE_FROM = (0.8, 0.52)
_LOG = logging.getLogger(__name__)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=pathlib.Path)
    parser.add_argument("--data", type=pathlib.Path, default=pathlib.Path("../shared/data"))
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--test", action="store_true")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    model = transformers.AutoModelForSequenceClassification.from_pretrained(args.checkpoint)
    about = {
        "name": NAME,
        "labels": LABELS["claims"],
        "languages": ["en"],
        "threshold": 0.5,
        "temperature": 1.0,
        "max_tokens": 128,
        "sure_from": SURE_FROM,
    }
    export(model, args.checkpoint, args.out, about)
    _, dev = read_split(args.data)
    gold, margins = _gold(dev), _margins(args.out, dev)
    # The slope and bias of one half, judged on the other.
    slope, bias = slope_and_bias(margins[::2], gold[::2])
    unseen = _sigmoid(slope * margins[1::2] + bias)
    _LOG.info("calibration error, half to half %.4f", calibration_error(gold[1::2], unseen))
    slope, bias = slope_and_bias(margins, gold)
    _LOG.info("slope %.4f bias %.4f", slope, bias)
    with torch.no_grad():
        model.classifier.out_proj.bias[1] += bias / slope
    threshold = best_threshold(gold, _sigmoid(slope * margins + bias))
    about |= {"temperature": round(1 / slope, 4), "threshold": round(threshold, 4)}
    export(model, args.checkpoint, args.out, about)
    report(args.out, args.data)
    if args.test:
        _LOG.info("test %s", measure(args.out, read_test(args.data)))


def report(folder: pathlib.Path, data: pathlib.Path) -> None:
    """Log the figures of each held-out set, and what each threshold gives on news."""
    _, dev = read_split(data)
    extra = len(read_extra(data))
    news = read_labelled(data)
    _LOG.info("dev, blocks %s", measure(folder, dev[:-extra]))
    _LOG.info("dev, dev-test %s", measure(folder, dev[-extra:]))
    _LOG.info("dev %s", measure(folder, dev))
    _LOG.info("news %s", measure(folder, news))
    _LOG.info("written %s", measure(folder, read_written()))
    gold, scores = _gold(news), _scores(folder, news)
    _LOG.info("news, AUC inside an article %.4f", mean_auc(gold, scores, [e.group for e in news]))
    for name, examples in (("dev", dev), ("news", news)):
        gold, scores = _gold(examples), _scores(folder, examples)
        for precision in (0.6, 0.7, 0.8, 0.9):
            at = threshold_of_precision(gold, scores, precision)
            said = scores >= at
            recall = gold[said].sum() / gold.sum()
            _LOG.info("%s precision %.1f from %.3f on: recall %.3f", name, precision, at, recall)


def measure(folder: pathlib.Path, examples: Sequence[Example]) -> dict[str, float]:
    """Figures of the shipped weights: of yes at the shipped threshold, and of the ranking."""
    gold, scores = _gold(examples), _scores(folder, examples)
    threshold = OnnxModel(folder).info.threshold
    said = scores >= threshold
    return {
        "f1": round(f1_at(gold, scores, threshold), 4),
        "precision": round(float(gold[said].mean()), 4),
        "recall": round(float(said[gold == 1].mean()), 4),
        "passes": round(float(said.mean()), 4),
        "average_precision": round(average_precision(gold, scores), 4),
        "calibration_error": round(calibration_error(gold, scores), 4),
    }


def _gold(examples: Sequence[Example]) -> np.ndarray:
    return np.array([e.label for e in examples])


def _scores(folder: pathlib.Path, examples: Sequence[Example]) -> np.ndarray:
    return _sigmoid(_margins(folder, examples) / float(OnnxModel(folder).about["temperature"]))


def _margins(folder: pathlib.Path, examples: Sequence[Example]) -> np.ndarray:
    logits = OnnxModel(folder).run([e.text for e in examples])
    return logits[:, 1] - logits[:, 0]


def _sigmoid(logits: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-logits))


if __name__ == "__main__":
    main()
