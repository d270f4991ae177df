"""How like two sentences are in meaning, by the embedding that groups the stories."""

from __future__ import annotations

import functools
import math

import numpy as np
import numpy.typing as npt

from transforms.models.base import Embedder
from transforms.stories.fingerprint import quantised

# Sentences whose vectors are kept, of all stories together: 1.5 MB.
_KEPT = 4096


class Likeness:
    """The cosine of two sentences, -1 to 1; each sentence is embedded once while it is kept.

    Vectors are rounded to int8 first, so that processors agree on what is near a threshold.
    """

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._vector = functools.lru_cache(_KEPT)(self._embedded)

    def __call__(self, one: str, other: str) -> float:
        mine, theirs = self._vector(one), self._vector(other)
        lengths = math.sqrt(int(mine @ mine) * int(theirs @ theirs))
        return int(mine @ theirs) / lengths if lengths else 0.0

    def _embedded(self, sentence: str) -> npt.NDArray[np.int32]:
        [vector] = self._embedder.embed([sentence])
        return np.frombuffer(quantised(vector), dtype=np.int8).astype(np.int32)
