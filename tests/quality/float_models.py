"""What the shipped weights would say with float32 activations: the price of quantised ones.

Not the price of quantised weights: the trained checkpoints are not shipped, and torch runs the int8
weights multiplied out (`models.dequantised`).
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import transforms.models
from models.dequantised import save_checkpoint
from transforms.models.base import Floats, Task, Text, probabilities
from transforms.models.checkpoints import Checkpoint
from transforms.models.onnx_models import OnnxModel

_WEIGHTS = Path(transforms.models.__file__).parent / "weights"
# What int8 may lose of any figure of merit.
MOST_LOST = 0.01


def float_scores(task: Task, texts: Sequence[Text], folder: Path) -> Floats:
    """Probabilities as `Classifier.scores` gives them; the checkpoint is left in `folder`."""
    save_checkpoint(_WEIGHTS / task, folder)
    logits = Checkpoint(str(folder), "AutoModelForSequenceClassification", "cpu").run(
        texts, "logits"
    )
    return probabilities(logits, float(OnnxModel(_WEIGHTS / task).about["temperature"]))


def lost(shipped: Mapping[str, float], floats: Mapping[str, float]) -> dict[str, float]:
    """By how much each figure of `shipped` is lower; prints a line for it."""
    for name, value in shipped.items():
        other = floats[name]
        print(f"  {name}: float32 {other:.4f}, int8 {value:.4f}, {value - other:+.4f}")  # noqa: T201
    return {name: floats[name] - value for name, value in shipped.items()}
