"""Which few of many stories are worth a closer look."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from transforms.stories.story import as_rows
from transforms.stories.term_weights import Rarity, unpacked

_START_ROWS = 256
# Stories below this cosine are no candidates, so that hardly any of 100,000 has to be ranked. None
# of the 1,492 training texts that belong to a story known before them is so far from its centroid.
_LEAST_COSINE = 0.3
_LEAST_DOT = _LEAST_COSINE * 127 * 127
# Centroids multiplied at a time: the products stay in a processor's cache.
_BLOCK = 4096
# A term in more than this share of the stories tells none of them from another.
_COMMON_SHARE = 0.05
_COMMON_LEAST = 50

_Hits = tuple[npt.NDArray[np.intp], npt.NDArray[np.float32]]


class VectorIndex:
    """Stories by their centroids: one matrix, every row of it multiplied for each article.

    Exact: sums of whole numbers below 2^24 come out the same in any order, so that neither a BLAS
    library, nor an article's batch mates, nor a row's place can change a product.
    Memory: dim bytes for the most stories active at once; rows of expired ones are used again.
    """

    def __init__(self) -> None:
        self._matrix = np.zeros((0, 0), dtype=np.int8)
        self._names: list[str] = []
        self._rows: dict[str, int] = {}
        self._free: list[int] = []
        self._ahead: dict[bytes, _Hits] = {}
        self._stale: set[int] = set()

    def put(self, story_id: str, centroid: bytes) -> None:
        """Sets the centroid of a story, new or known: int8[dim], about 127 long."""
        row = self._rows.get(story_id)
        if row is None:
            dim = len(centroid)
            row = self._rows[story_id] = self._free.pop() if self._free else self._new_row(dim)
            self._names[row] = story_id
        self._matrix[row] = np.frombuffer(centroid, dtype=np.int8)
        self._stale.add(row)

    def remove(self, story_id: str) -> None:
        row = self._rows.pop(story_id, None)
        if row is not None:
            self._matrix[row] = 0
            self._stale.add(row)
            self._free.append(row)

    def look_ahead(self, vectors: Sequence[bytes]) -> None:
        """Multiplies many vectors with all centroids at once, for calls of `nearest` to come.

        One pass over the matrix serves them all; rows that change in between are done again.
        """
        self._stale = set()
        self._ahead = dict(zip(vectors, self._hits(as_rows(vectors)), strict=True))

    def nearest(self, vector: bytes, most: int) -> list[str]:
        """The `most` stories with the highest cosines from .3, and ties with the last of them."""
        known = vector in self._ahead
        rows, dots = self._known(vector) if known else self._hits(as_rows([vector]))[0]
        if len(rows) > most:
            chosen = dots >= np.partition(dots, len(dots) - most)[len(dots) - most]
            rows = rows[chosen]
        return [self._names[row] for row in rows]

    def _known(self, vector: bytes) -> _Hits:
        rows, dots = self._ahead[vector]
        if not self._stale:
            return rows, dots
        stale = np.fromiter(self._stale, dtype=np.intp, count=len(self._stale))
        fresh = self._matrix[stale].astype(np.float32) @ as_rows([vector])[0]
        near, still = fresh >= _LEAST_DOT, ~np.isin(rows, stale)
        return (
            np.concatenate([rows[still], stale[near]]),
            np.concatenate([dots[still], fresh[near]]),
        )

    def _hits(self, vectors: npt.NDArray[np.float32]) -> list[_Hits]:
        """Rows from .3 up, and their products, for each of float32[k, dim]."""
        found: list[list[_Hits]] = [[] for _ in vectors]
        for start in range(0, len(self._names), _BLOCK):
            end = min(start + _BLOCK, len(self._names))
            dots = vectors @ self._matrix[start:end].astype(np.float32).T
            which, rows = np.nonzero(dots >= _LEAST_DOT)
            cuts = np.searchsorted(which, np.arange(len(vectors) + 1))
            for hits, first, last in zip(found, cuts[:-1], cuts[1:], strict=True):
                if last > first:
                    near = rows[first:last]
                    hits.append((near + start, dots[which[first], near]))
        return [_joined(hits) for hits in found]

    def _new_row(self, dim: int) -> int:
        row = len(self._names)
        if row >= len(self._matrix):
            grown = np.zeros((max(_START_ROWS, row + row // 2), dim), dtype=np.int8)
            grown[:row] = self._matrix[:row] if row else 0
            self._matrix = grown
        self._names.append("")
        return row


def _joined(hits: list[_Hits]) -> _Hits:
    if not hits:
        return np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.float32)
    return np.concatenate([rows for rows, _ in hits]), np.concatenate([dots for _, dots in hits])


class TermIndex:
    """Stories by their terms, for languages that the embedding does not know."""

    def __init__(self) -> None:
        self._stories: dict[int, set[str]] = {}
        self._slots: dict[str, list[int]] = {}

    def put(self, story_id: str, packed: bytes) -> None:
        """Sets the terms of a story, new or known."""
        self.remove(story_id)
        self._slots[story_id] = unpacked(packed).slots.tolist()
        for slot in self._slots[story_id]:
            self._stories.setdefault(slot, set()).add(story_id)

    def remove(self, story_id: str) -> None:
        for slot in self._slots.pop(story_id, ()):
            holders = self._stories[slot]
            holders.discard(story_id)
            if not holders:
                del self._stories[slot]

    def nearest(self, packed: bytes, rarity: Rarity, most: int) -> list[str]:
        """At most `most` stories that share the rarest terms, the best first."""
        terms = unpacked(packed)
        common = max(_COMMON_LEAST, int(_COMMON_SHARE * len(self._slots)))
        scores: dict[str, float] = {}
        weights = (rarity.of(terms) * terms.weights).tolist()
        for slot, weight in zip(terms.slots.tolist(), weights, strict=True):
            holders = self._stories.get(slot, ())
            if len(holders) <= common:
                for story_id in holders:
                    scores[story_id] = scores.get(story_id, 0.0) + weight
        ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
        return [story_id for story_id, _ in ranked[:most]]
