"""Calibration and thresholds, on scores whose truth is known."""

import numpy as np
import pytest

from models.measures import best_threshold, mean_auc, slope_and_bias, threshold_of_precision
from transforms.models.measure import average_precision, calibration_error


def test_slope_and_bias_are_those_that_made_the_labels() -> None:
    random = np.random.default_rng(7)
    margins = random.normal(0, 2, 40_000)
    gold = (random.random(40_000) < 1 / (1 + np.exp(-(0.5 * margins - 1)))).astype(int)
    slope, bias = slope_and_bias(margins, gold)
    assert (slope, bias) == (pytest.approx(0.5, abs=0.03), pytest.approx(-1, abs=0.05))
    calibrated = 1 / (1 + np.exp(-(slope * margins + bias)))
    assert calibration_error(gold, calibrated) < 0.02
    assert calibration_error(gold, 1 / (1 + np.exp(-margins))) > 0.1


def test_calibration_error_of_sure_answers_is_their_error() -> None:
    gold = np.array([1, 1, 0, 0])
    assert calibration_error(gold, np.array([1.0, 1.0, 0.0, 0.0])) == 0
    assert calibration_error(gold, np.array([1.0, 0.0, 0.0, 0.0])) == pytest.approx(0.25)


def test_threshold_of_precision_is_the_least_that_keeps_it() -> None:
    gold = np.array([1, 0, 1, 1, 0, 0])
    scores = np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.4])
    assert threshold_of_precision(gold, scores, 0.75) == 0.6
    assert threshold_of_precision(gold, scores, 0.9) == 0.9
    assert threshold_of_precision(1 - gold, scores, 0.9) == 1.0


def test_equal_scores_pass_a_threshold_together() -> None:
    gold, scores = np.array([1, 1, 0, 0, 0, 1]), np.array([0.5, 0.5, 0.5, 0.5, 0.5, 0.4])
    assert threshold_of_precision(gold, scores, 0.9) == 1.0
    # From .5 on two of five are right, from .4 on all three of six.
    assert best_threshold(gold, scores) == 0.4


def test_average_precision_of_equal_scores_is_the_same_in_any_order() -> None:
    gold, scores = np.array([1, 1, 0, 0, 1]), np.array([0.5, 0.5, 0.5, 0.5, 0.9])
    # One of one at .9, three of five at .5.
    expected = 1 / 3 * 1 + 2 / 3 * 3 / 5
    assert average_precision(gold, scores) == pytest.approx(expected)
    assert average_precision(gold[::-1], scores[::-1]) == pytest.approx(expected)
    assert average_precision(np.array([1, 1, 0, 0]), np.full(4, 0.5)) == 0.5


def test_average_precision_is_the_mean_of_the_precisions_at_the_true_ones() -> None:
    gold, scores = np.array([0, 1, 0, 1]), np.array([0.9, 0.8, 0.7, 0.6])
    assert average_precision(gold, scores) == pytest.approx((1 / 2 + 2 / 4) / 2)


def test_mean_auc_looks_inside_each_group_alone() -> None:
    gold = np.array([1, 0, 1, 0, 0])
    scores = np.array([0.2, 0.1, 0.9, 0.8, 0.95])
    assert mean_auc(gold, scores, ["a", "a", "b", "b", "b"]) == pytest.approx(0.75)
