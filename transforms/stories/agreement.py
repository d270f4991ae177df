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

from transforms.stories.similarity import FEATURES, Weights, probabilities
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
    instalments = outlets & (gaps >= ANOTHER_DAY_S)

    def chance(share: Table) -> float:
        values = np.stack([cosines, cosines, terms, terms, share], axis=-1)
        clipped = np.clip(values, 0, 1).round(5).astype(np.float32).reshape(-1, len(FEATURES))
        return float(probabilities(model, clipped, gaps.ravel(), instalments.ravel()).mean())

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
    packed = [trace.terms for trace in (*mine, *theirs)]
    every = unpacked(b"".join(packed))
    rare = rarity.of(every).astype(np.float64)
    slots, column = np.unique(every.slots, return_inverse=True)
    row = np.repeat(np.arange(len(packed)), [count_of(each) for each in packed])

    def spread(values: Table) -> tuple[Table, Table]:
        table = np.zeros((len(packed), len(slots)))
        table[row, column] = values
        return table[: len(mine)], table[len(mine) :]

    weighed, their_weighed = spread(every.weights * rare)
    names, their_names = spread(every.names * rare)
    held, their_held = spread(np.ones(len(rare)))
    lengths = np.outer(_lengths(weighed), _lengths(their_weighed))
    return (
        weighed @ their_weighed.T / np.maximum(lengths, 1e-9),
        names @ their_held.T / np.maximum(names.sum(axis=1), 1e-9)[:, None],
        (their_names @ held.T / np.maximum(their_names.sum(axis=1), 1e-9)[:, None]).T,
    )


def _lengths(table: Table) -> Table:
    return np.sqrt((table**2).sum(axis=1))
