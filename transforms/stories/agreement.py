"""Whether two stories are one: how probably their members tell the same, pair by pair.

Average linkage (Sokal and Michener 1958): what a whole story says to another is the mean over all
pairs of members. So no single article that tells of both, such as a roundup, brings two stories
together, and no chain of merges snowballs: a merged story is held against the next with all the
members that it has, and a link in the chain counts no more than its share of them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from transforms.stories.similarity import FEATURES, Apart, Weights, probabilities
from transforms.stories.story import ANOTHER_DAY_S, ActiveStory, as_rows
from transforms.stories.term_weights import Rarity, count_of, unpacked
from transforms.stories.trace import Trace

Table = npt.NDArray[np.float64]


def agreement(one: ActiveStory, other: ActiveStory, model: Weights, rarity: Rarity) -> float:
    """The mean probability that a member of `one` and a member of `other` tell one story, 0 to 1.

    Each pair counts both ways, as either being new to a story of the other alone. At most 48 x 48
    pairs; both stories have a member.
    """
    mine, theirs = one.members, other.members
    cosines = _cosines(mine, theirs)
    terms, names, names_back = _terms(mine, theirs, rarity)
    times = np.array([m.event_s for m in mine])[:, None], np.array([m.event_s for m in theirs])
    gaps = np.abs(times[0] - times[1])
    outlets = np.array([[m.source == t.source for t in theirs] for m in mine])
    dated = np.logical_and.outer([m.dated for m in mine], [t.dated for t in theirs])
    instalments = outlets & (gaps >= ANOTHER_DAY_S)
    apart = Apart(gaps.ravel(), instalments.ravel(), dated.ravel())

    def chance(share: Table) -> float:
        values = np.stack([cosines, cosines, terms, terms, share], axis=-1)
        clipped = np.clip(values, 0, 1).round(5).astype(np.float32).reshape(-1, len(FEATURES))
        return float(probabilities(model, clipped, apart).mean())

    return (chance(names) + chance(names_back)) / 2


def _cosines(mine: Sequence[Trace], theirs: Sequence[Trace]) -> Table:
    """float64[len(mine), len(theirs)]; 0 where a vector is all zeros."""
    rows, columns = as_rows([m.vector for m in mine]), as_rows([t.vector for t in theirs])
    squares = np.outer((rows**2).sum(axis=1), (columns**2).sum(axis=1)).astype(np.float64)
    return (rows @ columns.T) / np.sqrt(np.maximum(squares, 1e-9))


def _terms(
    mine: Sequence[Trace], theirs: Sequence[Trace], rarity: Rarity
) -> tuple[Table, Table, Table]:
    """Cosine of the terms, and the share of the names of either that the other knows."""
    one, other = (_Side([trace.terms for trace in side], rarity) for side in (mine, theirs))
    # Of 48 x 48 texts' terms most are on one side alone, and add nothing to any product.
    slots = np.intersect1d(one.slots, other.slots)

    def product(values: Table, their_values: Table) -> Table:
        return one.spread(values, slots) @ other.spread(their_values, slots).T

    lengths, their_lengths = (np.sqrt(side.sums(side.weighed**2)) for side in (one, other))
    known, known_back = product(one.names, other.ones), product(one.ones, other.names)
    return (
        product(one.weighed, other.weighed) / np.maximum(np.outer(lengths, their_lengths), 1e-9),
        known / np.maximum(one.sums(one.names), 1e-9)[:, None],
        known_back / np.maximum(other.sums(other.names), 1e-9),
    )


class _Side:
    """The terms of several texts in a row: float64[terms] each but for `slots`, int32."""

    def __init__(self, packed: Sequence[bytes], rarity: Rarity) -> None:
        every = unpacked(b"".join(packed))
        rare = rarity.of(every).astype(np.float64)
        self.slots = every.slots
        self.weighed: Table = every.weights * rare
        self.names: Table = every.names * rare
        self.ones: Table = np.ones(len(rare))
        self._texts = len(packed)
        self._text = np.repeat(np.arange(len(packed)), [count_of(each) for each in packed])

    def sums(self, values: Table) -> Table:
        """float64[texts]."""
        return np.bincount(self._text, values, self._texts).astype(np.float64)

    def spread(self, values: Table, slots: npt.NDArray[np.int32]) -> Table:
        """float64[texts, len(slots)]; `slots` are sorted."""
        table = np.zeros((self._texts, len(slots)))
        held = np.isin(self.slots, slots)
        table[self._text[held], np.searchsorted(slots, self.slots[held])] = values[held]
        return table
