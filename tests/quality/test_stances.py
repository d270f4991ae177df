"""Floors of the shipped stance model on the FNC-1 test set and on another domain."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pytest

from models.data import Example
from models.stances import fnc, news, nli, written
from models.tasks import gold_of, stance_figures
from tests.quality.float_models import MOST_LOST, float_scores, lost
from tests.quality.labelled_data import labelled_data
from transforms.models.base import Floats, Text
from transforms.models.load import load_classifier
from transforms.models.measure import calibration_error

# Three figures of one set of predictions: the score alone hides failure on the rare labels.
FLOORS = {"fnc_score": 0.845, "macro_f1": 0.675, "f1_denies": 0.36}
# Of supports and denies, the right one, on claims about Wikipedia; chance gives .5.
OUTSIDE_FLOOR = 0.77
# Right of four labels: sentences of held-out news topics beside passages of their stories, by
# reading, and a written domain that is not trained on, where one detail decides.
RIGHT_FLOORS = {
    "news": 0.68,
    "news, second reading": 0.67,
    "written local": 0.62,
    "written denials": 0.45,
}
NEWS = ("news", "news, second reading")
# Of both readings together. Issue 7 asks for .03; the card says what that would cost elsewhere.
CALIBRATION_CEILING = 0.06
# Of the many unrelated pairs a part says as much: the shares of the labels weigh what is measured.
UNRELATED_EVERY = 4

# float32 takes minutes for a thousand pairs. Where the best label of int8 leads by more than this,
# float32 has the same one: asked for a sample of them, too.
BORDER = 0.2
SAMPLE = 150

pytestmark = [pytest.mark.quality, pytest.mark.timeout(1800)]


class Judged(NamedTuple):
    """Pairs of the FNC-1 test set, what int8 says, and the share of each label in the whole set."""

    pairs: list[Example]
    scores: Floats
    shares: Floats


@pytest.fixture(scope="module")
def fnc1_test() -> Judged:
    every = fnc.read_test(labelled_data())
    shares = np.bincount([example.label for example in every]) / len(every)
    unrelated = [example for example in every if example.label == fnc.UNRELATED]
    related = [example for example in every if example.label != fnc.UNRELATED]
    some = related + unrelated[::UNRELATED_EVERY]
    return Judged(some, load_classifier("stances").scores(texts_of(some)), shares)


def texts_of(pairs: Sequence[Example]) -> list[Text]:
    return [(each.text, each.pair or "") for each in pairs]


def test_fnc1_competition_test(fnc1_test: Judged) -> None:
    figures = stance_figures(*fnc1_test)
    print("\nstances, fnc1 test: " + ", ".join(f"{k} {v:.3f}" for k, v in figures.items()))  # noqa: T201
    assert {name: figures[name] for name, floor in FLOORS.items() if figures[name] < floor} == {}


def test_int8_against_float32_on_fnc1_test(fnc1_test: Judged, tmp_path: Path) -> None:
    pairs, shipped, shares = fnc1_test
    lead = np.diff(np.sort(shipped, axis=1)[:, -2:], axis=1)[:, 0]
    near, clear = np.flatnonzero(lead < BORDER), np.flatnonzero(lead >= BORDER)
    asked = [*near, *np.random.default_rng(7).choice(clear, SAMPLE, replace=False)]
    print(f"\nstances, {len(near)} of {len(pairs)} of fnc1 test are near, float32 against int8:")  # noqa: T201
    floats = shipped.copy()
    floats[asked] = float_scores("stances", texts_of([pairs[i] for i in asked]), tmp_path)
    other = shipped.argmax(axis=1) != floats.argmax(axis=1)
    of_int8, of_float = (stance_figures(pairs, each, shares) for each in (shipped, floats))
    losses = lost({name: of_int8[name] for name in FLOORS}, of_float)
    errors = standard_errors(fnc1_test, floats)
    print(f"  another label: {other.sum()}, {other[clear].sum()} of them not near")  # noqa: T201
    print("  standard errors: " + ", ".join(f"{k} {v:.4f}" for k, v in errors.items()))  # noqa: T201
    assert not other[clear].any()
    # A few of the rare denials decide their F1 either way.
    assert max(losses[name] - errors[name] for name in FLOORS) <= MOST_LOST


def standard_errors(judged: Judged, floats: Floats) -> dict[str, float]:
    """Of the difference in each figure, by pairs drawn again and again (Efron 1979)."""
    pairs, shipped, shares = judged
    draw = np.random.default_rng(7)
    differences = []
    for _ in range(100):
        drawn = draw.integers(0, len(pairs), len(pairs))
        some = [pairs[i] for i in drawn]
        one, other = (stance_figures(some, each[drawn], shares) for each in (shipped, floats))
        differences.append([one[name] - other[name] for name in FLOORS])
    return dict(zip(FLOORS, np.std(differences, axis=0).tolist(), strict=True))


def test_fever_symmetric_test() -> None:
    examples = nli.read_fever(labelled_data(), "test")
    scores = load_classifier("stances").scores(texts_of(examples))
    right = stance_figures(examples, scores)["decided"]
    print(f"\nstances, fever-symmetric test: supports or denies rightly told {right:.3f}")  # noqa: T201
    assert right >= OUTSIDE_FLOOR


class HeldOut(NamedTuple):
    """Pairs of all held-out sets: their origins, right labels, and scores (n, 4)."""

    origins: npt.NDArray[np.str_]
    gold: npt.NDArray[np.int64]
    scores: Floats


@pytest.fixture(scope="module")
def held_out() -> HeldOut:
    _, sentences = news.read_labelled(fnc.read_topics(labelled_data()), 1.0)
    _, domains = written.read_pairs(1.0)
    pairs = [*sentences, *domains]
    origins = np.array([each.origin for each in pairs])
    scores = load_classifier("stances").scores(texts_of(pairs))
    return HeldOut(origins, gold_of(pairs), scores)


def test_what_the_pipeline_asks_and_domains_not_trained_on(held_out: HeldOut) -> None:
    right = held_out.scores.argmax(axis=1) == held_out.gold
    shares = {name: right[held_out.origins == name].mean() for name in RIGHT_FLOORS}
    print("\nstances, right: " + ", ".join(f"{k} {v:.3f}" for k, v in shares.items()))  # noqa: T201
    assert {
        name: shares[name] for name, floor in RIGHT_FLOORS.items() if shares[name] < floor
    } == {}


def test_news_pairs_are_calibrated(held_out: HeldOut) -> None:
    asked = np.isin(held_out.origins, NEWS)
    right = held_out.scores.argmax(axis=1) == held_out.gold
    error = calibration_error(right[asked].astype(np.int64), held_out.scores.max(axis=1)[asked])
    print(f"\nstances, news: calibration error {error:.3f}, asked is .03")  # noqa: T201
    assert error <= CALIBRATION_CEILING
