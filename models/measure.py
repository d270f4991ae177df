"""Figures of merit, written out so that a recipe and the quality tests cannot differ."""

from __future__ import annotations

import numpy as np


def f1(gold: np.ndarray, said: np.ndarray) -> float:
    """F1 of the true class of two boolean vectors; 0 where nothing is right."""
    right = int(np.sum(gold & said))
    return 2 * right / max(int(gold.sum() + said.sum()), 1)


def f1_at(gold: np.ndarray, scores: np.ndarray, threshold: float) -> float:
    """F1 of class 1 where scores of at least `threshold` say yes."""
    return f1(gold.astype(bool), scores >= threshold)


def best_threshold(gold: np.ndarray, scores: np.ndarray) -> float:
    """The score whose use as a threshold gives the best F1 of class 1."""
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(gold[order])
    f1s = 2 * hits / (np.arange(1, len(gold) + 1) + gold.sum())
    return float(scores[order[int(np.argmax(f1s))]])


def average_precision(gold: np.ndarray, scores: np.ndarray) -> float:
    """Mean of the precision at each true item, best score first."""
    ranked = gold[np.argsort(-scores, kind="stable")]
    precision = np.cumsum(ranked) / np.arange(1, len(ranked) + 1)
    return float(precision[ranked == 1].mean())


def confusion(gold: np.ndarray, said: np.ndarray, classes: int) -> np.ndarray:
    """Counts (classes, classes): row the truth, column the answer."""
    counts = np.zeros((classes, classes))
    np.add.at(counts, (gold, said), 1)
    return counts


def f1s(counts: np.ndarray) -> np.ndarray:
    """F1 of each class of a confusion matrix; counts may be weighted."""
    both = counts.sum(0) + counts.sum(1)
    return 2 * np.diag(counts) / np.maximum(both, 1e-12)


def fnc_score(counts: np.ndarray, unrelated: int) -> float:
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


def temperature(logits: np.ndarray, gold: np.ndarray) -> float:
    """The divisor of the logits with the least log loss on held-out data (Guo et al. 2017)."""
    grid = np.exp(np.linspace(np.log(0.3), np.log(5.0), 120))
    losses = [_log_loss(logits / t, gold) for t in grid]
    return float(grid[int(np.argmin(losses))])


def _log_loss(logits: np.ndarray, gold: np.ndarray) -> float:
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return float(-log_p[np.arange(len(gold)), gold].mean())
