"""Weights and threshold of the story model, from a stream whose stories are known."""

from __future__ import annotations

import dataclasses
import logging
import random
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from models.stories.labelled import Agreement, b_cubed, grouped
from schemas import ids
from schemas.records import Fingerprint
from transforms.stories.active_stories import ActiveStories
from transforms.stories.similarity import FEATURES, TimeWeights, Weights
from transforms.stories.story import joined_of
from transforms.stories.trace import trace_of

_LOG = logging.getLogger(__name__)

# By hand: the sets that are fitted on have neither times nor outlets. A day apart weighs like .03
# of both cosines, a week like .2, the next instalment like .07.
UNDATED = TimeWeights(per_day=0.3, instalment=0.5)
# With vectors only, chosen on two written streams and rumours laid out in time, see README.md. But
# for instalments, a dated text needs less than an undated one, however long between.
DATED = TimeWeights(bonus=1.0, per_log_day=1.25, instalment=2.0)
_RIDGE = 1e-3
_ORDERS = 3
_FOLDS = 4
HALVES = 2
_THRESHOLDS = (0.5, 0.55, 0.6, 0.65, 0.7)
# No mean of probabilities reaches it: until an agreement is chosen, nothing is merged.
NO_MERGES = 2.0
_AGREEMENTS = (0.5, 0.55, 0.6)


class Told(NamedTuple):
    """An article's fingerprint and the story that it tells."""

    fingerprint: Fingerprint
    story: str


class Observed(NamedTuple):
    """Articles beside candidates: float64[n, features]; bool[n]; int[n], see `fold_of`."""

    features: npt.NDArray[np.float64]
    same: npt.NDArray[np.bool_]
    fold: npt.NDArray[np.int64]


def learn(streams: Sequence[Sequence[Told]], use: Sequence[int]) -> Weights:
    """Weights of 0 or more for the features in `use`, and the thresholds that go with them.

    Thresholds are those by which models group stories that they were not fitted on: four models,
    each fitted without a quarter of the stories, place all articles and are judged by those of that
    quarter. The one for joining and the one for merging are chosen together, for what is torn apart
    may yet be merged.

    Args:
        streams: for each half of the stories the whole stream, with vectors of an embedding that
            was not trained on that half.
    """
    by_vectors = _by_vectors(use)
    seen = _together([_observed_by_halves(streams, seed, by_vectors) for seed in range(_ORDERS)])
    held_out = [
        fit(seen.features[seen.fold != f], seen.same[seen.fold != f], use) for f in _folds()
    ]
    orders = [_shuffled(stream, _ORDERS) for stream in streams]
    f1 = {
        (threshold, agreement): _grouping(orders, held_out, threshold, agreement, by_vectors).f1
        for threshold in _THRESHOLDS
        for agreement in _AGREEMENTS
    }
    threshold, agreement = max(f1, key=f1.__getitem__)
    model = fit(seen.features, seen.same, use)
    return dataclasses.replace(model, threshold=threshold, agreement=agreement)


def _observed_by_halves(streams: Sequence[Sequence[Told]], seed: int, by_vectors: bool) -> Observed:
    """What the articles of each half see in the stream whose embedding does not know them."""
    parts = []
    for half, stream in enumerate(streams):
        seen = observed(_shuffled(stream, seed), by_vectors)
        chosen = seen.fold // (_FOLDS // HALVES) == half
        parts.append(Observed(*(each[chosen] for each in seen)))
    return _together(parts)


def observed(stream: Sequence[Told], by_vectors: bool) -> Observed:
    """What a stream that never errs sees: each article beside the stories that come nearest."""
    stories = _stories(by_vectors, _any_weights())
    rows, same, folds = [], [], []
    for fingerprint, story in stream:
        for candidate, values in stories.compared(fingerprint):
            rows.append(values)
            same.append(candidate == story)
            folds.append(fold_of(story))
        stories.add(joined_of(trace_of(fingerprint), story, None))
    return Observed(np.array(rows, dtype=np.float64), np.array(same), np.array(folds))


