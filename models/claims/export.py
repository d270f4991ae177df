"""Ship a claim checkpoint: int8 ONNX, with threshold and calibration chosen on held-out sentences.

    python -m models.claims.export RUN/student-8 --data ../shared/data --out FOLDER [--test]

`--test` measures the gold test set too: once, when everything is chosen.
"""

from __future__ import annotations

import logging
import pathlib
from collections.abc import Sequence

import numpy as np

from models.claims.checkthat import read_extra, read_split, read_test
from models.claims.news import read_labelled
from models.claims.written import read_written
from models.data import Example
from models.export import add_bias, export, load_checkpoint, logits_of
from models.int8_graph import Rounding
from models.measures import best_threshold, mean_auc, slope_and_bias, threshold_of_precision
from models.steps import begin, export_parser
from models.tasks import RECIPES, gold_of
from transforms.models.base import LABELS
from transforms.models.measure import average_precision, calibration_error, f1_at
from transforms.models.onnx_models import OnnxModel

NAME = "newsbeam-claims-mpnet-l8"
# The least probabilities of no and of yes to be believed: see the card.
SURE_FROM = (0.8, 0.53)
ABOUT = {
    "name": NAME,
    "labels": LABELS["claims"],
    "languages": ["en"],
    "threshold": 0.5,
    "temperature": 1.0,
    "max_tokens": RECIPES["claims"].max_tokens,
    "sure_from": SURE_FROM,
}
# Twice the layers fit the wheel so: average precision of held-out debates .849, .850 before.
_STEPS = 4.0
_PRECISIONS = (0.6, 0.7, 0.8, 0.9)
_LOG = logging.getLogger(__name__)


def main() -> None:
    args = begin(export_parser(__doc__))
    _, dev = read_split(args.data)
    model = load_checkpoint(args.checkpoint)
    rounding = Rounding(steps=_STEPS, by_chance=args.by_chance)
    export(model, args.checkpoint, args.out, ABOUT, rounding)
    bias, chosen = calibrate(margins_of(OnnxModel(args.out), dev), gold_of(dev))
    add_bias(model, bias)
    export(model, args.checkpoint, args.out, ABOUT | chosen, rounding)
    shipped = OnnxModel(args.out)
    report(shipped, args.data)
    if args.test:
        _LOG.info("test %s", measure(shipped, read_test(args.data)))


def calibrate(margins: np.ndarray, gold: np.ndarray) -> tuple[np.ndarray, dict[str, float]]:
    """(bias, chosen): what to add to the logits, and the temperature and threshold then.

    Args:
        margins: logit of yes less that of no, of held-out sentences. gold: 0 or 1.
    """
    # The slope and bias of one half, judged on the other.
    slope, bias = slope_and_bias(margins[::2], gold[::2])
    unseen = _sigmoid(slope * margins[1::2] + bias)
    _LOG.info("calibration error, half to half %.4f", calibration_error(gold[1::2], unseen))
    slope, bias = slope_and_bias(margins, gold)
    _LOG.info("slope %.4f bias %.4f", slope, bias)
    threshold = best_threshold(gold, _sigmoid(slope * margins + bias))
    chosen = {"temperature": round(1 / slope, 4), "threshold": round(threshold, 4)}
    return np.array([0.0, bias / slope]), chosen


def report(model: OnnxModel, data: pathlib.Path) -> None:
    """Log the figures of each held-out set, and what each threshold gives on news."""
    _, dev = read_split(data)
    extra = len(read_extra(data))
    news = read_labelled(data)
    sets = {
        "dev, blocks": dev[:-extra],
        "dev, dev-test": dev[-extra:],
        "dev": dev,
        "news": news,
        "written": read_written(),
    }
    for name, examples in sets.items():
        _LOG.info("%s %s", name, measure(model, examples))
    inside = mean_auc(gold_of(news), scores_of(model, news), [e.group for e in news])
    _LOG.info("news, AUC inside an article %.4f", inside)
    for name in ("dev", "news"):
        report_thresholds(name, gold_of(sets[name]), scores_of(model, sets[name]))


def report_thresholds(name: str, gold: np.ndarray, scores: np.ndarray) -> None:
    """Log from which score on so many of the yeses are right, and how many of all that finds."""
    for precision in _PRECISIONS:
        at = threshold_of_precision(gold, scores, precision)
        recall = gold[scores >= at].sum() / gold.sum()
        _LOG.info("%s precision %.1f from %.3f on: recall %.3f", name, precision, at, recall)


def measure(model: OnnxModel, examples: Sequence[Example]) -> dict[str, float]:
    """Figures of the shipped weights: of yes at the shipped threshold, and of the ranking."""
    gold, scores = gold_of(examples), scores_of(model, examples)
    said = scores >= model.info.threshold
    return {
        "f1": round(f1_at(gold, scores, model.info.threshold), 4),
        "precision": round(float(gold[said].mean()), 4),
        "recall": round(float(said[gold == 1].mean()), 4),
        "passes": round(float(said.mean()), 4),
        "average_precision": round(average_precision(gold, scores), 4),
        "calibration_error": round(calibration_error(gold, scores), 4),
    }


def scores_of(model: OnnxModel, examples: Sequence[Example]) -> np.ndarray:
    """Calibrated probabilities (n,) of yes."""
    return _sigmoid(margins_of(model, examples) / float(model.about["temperature"]))


def margins_of(model: OnnxModel, examples: Sequence[Example]) -> np.ndarray:
    """Logit of yes less that of no (n,)."""
    logits = logits_of(model, examples)
    return logits[:, 1] - logits[:, 0]


def _sigmoid(logits: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-logits))


if __name__ == "__main__":
    main()
