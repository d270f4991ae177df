"""How like two sentences are in meaning, by the embedding that groups the stories."""

from __future__ import annotations

import functools
import math

import numpy as np
import numpy.typing as npt

from transforms.models.base import Embedder, TextError
from transforms.stories.active_stories import VECTOR_LANGUAGES
from transforms.stories.fingerprint import quantised

# Sentences whose vectors are kept, of all stories together: 1.5 MB.
_KEPT = 4096


class Likeness:
    """The cosine of two sentences, -1 to 1; each sentence is embedded once while it is kept.

    Vectors are rounded to int8 first, so that processors agree on what is near a threshold.

    Attributes:
        languages: ISO 639-1 codes of those that the embedding knows.
    """

    def __init__(self, embedder: Embedder) -> None:
        self.languages = embedder.info.languages or VECTOR_LANGUAGES
        self._embedder = embedder
        self._vector = functools.lru_cache(_KEPT)(self._embedded)

    def __call__(self, one: str, other: str) -> float:
        """The cosine.

        Raises:
            TextError: one of the sentences cannot be read, see `unreadable`.
        """
        mine, theirs = self._read(one), self._read(other)
        lengths = math.sqrt(int(mine @ mine) * int(theirs @ theirs))
        return int(mine @ theirs) / lengths if lengths else 0.0

    def unreadable(self, sentence: str) -> TextError | None:
        """Why the embedder cannot read a sentence; None where it can."""
        vector = self._vector(sentence)
        return vector if isinstance(vector, TextError) else None

    def _read(self, sentence: str) -> npt.NDArray[np.int32]:
        vector = self._vector(sentence)
        if isinstance(vector, TextError):
            raise vector
        return vector

    def _embedded(self, sentence: str) -> npt.NDArray[np.int32] | TextError:
        try:
            [vector] = self._embedder.embed([sentence])
        except TextError as error:
            return error
        return np.frombuffer(quantised(vector), dtype=np.int8).astype(np.int32)
