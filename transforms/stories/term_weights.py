"""How much it says that two texts share a term: rarer among the stories says more."""

from __future__ import annotations

import functools
import importlib.resources
import json
import zlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from schemas.records import Fingerprint

# Terms are kept as 20-bit hashes: one of 64 x 64 pairs of terms collides by chance in 1 of 250.
SLOTS = 1 << 20
# The background counts as this many stories, until the active ones outweigh it.
_BACKGROUND_STORIES = 1000.0
# Where no background is known: how common a word is that is no name; names count as rare, as they
# are in the languages whose background is known.
_WORD_SHARE = 0.015


def slot_of(term: str) -> int:
    """The slot of a term, whatever its case."""
    return zlib.crc32(term.lower().encode("utf-8", "surrogatepass")) & (SLOTS - 1)


class Terms:
    """The terms of one text: slots int32[n] ascending, weights float32[n], names bool[n]."""

    __slots__ = ("names", "slots", "weights")

    def __init__(
        self,
        slots: npt.NDArray[np.int32],
        weights: npt.NDArray[np.float32],
        names: npt.NDArray[np.bool_],
    ) -> None:
        self.slots = slots
        self.weights = weights
        self.names = names


def terms_of(fingerprint: Fingerprint) -> Terms:
    """The hashed terms of a fingerprint."""
    merged: dict[int, tuple[float, bool]] = {}
    for term, weight in fingerprint.terms:
        slot = slot_of(term)
        before, name = merged.get(slot, (0.0, False))
        merged[slot] = (max(before, weight), name or term[:1].isupper())
    order = sorted(merged)
    return Terms(
        np.array(order, dtype=np.int32),
        np.array([merged[slot][0] for slot in order], dtype=np.float32),
        np.array([merged[slot][1] for slot in order], dtype=np.bool_),
    )


def mean_terms(members: Sequence[Terms], most: int) -> Terms:
    """The `most` weightiest terms of several texts, each weight the mean over them."""
    if len(members) == 1:
        return members[0]
    slots, inverse = np.unique(np.concatenate([m.slots for m in members]), return_inverse=True)
    weights = np.bincount(inverse, weights=np.concatenate([m.weights for m in members]))
    names = np.bincount(inverse, weights=np.concatenate([m.names for m in members])) > 0
    kept = np.sort(np.lexsort((slots, -weights))[:most])
    mean = (weights[kept] / len(members)).astype(np.float32)
    return Terms(slots[kept].astype(np.int32), mean, names[kept])


class Rarity:
    """Inverse document frequency over a fixed background and the stories that are active.

    Memory: 8 MB, whatever the number of stories.
    """

    def __init__(self, language: str) -> None:
        known = _background(language)
        self._word_stories = np.float32(_BACKGROUND_STORIES * _WORD_SHARE if known is None else 0)
        self._frequency = np.zeros(SLOTS, dtype=np.float32)
        if known is not None:
            self._frequency += known * np.float32(_BACKGROUND_STORIES)
        self._stories = 0

    def count(self, terms: Terms, change: int) -> None:
        """Adds (+1) or takes away (-1) a story."""
        self._frequency[terms.slots] += change
        self._stories += change

    def of(
        self, slots: npt.NDArray[np.int32], names: npt.NDArray[np.bool_]
    ) -> npt.NDArray[np.float32]:
        """float32[n], at least 0, of terms that are names or not."""
        total = np.float32(_BACKGROUND_STORIES + self._stories)
        held = self._frequency[slots] + np.where(names, np.float32(0), self._word_stories)
        rare = np.log((total + 1) / (held + np.float32(0.5)))
        return np.maximum(rare, 0).astype(np.float32)


@functools.cache
def _background(language: str) -> npt.NDArray[np.float32] | None:
    """Share of stories that hold each term, by slot; None for a language without a table."""
    path = importlib.resources.files("transforms.stories") / "background.json"
    tables = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    if language not in tables:
        return None
    shares = np.zeros(SLOTS, dtype=np.float32)
    for term, share in tables[language].items():
        shares[slot_of(term)] += share
    return shares
