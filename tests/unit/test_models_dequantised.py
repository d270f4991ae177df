"""The checkpoint made of an int8 graph says what the graph says."""

from pathlib import Path

import numpy as np
import pytest

import transforms.models
from models.dequantised import save_checkpoint
from transforms.models.checkpoints import Checkpoint
from transforms.models.onnx_models import OnnxModel

TEXTS = [
    "Unemployment fell to 3.5 percent in March, the lowest rate since 1969.",
    "Thank you all for coming tonight.",
    "The senator voted against the bill three times. " * 9,
    *[f"The city spent {n} million dollars on roads in {1990 + n}." for n in range(5)],
    "What a day!",
]


def test_logits_are_those_of_the_graph(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="needs newsbeam[torch]")
    weights = Path(transforms.models.__file__).parent / "weights" / "claims"
    save_checkpoint(weights, tmp_path)
    theirs = Checkpoint(str(tmp_path), "AutoModelForSequenceClassification").run(TEXTS, "logits")
    ours = OnnxModel(weights).run(TEXTS)
    assert np.ptp(theirs[:, 1]) > 2
    assert np.abs(ours - theirs).max() < 0.3
    assert np.corrcoef(ours.ravel(), theirs.ravel())[0, 1] > 0.995
