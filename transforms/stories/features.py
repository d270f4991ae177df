"""How alike an article and each of a few stories are, in the numbers that the model weighs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from transforms.stories.similarity import FEATURES
from transforms.stories.story import ActiveStory, Member
from transforms.stories.term_weights import SLOTS, Rarity, Terms


def nearest_members(own: Member, stories: Sequence[ActiveStory]) -> list[Member]:
    """Of each story the member whose vector is nearest; the earliest among equals."""
    return [story.members[int(np.argmax(_cosines(own, story.members)))] for story in stories]


def features(
    own: Member, stories: Sequence[ActiveStory], nearest: Sequence[Member], rarity: Rarity
) -> npt.NDArray[np.float32]:
    """float32[len(stories), len(FEATURES)], each 0 to 1, rounded to 5 decimals.

    `centroid`, `nearest`: cosine of the vectors; `terms`, `nearest_terms`: cosine of the terms,
    weighed by rarity; `names`: share of both texts' names, weighed by rarity, that they have in
    common, with the nearest member. Each story has a member.
    """
    values = np.zeros((len(stories), len(FEATURES)), dtype=np.float64)
    vector = own.vector.astype(np.float32)
    for row, (story, member) in enumerate(zip(stories, nearest, strict=True)):
        values[row, 0] = _cosine(vector, story.centroid)
        values[row, 1] = _cosine(vector, member.vector.astype(np.float32))
    shared = _Shared(own.terms, rarity)
    values[:, 2], _ = shared.with_each(_terms_of(stories))
    values[:, 3], values[:, 4] = shared.with_each([member.terms for member in nearest])
    return np.clip(values, 0, 1).round(5).astype(np.float32)


def _terms_of(stories: Sequence[ActiveStory]) -> list[Terms]:
    return [story.terms for story in stories if story.terms is not None]


class _Shared:
    """One text's terms, spread out so that many others are compared in a few array steps."""

    _spread = np.zeros(SLOTS, dtype=np.float32)  # all zeros between calls

    def __init__(self, own: Terms, rarity: Rarity) -> None:
        self._own = own
        self._rarity = rarity
        self._rare = rarity.of(own.slots, own.names)
        self._weighed = own.weights * self._rare
        self._length = float(np.sqrt((self._weighed.astype(np.float64) ** 2).sum()))
        self._names = float(self._rare[own.names].astype(np.float64).sum())

    def with_each(
        self, others: Sequence[Terms]
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Cosine of terms and Dice overlap of names with each of `others`, float64[n] twice."""
        count = len(others)
        slots = np.concatenate([terms.slots for terms in others])
        which = np.repeat(np.arange(count), [len(terms.slots) for terms in others])
        named = np.concatenate([terms.names for terms in others])
        rare = self._rarity.of(slots, named)
        weighed = np.concatenate([terms.weights for terms in others]) * rare
        dots = np.bincount(which, weighed * self._look_up(slots, self._weighed), count)
        lengths = np.sqrt(np.bincount(which, weighed.astype(np.float64) ** 2, count))
        also = self._look_up(slots, np.where(self._own.names, np.float32(1), np.float32(0))) > 0
        both = np.bincount(which, rare * (named & also), count)
        names = np.bincount(which, rare * named, count)
        cosines = dots / np.maximum(self._length * lengths, 1e-9)
        return cosines, 2 * both / np.maximum(self._names + names, 1e-9)

    def _look_up(
        self, slots: npt.NDArray[np.int32], values: npt.NDArray[np.float32]
    ) -> npt.NDArray[np.float32]:
        self._spread[self._own.slots] = values
        found = self._spread[slots]
        self._spread[self._own.slots] = 0
        return found


def _cosines(own: Member, members: Sequence[Member]) -> npt.NDArray[np.float32]:
    if len(members) == 1:
        return np.zeros(1, dtype=np.float32)
    stacked = np.stack([member.vector for member in members]).astype(np.float32)
    lengths = np.maximum(np.linalg.norm(stacked, axis=1), 1)
    return (stacked @ own.vector.astype(np.float32)) / lengths


def _cosine(one: npt.NDArray[np.float32], other: npt.NDArray[np.float32]) -> float:
    lengths = float(np.sqrt(float(one @ one) * float(other @ other)))
    return float(one @ other) / lengths if lengths else 0.0
