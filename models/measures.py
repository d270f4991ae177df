"""What is chosen on held-out data, and what only recipes and their tests measure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from transforms.models.measure import Array, thresholds


def best_threshold(gold: Array, scores: Array) -> float:
    """The score whose use as a threshold gives the best F1 of class 1."""
    each, hits, said = thresholds(gold, scores)
    return float(each[np.argmax(2 * hits / (said + gold.sum()))])


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


def threshold_of_precision(gold: Array, scores: Array, precision: float) -> float:
    """The least score from which on so many of the yeses are right; 1 if there is none."""
    each, hits, said = thresholds(gold, scores)
    reached = hits / said >= precision
    return float(each[reached][-1]) if reached.any() else 1.0


def _log_loss(logits: Array, gold: Array) -> float:
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return float(-log_p[np.arange(len(gold)), gold].mean())
