"""The probability that an article tells a story, out of a few similarities; learned, monotone.

The weights come from models/stories/train.py. None is negative: more in common never makes two
texts less alike. The time between is weighed by hand, for the labelled sets have no times.
"""

from __future__ import annotations

import dataclasses
import functools
import importlib.resources
import json

import numpy as np
import numpy.typing as npt

FEATURES = ("centroid", "nearest", "terms", "nearest_terms", "names")
_DAY_S = 86_400.0


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """A logistic model of "the same story".

    Attributes:
        weights: one for each of FEATURES, none negative.
        per_day: what a day between article and story takes off, in logits.
        instalment: what it takes off, in logits, that the nearest member is the same outlet's text
            of another day: outlets repeat their forms (briefings, market reports, forecasts).
        threshold: probability from which an article joins.
        agreement: mean probability of their members' pairs from which two stories are one.
    """

    weights: tuple[float, ...]
    bias: float
    per_day: float
    instalment: float
    threshold: float
    agreement: float

    def __post_init__(self) -> None:
        if (
            len(self.weights) != len(FEATURES)
            or min(self.weights) < 0
            or min(self.per_day, self.instalment) < 0
        ):
            raise ValueError(f"Weights: {len(FEATURES)} weights, none negative: {self}")


def probabilities(
    model: Weights,
    features: npt.NDArray[np.float32],
    gap_s: npt.NDArray[np.float64],
    instalment: npt.NDArray[np.bool_],
) -> npt.NDArray[np.float64]:
    """float64[n] out of float32[n, len(FEATURES)], the seconds between, and see `Weights`."""
    logits = features @ np.asarray(model.weights) + model.bias
    logits -= model.per_day * gap_s / _DAY_S + model.instalment * instalment
    return 1.0 / (1.0 + np.exp(-np.clip(logits, -60, 60)))


@functools.cache
def load_weights(with_vectors: bool) -> Weights:
    """The shipped model: for languages that the embedding knows, else on terms alone."""
    path = importlib.resources.files("transforms.stories") / "weights.json"
    found = json.loads(path.read_text(encoding="utf-8"))["vectors" if with_vectors else "terms"]
    return Weights(
        weights=tuple(found["weights"]),
        bias=found["bias"],
        per_day=found["per_day"],
        instalment=found["instalment"],
        threshold=found["threshold"],
        agreement=found["agreement"],
    )
