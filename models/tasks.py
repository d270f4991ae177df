"""What a recipe must know of each task: its labels, its length, its figures."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

import numpy as np

from models.data import Example
from models.measures import best_threshold
from transforms.models.base import LABELS, Task
from transforms.models.measure import average_precision, confusion, f1_at, f1s, fnc_score

Figures = dict[str, float]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How one task is trained and measured.

    Attributes:
        batch, learning_rate: of teachers; `models.distil` says what students take.
        figures: of logits or probabilities (n, labels) of examples, in order.
    """

    labels: tuple[str, ...]
    max_tokens: int
    batch: int
    learning_rate: float
    figures: Callable[[Sequence[Example], np.ndarray], Figures]

    def by_origin(self, examples: Sequence[Example], logits: np.ndarray) -> dict[str, Figures]:
        """The figures of each set among the examples."""
        found = {}
        for origin in sorted({example.origin for example in examples}):
            rows = [i for i, example in enumerate(examples) if example.origin == origin]
            some = self.figures([examples[i] for i in rows], logits[rows])
            found[origin] = {name: round(value, 4) for name, value in some.items()}
        return found


def gold_of(examples: Sequence[Example]) -> np.ndarray:
    """The labels (n,), in order."""
    return np.array([example.label for example in examples])


def claim_figures(examples: Sequence[Example], logits: np.ndarray) -> Figures:
    """Of yes: the best F1 that any threshold gives, and the ranking."""
    gold = gold_of(examples)
    margin = logits[:, 1] - logits[:, 0]
    return {
        "best_f1": f1_at(gold, margin, best_threshold(gold, margin)),
        "average_precision": average_precision(gold, margin),
    }


def stance_figures(
    examples: Sequence[Example], logits: np.ndarray, shares: np.ndarray | None = None
) -> Figures:
    """FNC score, macro-F1 and the F1 of each label, which are only told together.

    `decided` is the share of right answers among supports and denies where only these two may be
    answered: sets of other domains have no `discusses`, or mean something else by it.

    Args:
        shares: share of each label in the world, where it is not that of `examples`.
    """
    labels = LABELS["stances"]
    gold = gold_of(examples)
    counts = confusion(gold, logits.argmax(1), len(labels))
    if shares is not None:
        counts *= (shares / np.maximum(counts.sum(1), 1))[:, None]
    each = f1s(counts)
    decided = gold < 2
    figures = {
        "fnc_score": fnc_score(counts, labels.index("unrelated")),
        "macro_f1": float(each.mean()),
        "decided": float((logits[decided, :2].argmax(1) == gold[decided]).mean()),
    }
    return figures | {f"f1_{name}": float(f1) for name, f1 in zip(labels, each, strict=True)}


RECIPES: dict[Task, Recipe] = {
    "claims": Recipe(
        labels=LABELS["claims"],
        max_tokens=128,
        batch=64,
        learning_rate=5e-5,
        figures=claim_figures,
    ),
    "stances": Recipe(
        labels=LABELS["stances"],
        max_tokens=192,
        batch=48,
        learning_rate=4e-5,
        figures=stance_figures,
    ),
}
