"""Floors of the shipped claim model on the gold test set, which chose nothing."""

import numpy as np
import pytest

from models.claims.checkthat import read_test
from models.measure import average_precision, f1_at
from tests.quality.labelled_data import labelled_data
from transforms.models.load import load_classifier

F1_FLOOR = 0.68

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
