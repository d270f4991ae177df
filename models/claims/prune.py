"""Fewer of the training sentences that teach nothing, so that a big model is trained in less time.

Half of what is said in a debate is so plainly not a claim that a small model is sure of it. Nearly
all of those sentences have that label, so a fifth of them shows as much as all do. The share of
claims rises by that; calibration on held-out sentences sets it right.
"""

from __future__ import annotations

import logging
import pathlib
import random
from collections.abc import Sequence

import numpy as np

from models.data import Example
from transforms.models.load import load_classifier

_LOG = logging.getLogger(__name__)
_EASY = 0.05


def prune(
    examples: Sequence[Example], judge: str | None, keep: float, scores: pathlib.Path, seed: int
) -> list[Example]:
    """All but the easy noes, and `keep` (0 to 1) of those, drawn at random.

    Args:
        judge: as `load_classifier`'s name; easy is what it scores below .05.
        scores: where its scores are kept for the next start.
    """
    if not scores.exists():
        scores.parent.mkdir(parents=True, exist_ok=True)
        np.save(scores, load_classifier("claims", judge).scores([e.text for e in examples])[:, 1])
    rng = random.Random(seed)
    kept = [
        example
        for example, score in zip(examples, np.load(scores), strict=True)
        if score >= _EASY or example.label == 1 or rng.random() < keep
    ]
    _LOG.info("%d of %d sentences kept", len(kept), len(examples))
    return kept
