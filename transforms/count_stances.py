"""CountStances: how many sources support, deny and discuss each claim."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import apache_beam as beam

from schemas.documents import claim_of
from schemas.memory import Memory, MemoryConfig
from schemas.records import Claim, ClaimCounts, Label, Stance
from transforms.in_order import InOrderFn, Kept, Order
from transforms.recall_first import RecallFn

DEFAULT_EXPIRY_S = 14 * 86_400.0


class Said(NamedTuple):
    """The claims, and what articles say to them."""

    claims: beam.PCollection[Claim]
    stances: beam.PCollection[Stance]


class CountStances(beam.PTransform[Said, beam.PCollection[ClaimCounts]]):
    """Puts out ClaimCounts for every claim, and again when stances change; newest `as_of` counts.

    A source counts once a label, however many articles it has; of an article that was revised, the
    stance of its newest text counts. Claims without a stance have counts of 0.

    Bounded or unbounded; a bounded run puts out one for each claim. State for each claim: about
    1 kB for each stance, as many as LinkClaims makes pairs; dropped `expiry_s` after the last one.

    Args:
        release_s: see `transforms.in_order.Order`.
        memory: where claims and stances of earlier runs are looked up, 200 at a time.
    """

    def __init__(
        self,
        *,
        release_s: float | None = None,
        expiry_s: float = DEFAULT_EXPIRY_S,
        memory: MemoryConfig | None = None,
    ) -> None:
        super().__init__()
        self._order = Order(release_s=release_s, expiry_s=expiry_s)
        self._memory = memory

    def expand(self, said: Said) -> beam.PCollection[ClaimCounts]:
        """Returns the counts as they stand after each step of time."""
        return (
            (
                said.claims | "ClaimsToCount" >> beam.Map(_of_claim).with_output_types(Vote),
                said.stances | "StancesToCount" >> beam.Map(vote_of).with_output_types(Vote),
            )
            | "FlattenSaid" >> beam.Flatten()
            | "RecallClaims"
            >> beam.ParDo(RecallFn(self._memory, _claim_id, recall_votes)).with_output_types(
                tuple[str, tuple[Vote, tuple[Vote, ...] | None]]
            )
            | "CountByClaim" >> beam.ParDo(_CountFn(self._order)).with_output_types(ClaimCounts)
        )


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """The claim itself (`label` None), or what one article says to it.

    Attributes:
        claim: as it was when the vote was cast; the newest text's is put out.
        at: `fetched_at` of the newer of claim and article.
    """

    claim: Claim
    article_id: str
    source: str
    label: Label | None
    at: dt.datetime


def vote_of(stance: Stance) -> Vote:
    """What counts of a stance."""
    pair = stance.pair
    return Vote(
        claim=pair.claim,
        article_id=pair.article_id,
        source=pair.source,
        label=stance.label,
        at=max(pair.fetched_at, pair.claim.fetched_at),
    )


def newest(votes: Iterable[Vote]) -> list[Vote]:
    """The newest vote of each article and of the claim itself, in order."""
    found: dict[tuple[str, bool], Vote] = {}
    for vote in sorted(votes, key=_rank):
        found[vote.article_id, vote.label is None] = vote
    return sorted(found.values(), key=_rank)


def counts_from(votes: Sequence[Vote]) -> ClaimCounts:
    """The counts out of what `newest` gives; at least one vote."""

    def sources(label: Label) -> int:
        return len({vote.source for vote in votes if vote.label == label})

    return ClaimCounts(
        claim=max(votes, key=lambda vote: (vote.claim.fetched_at, vote.label is None)).claim,
        supporting=sources("supports"),
        denying=sources("denies"),
        discussing=sources("discusses"),
        as_of=max(vote.at for vote in votes),
    )


def recall_votes(memory: Memory, claim_ids: Sequence[str]) -> dict[str, tuple[Vote, ...]]:
    """The votes that the index holds on these claims; two lookups, however many there are."""
    claims = {d["claim_id"]: claim_of(d) for d in memory.find("claims", "claim_id", claim_ids)}
    votes = {claim_id: [_of_claim(claim)] for claim_id, claim in claims.items()}
    for stored in memory.find("stances", "claim_id", sorted(claims)) if claims else ():
        claim = claims[stored["claim_id"]]
        at = dt.datetime.fromisoformat(stored["fetched_at"])
        votes[claim.claim_id].append(
            Vote(
                claim=claim,
                article_id=stored["article_id"],
                source=stored["source"],
                label=stored["label"],
                at=max(at, claim.fetched_at),
            )
        )
    return {claim_id: tuple(newest(found)) for claim_id, found in votes.items()}


def _of_claim(claim: Claim) -> Vote:
    return Vote(
        claim=claim,
        article_id=claim.article_id,
        source=claim.source,
        label=None,
        at=claim.fetched_at,
    )


def _claim_id(vote: Vote) -> str:
    return vote.claim.claim_id


def _rank(vote: Vote) -> tuple[Any, ...]:
    return (vote.at, vote.article_id, vote.label or "")


class _CountFn(InOrderFn[tuple[Vote, tuple[Vote, ...] | None]], stage="CountStances"):
    def rank(self, element: tuple[Vote, tuple[Vote, ...] | None]) -> tuple[Any, ...]:
        return _rank(element[0])

    def take(
        self, key: str, elements: list[tuple[Vote, tuple[Vote, ...] | None]], kept: Kept
    ) -> Iterator[ClaimCounts]:
        before: list[Vote] = kept.read()
        recalled = [vote for _, votes in elements[:1] for vote in votes or ()]
        votes = newest([*(before or recalled), *(vote for vote, _ in elements)])
        kept.replace(votes)
        yield counts_from(votes)
