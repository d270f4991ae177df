"""Near-copies: how much of the shorter text stands in the longer, judged by two signatures.

Which text came first matters: a brief cut out of a report is its copy, a report more than twice as
long as a brief is none of the brief.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from transforms.stories.signature import MAX_WORDS, PERMUTATIONS, SHINGLE_WORDS

# A copy with a cut tail, an added credit and a few edited words keeps most of its 5-word shingles:
# one changed word in 25 breaks a fifth of them. Two own reports on one speech share its quotes,
# a tenth to a third.
MIN_CONTAINED = 0.6
# A copy has credits and boilerplate around it, but is not twice as long: what a fuller report says
# beside an agency's brief, somebody has to read.
MIN_OWN = 0.5
# Below this the estimate of 128 permutations is mostly noise (standard error .03): a lead of a
# seventh of the text is a summary rather than a copy.
MIN_JACCARD = 0.12
# A caption or a one-line alert is contained in much without being its copy.
_MIN_SHINGLES = 20
# An agency's alert is a copy where it is the same word for word. What is shorter still stands under
# many headlines: "This is a breaking news story. Check back for updates."
MIN_SAME_SHINGLES = 10
# Below this a copy is a small part of the earlier text, which may be a digest of many events.
_CLEAR_JACCARD = 0.5
_BY_CHANCE = 1 / 256


class NearCopy(NamedTuple):
    """How alike two texts are; `jaccard` and `contained` are 0 to 1.

    `clear` says whether the texts alone make it a copy; else headline and lead are asked, too.
    """

    row: int
    jaccard: float
    contained: float
    clear: bool


def shingle_count(words: int) -> int:
    """Number of 5-shingles that a body of so many words puts into its signature."""
    return max(0, min(words, MAX_WORDS) - SHINGLE_WORDS + 1)


def as_signature(value: bytes) -> npt.NDArray[np.uint8]:
    """uint8[128] out of `Fingerprint.signature`: the low byte of each minimum; zeros for none.

    A quarter of the memory for an estimate nearly as good: minima that differ agree in their low
    bytes once in 256 times, which is taken off again (Li and Koenig, "b-bit minwise hashing").
    """
    if not value:
        return np.zeros(PERMUTATIONS, dtype=np.uint8)
    return np.frombuffer(value, dtype="<u4").astype(np.uint8)


def near_copies(
    own: npt.NDArray[np.uint8],
    own_shingles: int,
    others: npt.NDArray[np.uint8],
    others_shingles: npt.NDArray[np.int32],
) -> list[NearCopy]:
    """Which of `others`, all of them earlier, `own` is a near-copy of; in the order given.

    Args:
        own: uint8[128]. others: uint8[n, 128].
        own_shingles, others_shingles: how many shingles each stands for; where fewer than 20, the
            text is a copy of the same text alone, and where fewer than 10, of nothing.

    The share contained follows from Jaccard j and the sizes a, b: j (a + b) / (1 + j) shingles are
    common to both (Broder 1997).
    """
    if own_shingles < MIN_SAME_SHINGLES or not len(others):
        return []
    equal = (others == own).mean(axis=1)
    jaccard = np.maximum(equal - _BY_CHANCE, 0) / (1 - _BY_CHANCE)
    shorter = np.minimum(others_shingles, own_shingles)
    common = jaccard * (others_shingles + own_shingles) / (1 + jaccard)
    contained = np.minimum(common / np.maximum(shorter, 1), 1.0)
    copies = (jaccard >= MIN_JACCARD) & (contained >= MIN_CONTAINED) & (shorter >= _MIN_SHINGLES)
    copies &= common >= MIN_OWN * own_shingles
    clear = copies & (jaccard >= _CLEAR_JACCARD)
    copies |= (equal == 1.0) & (others_shingles == own_shingles)
    return [
        NearCopy(int(i), float(jaccard[i]), float(contained[i]), bool(clear[i]))
        for i in np.flatnonzero(copies)
    ]
