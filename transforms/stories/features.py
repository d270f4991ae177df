"""How alike an article and each of a few stories are, in the numbers that the model weighs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from transforms.stories.similarity import FEATURES
from transforms.stories.story import ActiveStory, as_rows
from transforms.stories.term_weights import SLOTS, Rarity, Terms, count_of, unpacked
from transforms.stories.trace import Trace


def nearest_members(own: Trace, stories: Sequence[ActiveStory]) -> list[Trace]:
    """Of each story the member whose vector is nearest; the earliest among equals."""
    members = [member for story in stories for member in story.members]
    cosines = cosines_of(own.vector, [member.vector for member in members])
    nearest, start = [], 0
    for story in stories:
        end = start + len(story.members)
        nearest.append(members[start + int(cosines[start:end].argmax())])
        start = end
    return nearest


def features(
    own: Trace, stories: Sequence[ActiveStory], nearest: Sequence[Trace], rarity: Rarity
) -> npt.NDArray[np.float32]:
    """float32[len(stories), len(FEATURES)], each 0 to 1, rounded to 5 decimals.

    `centroid`, `nearest`: cosine of the vectors; `terms`, `nearest_terms`: cosine of the terms,
    weighed by rarity; `names`: share of the article's names, weighed by rarity, that the story
    knows. Each story has a member.
    """
    values = np.zeros((len(stories), len(FEATURES)), dtype=np.float64)
    values[:, 0] = cosines_of(own.vector, [story.centroid for story in stories])
    values[:, 1] = cosines_of(own.vector, [member.vector for member in nearest])
    shared = _Shared(own.terms, rarity)
    values[:, 2], values[:, 4] = shared.with_each([story.terms for story in stories])
    values[:, 3], _ = shared.with_each([member.terms for member in nearest])
    return np.clip(values, 0, 1).round(5).astype(np.float32)


def cosines_of(own: bytes, others: Sequence[bytes]) -> npt.NDArray[np.float64]:
    """float64[len(others)]: cosines of int8 vectors; 0 where one is all zeros."""
    vector = np.frombuffer(own, dtype=np.int8).astype(np.float32)
    rows = as_rows(others)
    squares = np.einsum("ij,ij->i", rows, rows).astype(np.float64) * float(vector @ vector)
    return (rows @ vector) / np.sqrt(np.maximum(squares, 1e-9))


class _Shared:
    """One text's terms, spread out so that many others are compared in a few array steps."""

    _spread = np.zeros(SLOTS, dtype=np.float32)  # all zeros between calls

    def __init__(self, packed: bytes, rarity: Rarity) -> None:
        own = self._own = unpacked(packed)
        self._rarity = rarity
        rare = rarity.of(own)
        self._weighed = own.weights * rare
        self._length = float(np.sqrt((self._weighed.astype(np.float64) ** 2).sum()))
        self._names = rare * own.names
        self._all_names = float(self._names.astype(np.float64).sum())

    def with_each(
        self, others: Sequence[bytes]
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Cosine of terms, and share of the own names found, for each of `others`."""
        count = len(others)
        terms = unpacked(b"".join(others))
        which = np.repeat(np.arange(count), [count_of(packed) for packed in others])
        rare = self._rarity.of(terms)
        weighed = terms.weights * rare
        dots = np.bincount(which, weighed * self._look_up(terms, self._weighed), count)
        lengths = np.sqrt(np.bincount(which, weighed.astype(np.float64) ** 2, count))
        names = np.bincount(which, self._look_up(terms, self._names), count)
        cosines = dots / np.maximum(self._length * lengths, 1e-9)
        return cosines, names / max(self._all_names, 1e-9)

    def _look_up(self, terms: Terms, values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        self._spread[self._own.slots] = values
        found = self._spread[terms.slots]
        self._spread[self._own.slots] = 0
        return found