def fold_of(story: str) -> int:
    """Which quarter a story is in; with its twin, or with the other events of its saga."""
    whole = story.removeprefix("twin of ").split("/", maxsplit=1)[0]
    return int(ids.digest("fold", whole)[:8], 16) % _FOLDS


def half_of(story: str) -> int:
    """Which half a story is in: two quarters each."""
    return fold_of(story) // (_FOLDS // HALVES)


def fit(
    features: npt.NDArray[np.float64], same: npt.NDArray[np.bool_], use: Sequence[int]
) -> Weights:
    """Logistic regression with weights of 0 or more, by L-BFGS-B.

    Both answers weigh alike, however many candidates there were: a probability of .5 says that
    same and other stories are equally often so alike.
    """
    chosen = features[:, list(use)]
    sign = np.where(same, 1.0, -1.0)
    share = np.where(same, 0.5 / same.sum(), 0.5 / (~same).sum())

    def loss(values: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        margin = sign * (chosen @ values[:-1] + values[-1])
        pull = -sign * share / (1 + np.exp(margin))
        slope = np.append(chosen.T @ pull, pull.sum())
        slope[:-1] += _RIDGE * values[:-1]
        mean = (share * np.logaddexp(0, -margin)).sum() + _RIDGE / 2 * (values[:-1] ** 2).sum()
        return float(mean), slope

    bounds = [(0, None)] * len(use) + [(None, None)]
    found = minimize(loss, np.zeros(len(use) + 1), jac=True, method="L-BFGS-B", bounds=bounds)
    weights = np.zeros(len(FEATURES))
    weights[list(use)] = found.x[:-1]
    _LOG.info("loss %.4f weights %s bias %.2f", found.fun, weights.round(2), found.x[-1])
    return Weights(
        weights=tuple(float(w) for w in weights.round(3)),
        bias=round(float(found.x[-1]), 3),
        undated=UNDATED,
        dated=DATED if _by_vectors(use) else UNDATED,
        threshold=0.5,
        agreement=NO_MERGES,
    )


def _grouping(
    streams: Sequence[Sequence[Told]],
    models: Sequence[Weights],
    threshold: float,
    agreement: float,
    by_vectors: bool,
) -> Agreement:
    """How the models group the stories that each was fitted without, the mean of all."""
    found = []
    for fold, model in zip(_folds(), models, strict=True):
        stream = streams[fold // (_FOLDS // HALVES)]
        chosen = dataclasses.replace(model, threshold=threshold, agreement=agreement)
        stories = _stories(by_vectors, chosen)
        said = grouped([told.fingerprint for told in stream], stories)
        ours = [(s, told.story) for s, told in zip(said, stream, strict=True)]
        judged = [pair for pair in ours if fold_of(pair[1]) == fold]
        found.append(b_cubed([s for s, _ in judged], [gold for _, gold in judged]))
    mean = Agreement(*(float(np.mean(values)) for values in zip(*found, strict=True)))
    _LOG.info("from %.2f and %.2f: B-cubed P %.4f R %.4f F1 %.4f", threshold, agreement, *mean)
    return mean


def _by_vectors(use: Sequence[int]) -> bool:
    return 0 in use


def _folds() -> range:
    return range(_FOLDS)


def _shuffled(stream: Sequence[Told], seed: int) -> list[Told]:
    order = list(stream)
    random.Random(seed).shuffle(order)
    return order


def _together(parts: Sequence[Observed]) -> Observed:
    return Observed(*(np.concatenate(each) for each in zip(*parts, strict=True)))


def _stories(by_vectors: bool, model: Weights) -> ActiveStories:
    languages = frozenset({"en"}) if by_vectors else frozenset[str]()
    return ActiveStories("en", vector_languages=languages, model=model)


def _any_weights() -> Weights:
    return Weights(
        weights=(0.0,) * len(FEATURES),
        bias=0.0,
        undated=TimeWeights(),
        dated=TimeWeights(),
        threshold=0.5,
        agreement=NO_MERGES,
    )
