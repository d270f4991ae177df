"""The probability that an article tells a story, out of a few similarities; learned, monotone.

The weights come from models/stories/train.py. None is negative: more in common never makes two
texts less alike. The time between is weighed by hand, for the sets that are fitted on have none.
"""

from __future__ import annotations

import dataclasses
import functools
import importlib.resources
import json
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

FEATURES = ("centroid", "nearest", "terms", "nearest_terms", "names")
_DAY_S = 86_400.0


class Apart(NamedTuple):
    """What lies between two texts, or an article and a story, for each of n such pairs.

    Attributes:
        gap_s: float64[n], seconds.
        instalment: bool[n], whether both are the same outlet's texts, of different days.
        dated: bool[n], whether both say when they were published.
    """

    gap_s: npt.NDArray[np.float64]
    instalment: npt.NDArray[np.bool_]
    dated: npt.NDArray[np.bool_]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class TimeWeights:
    """What the time between two texts says, in logits.

    Attributes:
        bonus: added whatever the time. per_day: taken off for each day.
        per_log_day: taken off for each ln(1 + days).
        instalment: taken off where the nearest member is the same outlet's text of another day:
            outlets repeat their forms (briefings, market reports, forecasts).
    """

    bonus: float = 0.0
    per_day: float = 0.0
    per_log_day: float = 0.0
    instalment: float = 0.0

    def __post_init__(self) -> None:
        if min(dataclasses.astuple(self)) < 0:
            raise ValueError(f"TimeWeights: none negative: {self}")

    def of(self, apart: Apart) -> npt.NDArray[np.float64]:
        """float64[n]; the longer between, the less."""
        days = apart.gap_s / _DAY_S
        taken = self.per_day * days + self.per_log_day * np.log1p(days)
        return self.bonus - taken - self.instalment * apart.instalment


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """A logistic model of "the same story".

    Attributes:
        weights: one for each of FEATURES, none negative.
        dated: what the time between two texts says that both tell when they were published.
        undated: what it says else: they may be of any day, whenever they were fetched.
        threshold: probability from which an article joins.
        agreement: mean probability of their members' pairs from which two stories are one.
    """

    weights: tuple[float, ...]
    bias: float
    undated: TimeWeights
    dated: TimeWeights
    threshold: float
    agreement: float

    def __post_init__(self) -> None:
        if len(self.weights) != len(FEATURES) or min(self.weights) < 0:
            raise ValueError(f"Weights: {len(FEATURES)} weights, none negative: {self}")


def probabilities(
    model: Weights, features: npt.NDArray[np.float32], apart: Apart
) -> npt.NDArray[np.float64]:
    """float64[n] out of float32[n, len(FEATURES)] and what lies between."""
    logits = features @ np.asarray(model.weights) + model.bias
    logits += np.where(apart.dated, model.dated.of(apart), model.undated.of(apart))
    return 1.0 / (1.0 + np.exp(-np.clip(logits, -60, 60)))


@functools.cache
def load_weights(with_vectors: bool) -> Weights:
    """The shipped model: for languages that the embedding knows, else on terms alone."""
    path = importlib.resources.files("transforms.stories") / "weights.json"
    found = json.loads(path.read_text(encoding="utf-8"))["vectors" if with_vectors else "terms"]
    return Weights(
        weights=tuple(found["weights"]),
        bias=found["bias"],
        undated=TimeWeights(**found["undated"]),
        dated=TimeWeights(**found["dated"]),
        threshold=found["threshold"],
        agreement=found["agreement"],
    )
