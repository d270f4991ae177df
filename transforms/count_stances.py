"""CountStances: how many sources support, deny and discuss each claim, by what they say now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import apache_beam as beam
from apache_beam.pvalue import TaggedOutput

from schemas.records import Claim, ClaimCounts, MovedClaim, NewText, Stance
from transforms.in_order import InOrderFn, Kept
from transforms.ordered_stage import OrderedStage
from transforms.recall_fn import RecallFn
from transforms.stories.tally import Event, Tally, counts_from, hear, rank, recall_tallies


class Said(NamedTuple):
    """The claims, which articles have newer texts, which claims moved; what is said to them."""

    claims: beam.PCollection[Claim | NewText | MovedClaim]
    stances: beam.PCollection[Stance]


class Counted(NamedTuple):
    """The claims with their counts, and the stances, both marked where no text says them now."""

    counts: beam.PCollection[ClaimCounts]
    stances: beam.PCollection[Stance]


class CountStances(OrderedStage[Said, Counted]):
    """Puts out ClaimCounts for every claim, and again when stances change; newest `as_of` counts.

    A source counts once a label, however many articles it has, and does not support its own claim.
    Claims and stances that the newest text of their article does not bear out are marked; such
    stances count no more. Claims without a stance have counts of 0. Each stance is put out when
    it is made and when its mark, or the claim, changes.

    Bounded or unbounded; a bounded run puts out each claim and each stance once. State for each
    claim: about 1 kB for each of at most 500 stances, dropped `expiry_s` after the last of them;
    `transforms.stories.tally` says what leaves beyond. A stance that left keeps its document,
    and is counted no more.

    Args: see `OrderedStage`; claims and stances are looked up 200 at a time.
    """

    def expand(self, said: Said) -> Counted:
        """Returns counts and stances as they stand after each step of time."""
        recalled = (
            said
            | "FlattenSaid" >> beam.Flatten()
            | "RecallClaims"
            >> beam.ParDo(RecallFn(self._memory, _claim_id, recall_tallies)).with_output_types(
                tuple[str, tuple[Event, Tally | None]]
            )
        )
        outputs = self._fit(recalled, _CountFn.stage) | "CountByClaim" >> beam.ParDo(
            _CountFn(self._order)
        ).with_outputs("stances", main="counts")
        return Counted(outputs["counts"], outputs["stances"])


def _claim_id(event: Event) -> str:
    return event.pair.claim.claim_id if isinstance(event, Stance) else event.claim_id


class _CountFn(InOrderFn[tuple[Event, Tally | None]], stage="CountStances"):
    def rank(self, element: tuple[Event, Tally | None]) -> tuple[Any, ...]:
        return rank(element[0])

    def take(
        self, key: str, elements: list[tuple[Event, Tally | None]], kept: Kept
    ) -> Iterator[Any]:
        before = next(iter(kept.read()), elements[0][1])
        tally, changed = hear(before, [event for event, _ in elements])
        if tally is None:
            return
        kept.replace([tally])
        yield counts_from(tally)
        for stance in changed:
            yield TaggedOutput("stances", stance)
