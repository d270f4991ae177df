"""The passage of a text that says most about a claim, found by the words that they share.

The stance model reads this passage, in training and in serving: one function for both.
"""

from __future__ import annotations

import functools
import itertools
import math
import re
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from transforms.text.asserted import stated_to_judge
from transforms.text.negation import DOUBT, UNTRUE
from transforms.text.sentences import Span

# About 145 word pieces of English news: with a claim of 30 the pair fits the model's 192.
WINDOW_CHARS = 640

# One of so many sentences decides what a passage says: they are few, since a model reads each.
_MOST_CANDIDATES = 3

# A prefix joins the forms of a word ("denied", "denies"; "Russia", "Russian") without a stemmer for
# each language.
_STEM_CHARS = 5
_NUMBER_OR_NAME = 1.5
# So often a text says so that calls something untrue, rather than tells of a fake passport.
_REFUTES_FROM = 2
# A sentence with a word of doubt decides more often than its neighbours do.
_DOUBT_BONUS = 0.2
_LEAD_BONUS = 0.05

_WORD = re.compile(r"\w+(?:[.,]\d+)*")
# Words so common that sharing them says nothing.
_COMMON_WORDS = """
a about after all also an and any are as at be been but by can could did do does for from had has
have he her his how i if in into is it its just may more new no not of off on one or our out over
said say says she so some than that the their them then there they this to up us was we were what
when where which who why will with would you your s t
"""
_COMMON = frozenset(_COMMON_WORDS.split())


class Passage(NamedTuple):
    """A window of a body, chosen for a claim.

    Attributes:
        start, end: the window, in characters of the body; whole sentences, about 128 word pieces.
        candidates: its sentences that share most with the claim, the nearest first; 1 to 3 of them.
            What the text states in order to judge it is one only where nothing else stands there.
        overlap: share of the claim's weighted words that the window holds, 0 to 1.
        refuting: whether the sentences of the body, all of them, have two words or more for what is
            untrue.
    """

    start: int
    end: int
    candidates: tuple[Span, ...]
    overlap: float
    refuting: bool = False

    @property
    def evidence(self) -> Span:
        """The sentence that shares most with the claim."""
        return self.candidates[0]


class BodyIndex:
    """The sentences of one body, prepared for many claims; building it is linear in the body.

    Args:
        sentences: in order; all of them, or those that a passage may be made of.
    """

    def __init__(self, body: str, sentences: Sequence[Span]) -> None:
        self._body = body
        self._sentences = list(sentences)
        self._stated = stated_to_judge(body, self._sentences)
        self._doubt = [DOUBT.search(body, s, e) is not None for s, e in self._sentences]
        doubted = itertools.compress(self._sentences, self._doubt)  # who calls it untrue doubts it
        untrue = sum(len(UNTRUE.findall(body, s, e)) for s, e in doubted)
        self._refuting = untrue >= _REFUTES_FROM
        self._where: defaultdict[str, list[int]] = defaultdict(list)
        for i, (s, e) in enumerate(self._sentences):
            for stem in _stems(body[s:e]):
                self._where[stem].append(i)
        self._windows = _windows(self._sentences)

    def best(self, claim: str) -> Passage:
        """The window that holds most of the claim's words; the earliest among equals.

        A body without a sentence gives the empty passage at 0.
        """
        if not self._sentences:
            return Passage(0, 0, (Span(0, 0),), 0.0)
        weights = self._weights(claim)
        # Exact sums: in the order of a set, which differs by process, ties would fall by chance.
        total = math.fsum(weights.values()) or 1.0
        shared: defaultdict[int, set[str]] = defaultdict(set)
        for stem in weights:
            for i in self._where.get(stem, ()):
                shared[i].add(stem)
        own = {i: math.fsum(weights[stem] for stem in found) / total for i, found in shared.items()}
        pull = {i: score + (_DOUBT_BONUS if self._doubt[i] else 0.0) for i, score in own.items()}
        best_score, best_window, best_overlap = -1.0, (0, 1), 0.0
        for first, last in self._windows:
            here = [i for i in range(first, last) if i in shared]
            if first > 0 and not here:  # the lead, which comes first, has at least its bonus
                continue
            found = set().union(*(shared[i] for i in here))
            overlap = math.fsum(weights[stem] for stem in found) / total
            doubt = max((pull[i] - own[i] for i in here), default=0.0)
            score = overlap + doubt + (_LEAD_BONUS if first == 0 else 0.0)
            if score > best_score + 1e-9:
                best_score, best_window, best_overlap = score, (first, last), overlap
        first, last = best_window
        here = [i for i in range(first, last) if self._sentences[i] not in self._stated]
        by_pull = sorted(here or range(first, last), key=lambda i: (-pull.get(i, 0.0), i))
        return Passage(
            self._sentences[first].start,
            self._sentences[last - 1].end,
            tuple(self._sentences[i] for i in by_pull[:_MOST_CANDIDATES]),
            min(best_overlap, 1.0),
            self._refuting,
        )

    def read(self, passage: Passage) -> str:
        """The passage as printed, less sentences that the index does not have."""
        text, at = "", passage.start
        for start, end in self._sentences:
            if passage.start <= start < passage.end:
                between = self._body[at:start]
                text += (" " if between.strip() else between) + self._body[start:end]
                at = end
        return text

    def _weights(self, claim: str) -> dict[str, float]:
        """Weight of each of the claim's stems: rarer in this body is heavier."""
        count = len(self._sentences)
        return {
            stem: factor * math.log(1 + (count + 1) / (len(self._where.get(stem, ())) + 0.5))
            for stem, factor in _claim_stems(claim)
        }


def best_passage(claim: str, body: str, sentences: Sequence[Span]) -> Passage:
    """`BodyIndex(body, sentences).best(claim)`, for one claim."""
    return BodyIndex(body, sentences).best(claim)


def _windows(sentences: Sequence[Span]) -> list[tuple[int, int]]:
    """From each sentence on, as many whole ones as fit; at least one."""
    windows: list[tuple[int, int]] = []
    last = 0
    for first, (start, _) in enumerate(sentences):
        last = max(last, first + 1)
        while last < len(sentences) and sentences[last].end - start <= WINDOW_CHARS:
            last += 1
        if not windows or windows[-1][1] < last:
            windows.append((first, last))
    return windows


# A claim is held against every article of its story.
@functools.lru_cache(maxsize=4096)
def _claim_stems(claim: str) -> tuple[tuple[str, float], ...]:
    return tuple(sorted(_stems(claim).items()))


def _stems(text: str) -> dict[str, float]:
    """Stem to factor: words without the common ones; numbers and capitalised words count more."""
    stems: dict[str, float] = {}
    for match in _WORD.finditer(text):
        word = match.group()
        lower = word.lower()
        if lower in _COMMON:
            continue
        factor = _NUMBER_OR_NAME if word[0].isupper() or word[0].isdigit() else 1.0
        stem = lower if word[0].isdigit() else lower[:_STEM_CHARS]
        stems[stem] = max(stems.get(stem, 0.0), factor)
    return stems
