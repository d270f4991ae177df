"""The active stories of one language, and where among them an article belongs. Without Beam."""

from __future__ import annotations

import dataclasses
import itertools
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from schemas import ids
from schemas.records import Fingerprint, Merge, Placement
from transforms.stories.agreement import agreement
from transforms.stories.candidates import TermIndex, VectorIndex
from transforms.stories.features import features, nearest_members
from transforms.stories.reprints import MIN_SAME_SHINGLES, NearCopy, near_copies
from transforms.stories.similarity import Apart, Weights, load_weights, probabilities
from transforms.stories.story import (
    ANOTHER_DAY_S,
    MOST_ARTICLES,
    ActiveStory,
    Gone,
    Increment,
    Joined,
    Merged,
    joined_of,
)
from transforms.stories.term_weights import Rarity
from transforms.stories.trace import Trace, trace_of

# Languages of embeddings that name none, as of the packaged one; elsewhere terms alone decide.
VECTOR_LANGUAGES = frozenset({"en"})
_CANDIDATES = 24
_TOGETHER = 64
# Other stories that an article tells, too, and that are held against its own.
_RIVALS = 3


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class StoryLimits:
    """Bounds of what is active.

    Attributes:
        expiry_s: a story ends after so long without a new article: measured by `fetched_at` it
            leaves the memory, measured by publication it takes no article from beyond.
        max_stories: per language; beyond, the story longest without a new article ends early.
    """

    expiry_s: float = 7 * 86_400.0
    max_stories: int = 100_000

    def __post_init__(self) -> None:
        if self.expiry_s <= 0 or self.max_stories < 1:
            raise ValueError(f"StoryLimits: expiry_s above 0 and max_stories of 1 or more: {self}")


class Match(NamedTuple):
    """A story, how probably the article tells it, and the member compared with."""

    story_id: str
    probability: float
    counterpart: str


class Placed(NamedTuple):
    """Where an article went.

    Attributes:
        increments: what to keep of it. merge: what it brought together, None for nothing.
    """

    placement: Placement
    increments: tuple[Joined | Merged, ...]
    merge: Merge | None = None


