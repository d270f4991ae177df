"""How much it says that two texts share a term: rarer among the stories says more."""

from __future__ import annotations

import functools
import importlib.resources
import json
import zlib
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

# Terms are kept as 20-bit hashes: one of 64 x 64 pairs of terms collides by chance in 1 of 250.
SLOTS = 1 << 20
_NAME_BIT = 1 << 11
_WEIGHT_MASK = _NAME_BIT - 1
# Weights are 1 + ln(how often): below 9 for a text of 2000 letters, 16 fits.
_WEIGHT_SCALE = 128
# The background counts as this many stories, until the active ones outweigh it.
_BACKGROUND_STORIES = 1000.0
# Where no background is known: how common a word is that is no name; names count as rare, as they
# are in the languages whose background is known.
_WORD_SHARE = 0.015


def slot_of(term: str) -> int:
    """The slot of a term, whatever its case."""
    return zlib.crc32(term.lower().encode("utf-8", "surrogatepass")) & (SLOTS - 1)


class Terms(NamedTuple):
    """The terms of one text or of several: slots int32[n], weights float32[n], names bool[n]."""

    slots: npt.NDArray[np.int32]
    weights: npt.NDArray[np.float32]
    names: npt.NDArray[np.bool_]


def packed_terms(terms: Sequence[tuple[str, float]]) -> bytes:
    """The terms of a fingerprint in 4 bytes each, by slot: slot, whether it is a name, weight."""
    merged: dict[int, tuple[float, bool]] = {}
    for term, weight in terms:
        slot = slot_of(term)
        before, name = merged.get(slot, (0.0, False))
        merged[slot] = (max(before, weight), name or term[:1].isupper())
    slots = sorted(merged)
    return _packed(
        np.array(slots, dtype=np.int64),
        np.array([merged[slot][0] for slot in slots], dtype=np.float64),
        np.array([merged[slot][1] for slot in slots], dtype=np.bool_),
    )


def unpacked(packed: bytes) -> Terms:
    """What `packed_terms` packed, of one text or of several in a row."""
    values = np.frombuffer(packed, dtype="<u4")
    return Terms(
        (values >> 12).astype(np.int32),
        (values & _WEIGHT_MASK).astype(np.float32) / np.float32(_WEIGHT_SCALE),
        (values & _NAME_BIT) > 0,
    )


def count_of(packed: bytes) -> int:
    """How many terms these are."""
    return len(packed) // 4


def mean_terms(members: Sequence[bytes], most: int) -> bytes:
    """The `most` weightiest terms of several texts, each weight the mean over them; packed."""
    if len(members) == 1:
        return members[0]
    every = unpacked(b"".join(members))
    slots, inverse = np.unique(every.slots, return_inverse=True)
    weights = np.bincount(inverse, weights=every.weights)
    names = np.bincount(inverse, weights=every.names) > 0
    kept = np.sort(np.lexsort((slots, -weights))[:most])
    return _packed(slots[kept].astype(np.int64), weights[kept] / len(members), names[kept])


def _packed(
    slots: npt.NDArray[np.int64], weights: npt.NDArray[np.float64], names: npt.NDArray[np.bool_]
) -> bytes:
    scaled = np.clip(np.rint(weights * _WEIGHT_SCALE), 1, _WEIGHT_MASK).astype(np.int64)
    return (slots << 12 | names.astype(np.int64) << 11 | scaled).astype("<u4").tobytes()


class Rarity:
    """Inverse document frequency over a fixed background and the stories that are active.

    Stories that have ended leave no trace: they are counted in whole numbers, so that what has gone
    on for long decides as what was built anew. Memory: 8 MB, whatever the number of stories.
    """

    def __init__(self, language: str) -> None:
        known = _background(language)
        self._word_stories = np.float32(_BACKGROUND_STORIES * _WORD_SHARE if known is None else 0)
        self._known = np.zeros(SLOTS, dtype=np.float32) if known is None else known
        self._active = np.zeros(SLOTS, dtype=np.int32)
        self._stories = 0

    def count(self, terms: bytes, change: int) -> None:
        """Adds (+1) or takes away (-1) a story with these packed terms."""
        self._active[unpacked(terms).slots] += change
        self._stories += change

    def of(self, terms: Terms) -> npt.NDArray[np.float32]:
        """float32[n], at least 0."""
        total = np.float32(_BACKGROUND_STORIES + self._stories)
        held = self._known[terms.slots] + self._active[terms.slots].astype(np.float32)
        held += np.where(terms.names, 0, self._word_stories)
        rare = np.log((total + 1) / (held + np.float32(0.5)))
        return np.maximum(rare, 0).astype(np.float32)


@functools.cache
def _background(language: str) -> npt.NDArray[np.float32] | None:
    """How many background stories hold each term, by slot; None for a language without a table."""
    path = importlib.resources.files("transforms.stories") / "background.json"
    tables = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    if language not in tables:
        return None
    shares = np.zeros(SLOTS, dtype=np.float32)
    for term, share in tables[language].items():
        shares[slot_of(term)] += share
    return shares * np.float32(_BACKGROUND_STORIES)
