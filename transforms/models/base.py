"""What every model offers, whichever library runs it."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

Task = Literal["claims", "stances"]
# A text, or a claim and a passage of another text.
Text = str | tuple[str, str]
Floats = npt.NDArray[np.float32]

# The columns of `Classifier.scores`, whatever a checkpoint calls its labels and orders them.
LABELS: dict[Task, tuple[str, ...]] = {
    "claims": ("no", "yes"),
    "stances": ("supports", "denies", "discusses", "unrelated"),
}


class ModelError(ValueError):
    """A model cannot be loaded or does not fit its task; the message says how to mend it."""


def not_loaded(name: object, error: Exception) -> ModelError:
    """What is told, in one line, of files at which a library raised an error."""
    reason = " ".join(f"{type(error).__name__}: {error}".split())[:300]
    return ModelError(f"{name} cannot be loaded as a model: {reason}")


class TextError(ValueError):
    """A model cannot judge a text, or one of several; nothing is wrong with the others."""


def says_something(text: str) -> bool:
    """Whether a text has anything for a model to read: white space is nothing, nor is NUL."""
    return any(one.isprintable() and one != " " for one in text)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ModelInfo:
    """The stamp that each judged record carries.

    Attributes:
        name: of the packaged model, else the checkpoint as the user named it.
        revision: hash of the weights, or the hub's commit.
        threshold: claims: the least score that makes a claim; 0 where the best label wins.
        languages: ISO 639-1 codes of what it was trained on; empty where nobody said.
        sure_from: for each label, the least probability at which its answers are as often right as
            the model's card says; empty where nobody measured, and every answer counts as sure.
        evidence_from: for each label of a stance, how likely the one sentence that decides it must
            make it by itself.
    """

    name: str
    revision: str
    threshold: float
    languages: frozenset[str] = frozenset()
    sure_from: tuple[float, ...] = ()
    evidence_from: tuple[float, ...] = ()

    def needs_evidence(self, label: int) -> bool:
        """Whether one sentence alone must say an answer, too; `label` as in `is_sure`."""
        return bool(self.evidence_from and self.evidence_from[label])

    def is_sure(self, label: int, score: float, evidence: float = 1.0) -> bool:
        """Whether an answer is to be believed.

        Args:
            label: its column in `Classifier.labels`. score: its probability.
            evidence: its probability by the deciding sentence alone.
        """
        needed = ((self.sure_from, score), (self.evidence_from, evidence))
        return all(not least or found >= least[label] for least, found in needed)


class Classifier(Protocol):
    """Texts in, probabilities out. Safe to call from several threads."""

    @property
    def info(self) -> ModelInfo:
        """Which model this is."""

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the columns of `scores`."""

    def scores(self, texts: Sequence[Text]) -> Floats:
        """Calibrated probabilities (n, labels), in the order of `texts`.

        Each row sums to 1 and depends on its own text alone, not on its batch mates. What is too
        long is cut at the end. Of an empty text (`says_something`) the row means nothing.

        Raises:
            TextError: one of the texts cannot be judged; `transforms.models.each` finds it.
        """


class Embedder(Protocol):
    """Texts in, unit vectors out. Safe to call from several threads."""

    @property
    def info(self) -> ModelInfo:
        """Which model this is."""

    def embed(self, texts: Sequence[str]) -> Floats:
        """Vectors (n, dim) of length 1, in the order of `texts`, independent of one another.

        Raises:
            TextError: one of the texts cannot be read.
        """


def probabilities(logits: Floats, temperature: float = 1.0) -> Floats:
    """Softmax of (n, labels) logits over their temperature."""
    shifted = logits / np.float32(temperature)
    shifted = shifted - shifted.max(axis=-1, keepdims=True)
    exponents = np.exp(shifted)
    return (exponents / exponents.sum(axis=-1, keepdims=True)).astype(np.float32)
