"""How alike an article and each of a few stories are, in the numbers that the model weighs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from transforms.stories.similarity import FEATURES
from transforms.stories.story import ActiveStory, as_rows
from transforms.stories.term_weights import SLOTS, Rarity, count_of, unpacked
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
    """One text's terms, with which those of many others are compared in a few array steps."""

    def __init__(self, packed: bytes, rarity: Rarity) -> None:
        own = unpacked(packed)
        rare = rarity.of(own)
        weighed, names = own.weights * rare, rare * own.names
        self._rarity = rarity
        self._length = float(np.sqrt((weighed.astype(np.float64) ** 2).sum()))
        self._all_names = float(names.astype(np.float64).sum())
        # Behind all slots stands one of no weight, for terms that the text does not have.
        self._slots = np.append(own.slots, np.int32(SLOTS))
        self._weighed, self._names = (np.append(each, np.float32(0)) for each in (weighed, names))

    def with_each(
        self, others: Sequence[bytes]
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Cosine of terms, and share of the own names found, for each of `others`."""
        count = len(others)
        terms = unpacked(b"".join(others))
        which = np.repeat(np.arange(count), [count_of(packed) for packed in others])
        weighed = terms.weights * self._rarity.of(terms)
        places = self._places(terms.slots)
        dots = np.bincount(which, weighed * self._weighed[places], count)
        lengths = np.sqrt(np.bincount(which, weighed.astype(np.float64) ** 2, count))
        names = np.bincount(which, self._names[places], count)
        cosines = dots / np.maximum(self._length * lengths, 1e-9)
        return cosines, names / max(self._all_names, 1e-9)

    def _places(self, slots: npt.NDArray[np.int32]) -> npt.NDArray[np.intp]:
        """Where each slot stands among the own ones, which are sorted."""
        places = np.searchsorted(self._slots, slots)
        return np.where(self._slots[places] == slots, places, -1)
