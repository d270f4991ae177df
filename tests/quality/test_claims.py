"""Floors of the shipped claim model: the gold test set, calibration, and labelled news."""

from pathlib import Path

import numpy as np
import pytest

from models.claims.checkthat import read_split, read_test
from models.claims.news import read_labelled
from models.claims.written import read_written
from models.measures import mean_auc
from tests.quality.float_models import MOST_LOST, float_scores, lost
from tests.quality.labelled_data import labelled_data
from transforms.models.load import load_classifier
from transforms.models.measure import average_precision, calibration_error, f1_at

F1_FLOOR = 0.74
AVERAGE_PRECISION_FLOOR = 0.825
# On the sentences that chose the temperature, so a best case.
CALIBRATION_CEILING = 0.03
NEWS_PRECISION_FLOOR = 0.74
NEWS_AUC_FLOOR = 0.92
WRITTEN_AVERAGE_PRECISION_FLOOR = 0.98

pytestmark = pytest.mark.quality


def test_checkthat2024_gold() -> None:
    examples = read_test(labelled_data())
    model = load_classifier("claims")
    scores = model.scores([example.text for example in examples])[:, 1]
    gold = np.array([example.label for example in examples])
    f1 = f1_at(gold, scores, model.info.threshold)
    precision = average_precision(gold, scores)
    print(f"\nclaims, checkthat2024 test_gold: F1 {f1:.3f}, average precision {precision:.3f}")  # noqa: T201
    assert f1 >= F1_FLOOR
    assert precision >= AVERAGE_PRECISION_FLOOR


def test_int8_against_float32_on_checkthat2024_gold(tmp_path: Path) -> None:
    examples = read_test(labelled_data())
    model = load_classifier("claims")
    texts = [example.text for example in examples]
    gold = np.array([example.label for example in examples])

    def figures(scores: np.ndarray) -> dict[str, float]:
        f1 = f1_at(gold, scores, model.info.threshold)
        return {"F1": f1, "average precision": average_precision(gold, scores)}

    print(f"\nclaims, checkthat2024 test_gold ({len(texts)}), float32 activations against int8:")  # noqa: T201
    shipped = figures(model.scores(texts)[:, 1])
    floats = figures(float_scores("claims", texts, tmp_path)[:, 1])
    assert max(lost(shipped, floats).values()) <= MOST_LOST


def test_held_out_sentences_are_calibrated() -> None:
    _, dev = read_split(labelled_data())
    scores = load_classifier("claims").scores([example.text for example in dev])[:, 1]
    error = calibration_error(np.array([example.label for example in dev]), scores)
    print(f"\nclaims, held out: calibration error {error:.3f}")  # noqa: T201
    assert error <= CALIBRATION_CEILING


def test_news_sentences() -> None:
    examples = read_labelled(labelled_data())
    model = load_classifier("claims")
    scores = model.scores([example.text for example in examples])[:, 1]
    gold = np.array([example.label for example in examples])
    precision = float(gold[scores >= model.info.threshold].mean())
    area = mean_auc(gold, scores, [example.group for example in examples])
    print(f"\nclaims, news: precision {precision:.3f}, AUC inside an article {area:.3f}")  # noqa: T201
    assert precision >= NEWS_PRECISION_FLOOR
    assert area >= NEWS_AUC_FLOOR


def test_written_debates_and_speeches() -> None:
    examples = read_written()
    scores = load_classifier("claims").scores([example.text for example in examples])[:, 1]
    precision = average_precision(np.array([example.label for example in examples]), scores)
    print(f"\nclaims, written debates and speeches: average precision {precision:.3f}")  # noqa: T201
    assert precision >= WRITTEN_AVERAGE_PRECISION_FLOOR
