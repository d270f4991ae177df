"""One active story: the members kept of it, and what they amount to."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from schemas.records import Fingerprint
from transforms.stories.fingerprint import quantised
from transforms.stories.reprints import as_signature, shingle_count
from transforms.stories.term_weights import Terms, mean_terms, terms_of

# What a big story keeps: how it began, and how it stands.
FIRST_MEMBERS = 8
LATEST_MEMBERS = 40
# Articles remembered by id and time alone, for their revisions; beyond, the earliest are forgotten.
MOST_ARTICLES = 5000
_CENTROID_TERMS = 96


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """That an article joined a story: one increment of the state.

    Attributes:
        fingerprint: the article's; a reprint's without vector, terms and signature.
        reprint_of: the article that it copies, None for an original.
    """

    fingerprint: Fingerprint
    story_id: str
    reprint_of: str | None

    @property
    def order(self) -> tuple[float, str]:
        return (self.fingerprint.fetched_at.timestamp(), self.fingerprint.article_id)


class Member:
    """An original of a story, unpacked for comparing."""

    __slots__ = ("article_id", "event_s", "joined", "shingles", "signature", "terms", "vector")

    def __init__(self, joined: Joined) -> None:
        fingerprint = joined.fingerprint
        self.joined = joined
        self.article_id = fingerprint.article_id
        self.event_s = fingerprint.event_time.timestamp()
        self.vector = np.frombuffer(fingerprint.vector, dtype=np.int8)
        self.terms = terms_of(fingerprint)
        self.signature = as_signature(fingerprint.signature)
        self.shingles = shingle_count(fingerprint.words)


def member_of(fingerprint: Fingerprint) -> Member:
    """An article that belongs to no story yet."""
    return Member(Joined(fingerprint=fingerprint, story_id="", reprint_of=None))


def kept(members: Sequence[Member]) -> list[Member]:
    """The members that a story keeps: its first 8 and its latest 40 originals."""
    if len(members) <= FIRST_MEMBERS + LATEST_MEMBERS:
        return list(members)
    return [*members[:FIRST_MEMBERS], *members[-LATEST_MEMBERS:]]


class ActiveStory:
    """What is known of one story: a function of its increments, in the order of their times."""

    __slots__ = ("_articles", "centroid", "fetched_s", "first_s", "last_s", "members", "terms")

    def __init__(self) -> None:
        self.members: list[Member] = []
        self._articles: dict[str, Joined] = {}
        self.centroid: npt.NDArray[np.float32] = np.zeros(0, dtype=np.float32)
        self.terms: Terms | None = None
        self.first_s = self.last_s = self.fetched_s = 0.0

    def add(self, joined: Joined) -> list[str]:
        """Takes an article in, in the place of its older text; returns the ids forgotten for it."""
        article_id = joined.fingerprint.article_id
        revised = self._articles.pop(article_id, None) is not None
        self._articles[article_id] = joined
        members = [m for m in self.members if m.article_id != article_id]
        if joined.reprint_of is None and joined.fingerprint.vector:
            members.append(Member(joined))
        self._keep(members)
        self._time(list(self._articles.values()) if revised else [joined], afresh=revised)
        return self._forget()

    def increments(self) -> list[Joined]:
        """What to write so that reading it gives this story again; at most 48 with vectors."""
        return list(self._articles.values())

    def article_ids(self) -> list[str]:
        """Ids of all articles remembered, at most 5000."""
        return list(self._articles)

    def _keep(self, members: list[Member]) -> None:
        for dropped in members[FIRST_MEMBERS:-LATEST_MEMBERS]:
            self._articles[dropped.article_id] = without_text(dropped.joined)
        self.members = kept(members)
        if self.members:
            self.centroid = _centroid([m.vector for m in self.members])
            self.terms = mean_terms([m.terms for m in self.members], _CENTROID_TERMS)

    def _time(self, of: list[Joined], afresh: bool) -> None:
        times = [joined.fingerprint.event_time.timestamp() for joined in of]
        known = [] if afresh or len(self._articles) == 1 else [self.first_s, self.last_s]
        self.first_s, self.last_s = min(times + known), max(times + known)
        self.fetched_s = max(self.fetched_s, *(joined.order[0] for joined in of))

    def _forget(self) -> list[str]:
        forgotten = []
        while len(self._articles) > MOST_ARTICLES:
            forgotten.append(next(iter(self._articles)))
            del self._articles[forgotten[-1]]
        return forgotten


def without_text(joined: Joined) -> Joined:
    """`joined` for remembering only when the article came and what it copied."""
    bare = dataclasses.replace(joined.fingerprint, vector=b"", terms=(), signature=b"")
    return dataclasses.replace(joined, fingerprint=bare)


def _centroid(vectors: Sequence[npt.NDArray[np.int8]]) -> npt.NDArray[np.float32]:
    """The mean direction, rounded like a fingerprint's vector, so that products of two are exact.

    Whole numbers whose products sum to less than 2^24 are added exactly in float32, in any order:
    neither a BLAS library nor a row's place in the matrix can change a decision.
    """
    if len(vectors) == 1:
        return vectors[0].astype(np.float32)
    mean = np.stack(vectors).astype(np.float32).sum(axis=0)
    return np.frombuffer(quantised(mean), dtype=np.int8).astype(np.float32)