class ActiveStories:
    """Articles are put in the order of their times; the result is a function of that order.

    Two stories become one when an article tells both and their members agree
    (`transforms.stories.agreement`). An article brings at most two together, and none that have
    5000 articles.

    Cost of an article: its share of a product with the matrix of centroids, and a closer look at 24
    stories at most; `benchmarks/stories.py` has the figures.
    """

    def __init__(
        self,
        language: str,
        limits: StoryLimits | None = None,
        *,
        vector_languages: Iterable[str] = VECTOR_LANGUAGES,
        model: Weights | None = None,
    ) -> None:
        self.limits = limits or StoryLimits()
        self._by_vectors = language in frozenset(vector_languages)
        self.model = model or load_weights(self._by_vectors)
        self._stories: OrderedDict[str, ActiveStory] = OrderedDict()  # longest without news first
        self._story_of: dict[str, str] = {}
        self._rarity = Rarity(language)
        self._vectors = VectorIndex()
        self._terms = TermIndex()

    def __len__(self) -> int:
        return len(self._stories)

    @property
    def articles(self) -> int:
        """Number of articles remembered."""
        return len(self._story_of)

    def place(self, fingerprint: Fingerprint) -> Placed:
        """Decides where an article belongs, and puts it there."""
        own = trace_of(fingerprint)
        self._expire(own.fetched_s)
        placement, told = self._decide(fingerprint, own)
        merge = self._merge(fingerprint, told)
        increments: tuple[Joined | Merged, ...] = ()
        if merge is not None:
            placement = dataclasses.replace(placement, story_id=merge.into)
            increments = (Merged(story_id=merge.story_id, into=merge.into),)
        story_id = placement.story_id
        begins = story_id not in self._stories
        increments += (joined_of(own, story_id, placement.reprint_of, begins=begins),)
        for increment in increments:
            self.add(increment)
        return Placed(placement, increments, merge)

    def place_all(self, fingerprints: Sequence[Fingerprint]) -> Iterator[Placed]:
        """As `place` for each in turn, with one pass over all centroids for 64 of them."""
        for start in range(0, len(fingerprints), _TOGETHER):
            some = fingerprints[start : start + _TOGETHER]
            if self._by_vectors:
                self._vectors.look_ahead([each.vector for each in some])
            for fingerprint in some:
                yield self.place(fingerprint)

    def leave(self, gone: Gone) -> tuple[Gone, ...]:
        """Takes an article out that is in another language now; returns what to keep of that."""
        self._expire(ids.milliseconds(gone.fetched_at) / 1000)
        if gone.article_id not in self._story_of:
            return ()
        self.add(gone)
        return (gone,)

    def add(self, increment: Increment) -> None:
        """Puts an article, or a story, where it was found to belong, or takes an article out."""
        if isinstance(increment, Merged):
            self._absorb(increment)
        elif isinstance(increment, Gone):
            self._let_go(increment.article_id)
        else:
            self._join(increment)

    def _join(self, joined: Joined) -> None:
        if joined.begins:
            if joined.story_id in self._stories:
                self._remove(joined.story_id)
            # Written anew, all that is kept of the story is of this one.
            joined = dataclasses.replace(joined, begins=False)
        story = self._stories.setdefault(joined.story_id, ActiveStory())
        if story.members:
            self._rarity.count(story.terms, -1)
        for forgotten in story.add(joined):
            self._story_of.pop(forgotten, None)
        self._story_of[joined.trace.article_id] = joined.story_id
        self._stories.move_to_end(joined.story_id)
        self._index(joined.story_id, story)
        if len(self._stories) > self.limits.max_stories:
            self._remove(next(iter(self._stories)))

    def increments(self) -> list[Joined | Merged]:
        """All that is kept, in order: adding it to an empty instance gives this one again."""
        every = [joined for story in self._stories.values() for joined in story.increments()]
        merged = [
            Merged(story_id=former, into=story_id)
            for story_id, story in self._stories.items()
            for former in story.former
        ]
        return [*sorted(every, key=lambda joined: joined.order), *merged]

    def matches(self, fingerprint: Fingerprint) -> list[Match]:
        """The stories that come nearest, the most probable first; about 24 at most."""
        own = trace_of(fingerprint)
        return self._ranked(own, self._candidates(own))

    def compared(self, fingerprint: Fingerprint) -> list[tuple[str, npt.NDArray[np.float32]]]:
        """The features of an article beside each of the stories that come nearest; for training."""
        own = trace_of(fingerprint)
        candidates = self._candidates(own)
        if not candidates:
            return []
        stories = [self._stories[story_id] for story_id in candidates]
        values = features(own, stories, nearest_members(own, stories), self._rarity)
        return list(zip(candidates, values, strict=True))

    def _decide(self, fingerprint: Fingerprint, own: Trace) -> tuple[Placement, list[str]]:
        """Where an article goes, and all stories that it tells, the most probable first."""
        known = self._story_of.get(own.article_id)
        candidates = [known] if known else self._candidates(own)
        copies = self._copies(own, candidates)
        if known:
            copied = copies[0][0] if copies else None
            revision = _placement(
                fingerprint, known, "revision", 1.0, own.article_id, reprint_of=copied
            )
            return revision, []
        ranked = [] if copies and copies[0][1].clear else self._ranked(own, candidates)
        told = [each.story_id for each in ranked if each.probability >= self.model.threshold]
        for copied, copy in copies:
            story_id = self._story_of[copied]
            if copy.clear or story_id in told:
                reprint = _placement(
                    fingerprint, story_id, "reprint", copy.contained, copied, reprint_of=copied
                )
                return reprint, []
        best = ranked[0] if ranked else Match("", 0.0, "")
        if told:
            similar = _placement(
                fingerprint, best.story_id, "similar", best.probability, best.counterpart
            )
            return similar, told
        first = _placement(
            fingerprint, _own_story(fingerprint), "first", 1.0 - best.probability, None
        )
        return first, []

    def _merge(self, fingerprint: Fingerprint, told: Sequence[str]) -> Merge | None:
        """Whether the first of these stories and one of the next are one."""
        for rival in told[1 : 1 + _RIVALS]:
            into, story_id = sorted((told[0], rival), key=self._age)
            one, other = self._stories[into], self._stories[story_id]
            if len(one) + len(other) >= MOST_ARTICLES:
                continue
            score = agreement(one, other, self.model, self._rarity)
            if score >= self.model.agreement:
                return Merge(
                    story_id=story_id,
                    into=into,
                    score=round(score, 4),
                    counterpart=fingerprint.article_id,
                    at=fingerprint.fetched_at,
                    articles=tuple(other.article_ids()),
                    former=other.former,
                )
        return None

    def _age(self, story_id: str) -> tuple[float, str]:
        return self._stories[story_id].began_s, story_id

    def _absorb(self, merged: Merged) -> None:
        into, story = self._stories.get(merged.into), self._stories.get(merged.story_id)
        if into is None:  # of what is recalled, more than `max_stories`: it ended early
            return
        if story is None:  # it went before what is kept began
            into.note(merged.story_id)
            return
        if into.members:
            self._rarity.count(into.terms, -1)
        self._remove(merged.story_id)
        into.absorb(story, merged)
        self._story_of.update((article_id, merged.into) for article_id in into.article_ids())
        self._index(merged.into, into)

    def _let_go(self, article_id: str) -> None:
        story_id = self._story_of.get(article_id)
        if story_id is None:  # of what is kept, more than `max_stories`: it ended early
            return
        story = self._stories[story_id]
        self._remove(story_id)
        if len(story) == 1:
            return
        story.let_go(article_id)
        self._story_of.update((each, story_id) for each in story.article_ids())
        self._put_back(story_id, story)
        self._index(story_id, story)

    def _put_back(self, story_id: str, story: ActiveStory) -> None:
        """Without its last article, it has been without news for longer than some others."""
        newer = itertools.takewhile(
            lambda other: self._stories[other].fetched_s > story.fetched_s, reversed(self._stories)
        )
        behind = list(newer)
        self._stories[story_id] = story
        for other in reversed(behind):
            self._stories.move_to_end(other)

    def _candidates(self, own: Trace) -> list[str]:
        """Story ids in a fixed order."""
        if self._by_vectors:
            return sorted(self._vectors.nearest(own.vector, _CANDIDATES))
        return sorted(self._terms.nearest(own.terms, self._rarity, _CANDIDATES))

    def _ranked(self, own: Trace, candidates: list[str]) -> list[Match]:
        if not candidates:
            return []
        stories = [self._stories[story_id] for story_id in candidates]
        nearest = nearest_members(own, stories)
        apart = Apart(
            np.array([_gap_s(own, story) for story in stories]),
            np.array([_is_instalment(own, member) for member in nearest]),
            np.array([own.dated and member.dated for member in nearest]),
        )
        values = features(own, stories, nearest, self._rarity)
        chances = probabilities(self.model, values, apart)
        chances[apart.gap_s > self.limits.expiry_s] = 0.0
        ranked = [
            Match(story_id, float(chance), member.article_id)
            for story_id, chance, member in zip(candidates, chances, nearest, strict=True)
        ]
        return sorted(ranked, key=lambda match: (-match.probability, match.story_id))

    def _copies(self, own: Trace, candidates: list[str]) -> list[tuple[str, NearCopy]]:
        """The originals that `own` nearly copies, by article id, the earliest first."""
        others = [
            member
            for story_id in candidates
            for member in self._stories[story_id].members
            if member.article_id != own.article_id
            and member.shingles >= MIN_SAME_SHINGLES
            and abs(member.event_s - own.event_s) <= self.limits.expiry_s
        ]
        if not others or own.shingles < MIN_SAME_SHINGLES:
            return []
        signatures = np.frombuffer(b"".join([each.signature for each in others]), dtype=np.uint8)
        found = near_copies(
            np.frombuffer(own.signature, dtype=np.uint8),
            own.shingles,
            signatures.reshape(len(others), -1),
            np.array([member.shingles for member in others], dtype=np.int32),
        )
        copies = sorted(found, key=lambda c: (others[c.row].fetched_s, others[c.row].article_id))
        return [(others[copy.row].article_id, copy) for copy in copies]

    def _index(self, story_id: str, story: ActiveStory) -> None:
        if not story.members:  # only reprints: their original was revised into something else
            self._vectors.remove(story_id)
            self._terms.remove(story_id)
            return
        self._rarity.count(story.terms, 1)
        if self._by_vectors:
            self._vectors.put(story_id, story.centroid)
        else:
            self._terms.put(story_id, story.terms)

    def _expire(self, now_s: float) -> None:
        while self._stories:
            story_id, story = next(iter(self._stories.items()))
            if story.fetched_s + self.limits.expiry_s >= now_s:
                return
            self._remove(story_id)

    def _remove(self, story_id: str) -> None:
        story = self._stories.pop(story_id)
        for article_id in story.article_ids():
            # Where increments are added anew, it may be in another story since this one ended.
            if self._story_of.get(article_id) == story_id:
                del self._story_of[article_id]
        if story.members:
            self._rarity.count(story.terms, -1)
        self._vectors.remove(story_id)
        self._terms.remove(story_id)


