"""Figures of merit, the same for recipes, quality tests and `newsbeam evaluate`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
_BINS = 10


def f1(gold: Array, said: Array) -> float:
    """F1 of the true class of two boolean vectors; 0 where nothing is right."""
    right = int(np.sum(gold & said))
    return 2 * right / max(int(gold.sum() + said.sum()), 1)


def f1_at(gold: Array, scores: Array, threshold: float) -> float:
    """F1 of class 1 where scores of at least `threshold` say yes."""
    return f1(gold.astype(bool), scores >= threshold)


def best_threshold(gold: Array, scores: Array) -> float:
    """The score whose use as a threshold gives the best F1 of class 1."""
    each, hits, said = _thresholds(gold, scores)
    return float(each[np.argmax(2 * hits / (said + gold.sum()))])


def average_precision(gold: Array, scores: Array) -> float:
    """Mean over the true items of the precision from their score up; equal scores are one step."""
    _, hits, said = _thresholds(gold, scores)
    return float(np.diff(hits, prepend=0) @ (hits / said) / gold.sum())


def confusion(gold: Array, said: Array, classes: int) -> Array:
    """Counts (classes, classes): row the truth, column the answer."""
    counts = np.zeros((classes, classes))
    np.add.at(counts, (gold, said), 1)
    return counts


def f1s(counts: Array) -> Array:
    """F1 of each class of a confusion matrix; counts may be weighted."""
    both = counts.sum(0) + counts.sum(1)
    return 2 * np.diag(counts) / np.maximum(both, 1e-12)


def fnc_score(counts: Array, unrelated: int) -> float:
    """The Fake News Challenge's score as a share of the largest possible sum.

    0.25 for a pair rightly told related or unrelated, 0.75 more for the exact related stance
    (http://www.fakenewschallenge.org, "Evaluation").

    Args:
        counts: confusion matrix. unrelated: the index of that class.
    """
    related = np.arange(len(counts)) != unrelated
    told = counts[np.ix_(related, related)].sum() + counts[unrelated, unrelated]
    exact = np.diag(counts)[related].sum()
    best = counts[related].sum() + 0.25 * counts[unrelated].sum()
    return float((0.25 * told + 0.75 * exact) / best)


def temperature(logits: Array, gold: Array) -> float:
    """The divisor of the logits with the least log loss on held-out data (Guo et al. 2017)."""
    grid = np.exp(np.linspace(np.log(0.3), np.log(5.0), 120))
    losses = [_log_loss(logits / t, gold) for t in grid]
    return float(grid[int(np.argmin(losses))])


def mean_auc(gold: Array, scores: Array, groups: Sequence[str]) -> float:
    """Mean over groups of the share of (yes, no) pairs that are ranked rightly."""
    areas = []
    for group in sorted(set(groups)):
        inside = np.array([each == group for each in groups])
        yes, no = scores[inside & (gold == 1)], scores[inside & (gold == 0)]
        if len(yes) and len(no):
            areas.append(float(np.mean(yes[:, None] > no[None, :])))
    return float(np.mean(areas))


def slope_and_bias(margins: Array, gold: Array) -> tuple[float, float]:
    """(a, b) so that sigmoid(a * margin + b) has the least log loss (Platt 1999), by Newton steps.

    Args:
        margins: logit of 1 less that of 0. gold: 0 or 1; both must occur.
    """
    inputs = np.stack([margins, np.ones_like(margins)], axis=1).astype(np.float64)
    found = np.array([1.0, 0.0])
    for _ in range(30):
        p = 1 / (1 + np.exp(-inputs @ found))
        curvature = inputs.T @ (inputs * (p * (1 - p))[:, None]) + 1e-9 * np.eye(2)
        step = np.linalg.solve(curvature, inputs.T @ (p - gold))
        # Far from the answer a whole step overshoots.
        found -= np.clip(step, -1.0, 1.0)
    return float(found[0]), float(found[1])


def calibration_error(gold: Array, scores: Array) -> float:
    """Expected calibration error of class 1, in ten bins of equal width (Guo et al. 2017).

    Args:
        gold: 0 or 1. scores: probabilities of 1.
    """
    index = np.minimum((scores * _BINS).astype(int), _BINS - 1)
    gap = np.bincount(index, gold - scores, minlength=_BINS)
    return float(np.abs(gap).sum() / len(gold))


def threshold_of_precision(gold: Array, scores: Array, precision: float) -> float:
    """The least score from which on so many of the yeses are right; 1 if there is none."""
    each, hits, said = _thresholds(gold, scores)
    reached = hits / said >= precision
    return float(each[reached][-1]) if reached.any() else 1.0


def _thresholds(gold: Array, scores: Array) -> tuple[Array, Array, Array]:
    """The scores that occur, highest first, and how many true items and items each lets pass."""
    order = np.argsort(-scores, kind="stable")
    # Equal scores are said yes to together.
    last = np.flatnonzero(np.diff(scores[order], append=-np.inf))
    return scores[order][last], np.cumsum(gold[order])[last], last + 1


def _log_loss(logits: Array, gold: Array) -> float:
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return float(-log_p[np.arange(len(gold)), gold].mean())
