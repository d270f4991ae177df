"""Figures of merit, the same for recipes, quality tests and `newsbeam evaluate`."""

from __future__ import annotations

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


def average_precision(gold: Array, scores: Array) -> float:
    """Mean over the true items of the precision from their score up; equal scores are one step."""
    _, hits, said = thresholds(gold, scores)
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


def calibration_error(gold: Array, scores: Array) -> float:
    """Expected calibration error of class 1, in ten bins of equal width (Guo et al. 2017).

    Args:
        gold: 0 or 1. scores: probabilities of 1.
    """
    index = np.minimum((scores * _BINS).astype(int), _BINS - 1)
    gap = np.bincount(index, gold - scores, minlength=_BINS)
    return float(np.abs(gap).sum() / len(gold))


def thresholds(gold: Array, scores: Array) -> tuple[Array, Array, Array]:
    """The scores that occur, highest first, and how many true items and items each lets pass."""
    order = np.argsort(-scores, kind="stable")
    # Equal scores are said yes to together.
    last = np.flatnonzero(np.diff(scores[order], append=-np.inf))
    return scores[order][last], np.cumsum(gold[order])[last], last + 1
