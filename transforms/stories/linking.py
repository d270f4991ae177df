"""Which of a story's claims are one, and which articles each meets. Without Beam."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from schemas.memory import Memory
from schemas.records import (
    Article,
    Claim,
    MovedClaim,
    NewText,
    Pair,
    PlacedArticle,
    Reading,
    Sentence,
)
from schemas.stored import claim_of, placed_of
from transforms.models.base import TextError
from transforms.stories.headline import Headline, headline_of
from transforms.stories.likeness import Likeness
from transforms.stories.new_texts import new_texts
from transforms.stories.same_claim import (
    ALIKE,
    SAME_SHARE,
    SAME_SHARE_IF_ALIKE,
    same_speech,
    sameness,
)
from transforms.text.gist import gist_of
from transforms.text.passages import BodyIndex, Passage
from transforms.text.sentences import split_sentences
from transforms.text.substance import own_sentences


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class LinkLimits:
    """Bounds of what a story keeps and of the pairs that it makes.

    Attributes:
        claims: claims that later articles are held against. Beyond, the one leaves that nobody has
            said for the longest: it is written as it was, later articles no longer meet it, and who
            says it again says it first.
        articles: originals that later claims are held against, the latest ones.
        pairs: of a new claim with earlier articles, and of a new article with earlier claims, each:
            those whose passage shares most with the claim.
        overlap: share of a claim's weighted words that a passage must hold to be worth judging.
        body_chars: how much of an article is read.
    """

    claims: int = 200
    articles: int = 60
    pairs: int = 12
    overlap: float = 0.3
    body_chars: int = 20_000

    def __post_init__(self) -> None:
        if min(self.claims, self.articles, self.pairs, self.body_chars) < 1:
            raise ValueError(f"LinkLimits: every bound is 1 or more: {self}")


class Linked(NamedTuple):
    """What one reading adds: see `LinkedClaims`.

    Attributes:
        unread: claims that the embedder cannot read, with the reason: they were compared by words.
    """

    claims: list[Claim]
    pairs: list[Pair]
    new_texts: list[NewText]
    moved: list[MovedClaim]
    unread: list[tuple[Claim, TextError]]


class StoryClaims:
    """The claims and originals of one story; a function of what was put in, in order.

    Args:
        likeness: of two sentences by their meaning; None to go by words alone, as for languages
            that the embedding does not know.
    """

    def __init__(self, limits: LinkLimits, likeness: Likeness | None = None) -> None:
        self._limits = limits
        self._likeness = likeness
        self._firsts: dict[str, Claim] = {}  # not said for the longest first
        self._articles: dict[str, Article] = {}
        self._bodies: dict[str, BodyIndex] = {}  # of articles that a claim has met here
        self._headline: Headline | None = None
        self._unread: list[tuple[Claim, TextError]] = []

    def add(self, kept: Article | Claim | Headline) -> None:
        """Takes in what `kept` gave before."""
        if isinstance(kept, Headline):
            if self._headline is None or self._headline.article_id == kept.article_id:
                self._headline = kept
            self._headline = min(self._headline, kept)
            return
        if isinstance(kept, Claim):
            self._firsts.pop(kept.claim_id, None)
            self._firsts[kept.claim_id] = kept
            while len(self._firsts) > self._limits.claims:
                del self._firsts[next(iter(self._firsts))]
            return
        self._forget(kept.article_id)
        self._articles[kept.article_id] = kept
        while len(self._articles) > self._limits.articles:
            self._forget(next(iter(self._articles)))

    def kept(self) -> list[Article | Claim | Headline]:
        """All that later readings are held against, and what the story is called."""
        headlines = [self._headline] if self._headline else []
        return [*headlines, *self._articles.values(), *self._firsts.values()]

    def link(self, reading: Reading) -> Linked:
        """Takes the next reading in, and says what follows from it."""
        if reading.left:
            return self._leave(reading)
        placed = reading.placed
        known = set(self._firsts)
        original = placed.placement.reprint_of is None
        if original:
            self.add(headline_of(placed.article))
        else:
            self._uncall(placed.article.article_id)
        self._unread = []
        claims = [self._with_same_as(claim) for claim in _in_text_order(reading.claims)]
        pairs: list[Pair] = []
        for claim in claims:
            if claim.same_as == claim.claim_id and claim.claim_id not in known:
                pairs.extend(self._meet((claim, article) for article in self._articles.values()))
        self._forget(placed.article.article_id)
        earlier = [claim for claim_id, claim in self._firsts.items() if claim_id in known]
        answers: list[Pair] = []
        if original:
            article = _kept_form(placed.article, self._limits.body_chars)
            self.add(article)
            answers = self._meet((claim, article) for claim in earlier)
        asked = {pair.claim.claim_id for pair in answers}
        said = new_texts(reading, earlier, asked, self._limits.overlap, self._limits.body_chars)
        moved = list(_moved(reading))
        return Linked(claims, pairs + answers, list(said), moved, self._unread)

    def _leave(self, reading: Reading) -> Linked:
        """Forgets an article; what its text before said to claims of others may be said no more."""
        article_id = reading.placed.article.article_id
        self._forget(article_id)
        self._uncall(article_id)
        limits = self._limits
        said = new_texts(reading, self._firsts.values(), (), limits.overlap, limits.body_chars)
        return Linked([], [], list(said), [], [])

    def _uncall(self, article_id: str) -> None:
        """The story is called by another of its originals, if it was called by this one."""
        if self._headline is not None and self._headline.article_id == article_id:
            self._forget(article_id)
            self._headline = min(map(headline_of, self._articles.values()), default=None)

    def _forget(self, article_id: str) -> None:
        self._articles.pop(article_id, None)
        self._bodies.pop(article_id, None)

    def _with_same_as(self, claim: Claim) -> Claim:
        """`claim` with the first claim that says it, itself where it is the first."""
        if claim.claim_id in self._firsts:
            claim = dataclasses.replace(claim, same_as=claim.claim_id)
        else:
            claim = dataclasses.replace(claim, same_as=self._first_to_say(claim))
        said = self._firsts.get(claim.same_as, claim)
        self.add(claim if claim.same_as == claim.claim_id else said)
        return claim

    def _first_to_say(self, claim: Claim) -> str:
        """Of the claims that say the same, the likest; of equals, the one of the smallest id."""
        gist = gist_of(claim.text, claim.language)
        found = [(0.0, claim.claim_id)]
        near = []
        for first in self._firsts.values():
            other = gist_of(first.text, first.language)
            if same_speech(gist, other):
                found.append((-1.0, first.claim_id))
            elif (share := sameness(gist, other)) >= SAME_SHARE_IF_ALIKE:
                near.append((share, first))
        likeness = self._likeness_for(claim) if near else None
        for share, first in near:
            sure = _sure(share, claim, first, likeness)
            if sure > 0.0:
                found.append((-sure, first.claim_id))
        return min(found)[1]

    def _likeness_for(self, claim: Claim) -> Likeness | None:
        """None where the claim can be compared by its words alone."""
        if self._likeness is None or claim.language not in self._likeness.languages:
            return None
        error = self._likeness.unreadable(claim.text)
        if error is not None:
            self._unread.append((claim, error))
            return None
        return self._likeness

    def _meet(self, pairs: Iterable[tuple[Claim, Article]]) -> list[Pair]:
        """The pairs worth judging: of other articles, the most relevant passages first."""
        found = [
            (passage.overlap, claim, article, passage)
            for claim, article in pairs
            if claim.article_id != article.article_id
            and (passage := self._body(article).best(claim.text)).overlap >= self._limits.overlap
        ]
        found.sort(key=lambda each: (-each[0], each[1].claim_id, each[2].article_id))
        headline = self._headline.text if self._headline else ""
        best = found[: self._limits.pairs]
        return [
            _pair(claim, article, passage, self._body(article).read(passage), headline)
            for _, claim, article, passage in best
        ]

    def _body(self, article: Article) -> BodyIndex:
        """What of an article speaks to claims; a link to another one is no evidence."""
        known = self._bodies.get(article.article_id)
        if known is None:
            known = self._bodies[article.article_id] = _index(article.body, article.language)
        return known


# In a stream a story is read anew for each article: those it keeps are most often the same.
@functools.lru_cache(maxsize=128)
def _index(body: str, language: str) -> BodyIndex:
    return BodyIndex(body, own_sentences(body, split_sentences(body, language)))


def forget_texts() -> None:
    """Lets go of what was kept of texts from one story to the next."""
    _index.cache_clear()


def _sure(share: float, claim: Claim, first: Claim, likeness: Likeness | None) -> float:
    """0 where the words or the meaning are too far apart."""
    if likeness is None or likeness.unreadable(first.text) is not None:
        return share if share >= SAME_SHARE else 0.0
    cosine = likeness(claim.text, first.text)
    return cosine if cosine >= ALIKE else 0.0


def recall_story(memory: Memory, story_id: str, story: StoryClaims, limits: LinkLimits) -> None:
    """Puts into `story` what the index holds of it; two lookups."""
    placed = [placed_of(stored) for stored in memory.find("articles", "story_id", [story_id])]
    claims = [
        claim
        for claim in map(claim_of, memory.find("claims", "story_id", [story_id]))
        if not _came_dropped(claim)
    ]
    originals = [each for each in placed if each.placement.reprint_of is None]
    for each in sorted(originals, key=_came):
        story.add(headline_of(each.article))
        story.add(_kept_form(each.article, limits.body_chars))
    firsts = {claim.claim_id: claim for claim in claims if claim.same_as == claim.claim_id}
    for claim in sorted(claims, key=_said):
        if claim.same_as in firsts:
            story.add(firsts[claim.same_as])


def _came_dropped(claim: Claim) -> bool:
    """Whether its article made it no more when it was moved here: nothing here meets it then."""
    return bool(claim.moved_at and claim.dropped_at and claim.dropped_at <= claim.moved_at)


def _came(placed: PlacedArticle) -> tuple[Any, ...]:
    return (placed.placement.as_of, placed.article.fetched_at, placed.article.article_id)


def _said(claim: Claim) -> tuple[Any, ...]:
    return (claim.as_of, claim.fetched_at, claim.article_id, claim.start, claim.claim_id)


def _in_text_order(claims: Iterable[Claim]) -> Iterator[Claim]:
    yield from sorted(claims, key=lambda claim: (claim.start, claim.claim_id))


def _moved(reading: Reading) -> Iterator[MovedClaim]:
    placement = reading.placed.placement
    for claim_id in reading.former:
        yield MovedClaim(claim_id=claim_id, story_id=placement.story_id, moved_at=placement.as_of)


def _kept_form(article: Article, body_chars: int) -> Article:
    return dataclasses.replace(article, body=article.body[:body_chars], replaces=None)


def _pair(claim: Claim, article: Article, passage: Passage, text: str, story_headline: str) -> Pair:
    candidates = [Sentence(article.body[s:e], s, e) for s, e in passage.candidates]
    evidence, start, end = candidates[0]
    return Pair(
        claim=claim,
        story_headline=story_headline,
        article_id=article.article_id,
        source=article.source,
        url=article.url,
        title=article.title,
        published_at=article.published_at,
        fetched_at=article.fetched_at,
        passage=text,
        evidence=evidence,
        start=start,
        end=end,
        candidates=tuple(candidates),
        refuting=passage.refuting,
    )
