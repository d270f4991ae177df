"""One active story: the members kept of it, and what they amount to."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from transforms.stories.fingerprint import quantised
from transforms.stories.term_weights import mean_terms
from transforms.stories.trace import Trace, without_text

# What a big story keeps: how it began, and how it stands.
FIRST_MEMBERS = 8
LATEST_MEMBERS = 40
# Articles remembered by id and time alone, for their revisions; beyond, the earliest that are no
# members are forgotten.
MOST_ARTICLES = 5000
# Stories that went into one, so that they point on when it goes into another; beyond, the first
# are forgotten: they point to where they went.
MOST_FORMER = 500
_CENTROID_TERMS = 96
# What comes back each day comes back after 24 hours, give or take a few.
ANOTHER_DAY_S = 12 * 3600.0


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """That an article joined a story: one increment of the state.

    Attributes:
        trace: the article's; a reprint's without text.
        reprint_of: the article that it copies, None for an original.
        begins: whether there was no such story before it; what increments before it say of one of
            that id is of a story that had ended, before its first article came as a new one again.
    """

    trace: Trace
    story_id: str
    reprint_of: str | None
    begins: bool = False

    @property
    def order(self) -> tuple[float, str]:
        return (self.trace.fetched_s, self.trace.article_id)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """That a story went into an earlier one: one increment of the state."""

    story_id: str
    into: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """That an article's newer text is in another language: one increment of the state.

    Attributes:
        fetched_at, embedding: of that text, see `Fingerprint`.
    """

    article_id: str
    fetched_at: dt.datetime
    embedding: str


Increment = Joined | Merged | Gone


def joined_of(
    trace: Trace, story_id: str, reprint_of: str | None, *, begins: bool = False
) -> Joined:
    """The increment for an article that was placed so; no text is kept of a reprint."""
    kept = without_text(trace) if reprint_of else trace
    return Joined(trace=kept, story_id=story_id, reprint_of=reprint_of, begins=begins)


def kept(members: Sequence[Trace]) -> list[Trace]:
    """The members that a story keeps: its first 8 and its latest 40 originals."""
    if len(members) <= FIRST_MEMBERS + LATEST_MEMBERS:
        return list(members)
    return [*members[:FIRST_MEMBERS], *members[-LATEST_MEMBERS:]]


class ActiveStory:
    """What is known of one story: a function of its increments, in the order of their times.

    Attributes:
        members: originals with their texts' traces, at most 48.
        centroid: int8[dim] as bytes, the members' mean direction; b"" before the first.
        terms: the members' mean terms, packed, at most 96; b"" before the first.
        former: ids of stories that went into this one, at most 500.
        first_s, last_s: first and last publication. fetched_s: last fetch.
        began_s: first fetch of its first article; the earlier of two stories is the one that stays.
    """

    __slots__ = (
        "_articles",
        "began_s",
        "centroid",
        "fetched_s",
        "first_s",
        "former",
        "last_s",
        "members",
        "terms",
    )

    def __init__(self) -> None:
        self.members: list[Trace] = []
        self._articles: dict[str, Joined] = {}
        self.former: tuple[str, ...] = ()
        self.centroid = b""
        self.terms = b""
        self.first_s = self.last_s = self.fetched_s = 0.0
        self.began_s = math.inf

    def add(self, joined: Joined) -> list[str]:
        """Takes an article in, in the place of its older text; returns the ids forgotten for it."""
        article_id = joined.trace.article_id
        revised = self._articles.pop(article_id, None) is not None
        self._articles[article_id] = joined
        members = [m for m in self.members if m.article_id != article_id]
        if joined.reprint_of is None and joined.trace.vector:
            members.append(joined.trace)
        self.began_s = min(self.began_s, joined.trace.first_s)
        self._keep(members)
        self._time(list(self._articles.values()) if revised else [joined], afresh=revised)
        return self._forget()

    def absorb(self, other: ActiveStory, merged: Merged) -> None:
        """Takes all articles of `other` in, as if they had come here in the order of time.

        Args:
            merged: says the ids of both.
        """
        self.note(*other.former, merged.story_id)
        theirs = [dataclasses.replace(each, story_id=merged.into) for each in other.increments()]
        every = sorted([*self.increments(), *theirs], key=lambda joined: joined.order)
        self._articles = {joined.trace.article_id: joined for joined in every}
        members = sorted([*self.members, *other.members], key=lambda m: (m.fetched_s, m.article_id))
        self.began_s = min(self.began_s, other.began_s)
        self._keep(members)
        self._time(every, afresh=True)

    def let_go(self, article_id: str) -> None:
        """Is as if an article had never been here; not the only one.

        But for the members beyond those that are kept: what stood behind them is gone.
        """
        del self._articles[article_id]
        every = self.increments()
        self.began_s = min(joined.trace.first_s for joined in every)
        self.fetched_s = 0.0
        self._keep([m for m in self.members if m.article_id != article_id])
        self._time(every, afresh=True)

    def note(self, *former: str) -> None:
        """Takes note of stories that went into this one."""
        self.former = tuple(dict.fromkeys([*self.former, *former]))[-MOST_FORMER:]

    def increments(self) -> list[Joined]:
        """Its articles; adding them anew gives this story, but for `former`. At most 48 vectors."""
        return list(self._articles.values())

    def __len__(self) -> int:
        return len(self._articles)

    def article_ids(self) -> list[str]:
        """Ids of all articles remembered, at most 5000."""
        return list(self._articles)

    def _keep(self, members: list[Trace]) -> None:
        for dropped in members[FIRST_MEMBERS:-LATEST_MEMBERS]:
            joined = self._articles[dropped.article_id]
            bare = dataclasses.replace(joined, trace=without_text(dropped))
            self._articles[dropped.article_id] = bare
        self.members = kept(members)
        if self.members:
            self.centroid = _centroid([m.vector for m in self.members])
            self.terms = mean_terms([m.terms for m in self.members], _CENTROID_TERMS)

    def _time(self, of: list[Joined], afresh: bool) -> None:
        times = [joined.trace.event_s for joined in of]
        known = [] if afresh or len(self._articles) == 1 else [self.first_s, self.last_s]
        self.first_s, self.last_s = min(times + known), max(times + known)
        self.fetched_s = max(self.fetched_s, *(joined.order[0] for joined in of))

    def _forget(self) -> list[str]:
        beyond = len(self._articles) - MOST_ARTICLES
        if beyond <= 0:
            return []
        # A member must be found by its id: copies of it are still to come.
        members = {member.article_id for member in self.members}
        others = (article_id for article_id in self._articles if article_id not in members)
        forgotten = list(itertools.islice(others, beyond))
        for article_id in forgotten:
            del self._articles[article_id]
        return forgotten


def as_rows(vectors: Sequence[bytes]) -> npt.NDArray[np.float32]:
    """float32[n, dim] of whole numbers, out of int8[dim] each."""
    joined = np.frombuffer(b"".join(vectors), dtype=np.int8)
    return joined.reshape(len(vectors), -1).astype(np.float32)


def _centroid(vectors: Sequence[bytes]) -> bytes:
    """The mean direction, rounded like a fingerprint's vector, so that products of two are exact.

    Whole numbers whose products sum to less than 2^24 are added exactly in float32, in any order:
    neither a BLAS library nor a row's place in the matrix can change a decision.
    """
    if len(vectors) == 1:
        return vectors[0]
    return quantised(as_rows(vectors).sum(axis=0))
