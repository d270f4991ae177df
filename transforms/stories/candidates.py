"""Which few of many stories are worth a closer look."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from transforms.stories.term_weights import Rarity, Terms

_START_ROWS = 256
# A term in more than this share of the stories tells none of them from another.
_COMMON_SHARE = 0.05
_COMMON_LEAST = 50


class VectorIndex:
    """Stories by their centroids: one matrix, one product for each article.

    Memory: 4 bytes x dim for the most stories active at once; rows of expired ones are used again.
    """

    def __init__(self) -> None:
        self._matrix = np.zeros((0, 0), dtype=np.float32)
        self._lengths = np.zeros(0, dtype=np.float32)
        self._names: list[str] = []
        self._rows: dict[str, int] = {}
        self._free: list[int] = []
        self._ahead: dict[bytes, npt.NDArray[np.float32]] = {}
        self._stale: set[int] = set()

    def put(self, story_id: str, centroid: npt.NDArray[np.float32]) -> None:
        """Sets the centroid of a story, new or known."""
        row = self._rows.get(story_id)
        if row is None:
            row = self._rows[story_id] = self._free.pop() if self._free else self._new_row(centroid)
            self._names[row] = story_id
        self._matrix[row] = centroid
        self._stale.add(row)
        self._lengths[row] = max(float(np.linalg.norm(centroid)), 1.0)

    def remove(self, story_id: str) -> None:
        row = self._rows.pop(story_id, None)
        if row is not None:
            self._matrix[row] = 0
            self._stale.add(row)
            self._free.append(row)

    def look_ahead(self, vectors: npt.NDArray[np.float32]) -> None:
        """Multiplies float32[k, dim] with all centroids at once, for calls of `nearest` to come.

        One pass over the matrix serves them all; rows that change in between are done again. Sums
        of whole numbers below 2^24 are exact, so no score differs from one computed alone.
        """
        self._stale = set()
        self._ahead = {}
        if self._rows:
            dots = vectors @ self._matrix[: len(self._names)].T
            self._ahead = {v.tobytes(): row for v, row in zip(vectors, dots, strict=True)}

    def nearest(self, vector: npt.NDArray[np.float32], most: int) -> list[str]:
        """The `most` stories with the highest cosines above 0, and ties with the last of them."""
        if not self._rows:
            return []
        scores = self._dots(vector) / self._lengths[: len(self._names)]
        used = len(scores)
        least = np.partition(scores, used - most)[used - most] if used > most else 0.0
        rows = np.flatnonzero((scores >= least) & (scores > 0))
        return [self._names[row] for row in rows]

    def _dots(self, vector: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        used = len(self._names)
        known = self._ahead.get(vector.tobytes())
        if known is None:
            return self._matrix[:used] @ vector
        dots = np.zeros(used, dtype=np.float32)
        dots[: len(known)] = known
        rows = list(self._stale)
        dots[rows] = self._matrix[rows] @ vector
        return dots

    def _new_row(self, centroid: npt.NDArray[np.float32]) -> int:
        row = len(self._names)
        if row >= len(self._matrix):
            grown = np.zeros((max(_START_ROWS, 2 * row), len(centroid)), dtype=np.float32)
            grown[:row] = self._matrix[:row] if row else 0
            self._matrix = grown
            self._lengths = np.concatenate([self._lengths, np.ones(len(grown) - row, np.float32)])
        self._names.append("")
        return row


class TermIndex:
    """Stories by their terms, for languages that the embedding does not know."""

    def __init__(self) -> None:
        self._stories: dict[int, set[str]] = {}
        self._slots: dict[str, list[int]] = {}

    def put(self, story_id: str, terms: Terms) -> None:
        """Sets the terms of a story, new or known."""
        self.remove(story_id)
        self._slots[story_id] = terms.slots.tolist()
        for slot in self._slots[story_id]:
            self._stories.setdefault(slot, set()).add(story_id)

    def remove(self, story_id: str) -> None:
        for slot in self._slots.pop(story_id, ()):
            holders = self._stories[slot]
            holders.discard(story_id)
            if not holders:
                del self._stories[slot]

    def nearest(self, terms: Terms, rarity: Rarity, most: int) -> list[str]:
        """At most `most` stories that share the rarest terms, the best first."""
        common = max(_COMMON_LEAST, int(_COMMON_SHARE * len(self._slots)))
        scores: dict[str, float] = {}
        weights = (rarity.of(terms.slots, terms.names) * terms.weights).tolist()
        for slot, weight in zip(terms.slots.tolist(), weights, strict=True):
            holders = self._stories.get(slot, ())
            if len(holders) <= common:
                for story_id in holders:
                    scores[story_id] = scores.get(story_id, 0.0) + weight
        ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
        return [story_id for story_id, _ in ranked[:most]]