def _own_story(fingerprint: Fingerprint) -> str:
    """The id of the story that an article begins: another one for each of its texts."""
    if fingerprint.revision == 0:
        return ids.digest("story", fingerprint.article_id)
    fetched = ids.milliseconds(fingerprint.fetched_at)
    return ids.digest("story", fingerprint.article_id, str(fetched))


def _gap_s(own: Trace, story: ActiveStory) -> float:
    """Seconds between an article's publication and the story's first or last; 0 within."""
    return max(story.first_s - own.event_s, own.event_s - story.last_s, 0.0)


def _is_instalment(own: Trace, nearest: Trace) -> bool:
    """Whether both are texts of one outlet, of different days."""
    return own.source == nearest.source and abs(own.event_s - nearest.event_s) >= ANOTHER_DAY_S


def _placement(
    fingerprint: Fingerprint,
    story_id: str,
    method: Literal["first", "similar", "reprint", "revision"],
    score: float,
    counterpart: str | None,
    *,
    reprint_of: str | None = None,
) -> Placement:
    return Placement(
        article_id=fingerprint.article_id,
        fetched_at=fingerprint.fetched_at,
        story_id=story_id,
        reprint_of=reprint_of,
        method=method,
        score=round(score, 4),
        counterpart=counterpart,
    )
