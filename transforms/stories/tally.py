"""What is known of one claim: as it stands, and what other articles say to it. Without Beam.

What a text says is current until its article has a newer text that does not say it; then it is
marked with the time of that text, and stays.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from schemas import ids
from schemas.memory import Memory
from schemas.records import (
    Claim,
    ClaimCounts,
    Label,
    MovedClaim,
    NewText,
    Sentence,
    Stance,
)
from schemas.stored import claim_counts_of, stored_stance

# Beyond, the stance that was dropped leaves first, then the one of the earliest text.
MOST_STANCES = 500

Event = Claim | Stance | NewText | MovedClaim


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """One claim and the stances on it.

    Attributes:
        claim: as the newest text that makes it does.
        stances: by id, at most 500, without the passages that were read for them.
        as_of: time of the newest text heard of.
    """

    claim: Claim
    stances: dict[str, Stance]
    as_of: dt.datetime


class Heard(NamedTuple):
    """What events lead to: the new state, and the stances that are not as they were."""

    tally: Tally | None
    changed: list[Stance]


def rank(event: Event) -> tuple[Any, ...]:
    """Events of one claim in order of time; of one moment, the one of the older text first.

    What was said before a merge of that very moment comes before what is said after it.
    """
    match event:
        case Claim():
            moved = event.moved_at is not None
            return (event.as_of, event.fetched_at, 0, moved, event.article_id)
        case Stance():
            text_at, claim = event.pair.fetched_at, event.pair.claim
            moved = claim.moved_at is not None
            return (max(text_at, claim.as_of), text_at, 1, moved, event.stance_id)
        case NewText():
            return (event.fetched_at, event.fetched_at, 2, event.article_id)
        case MovedClaim():
            return (event.moved_at, event.moved_at, 3, event.story_id)


def hear(tally: Tally | None, events: Iterable[Event]) -> Heard:
    """Takes in `events`, sorted by `rank`. Of a claim that nobody made, nothing is known."""
    before = {} if tally is None else tally.stances
    changed: dict[str, Stance] = {}
    for event in events:
        tally = _after(tally, event)
        if tally is not None and len(tally.stances) > MOST_STANCES:
            left = min(tally.stances.values(), key=_worth)
            changed[left.stance_id] = left
            tally = dataclasses.replace(tally, stances=_without(tally.stances, left.stance_id))
    for name, stance in tally.stances.items() if tally else ():
        changed.pop(name, None)
        if before.get(name) != stance:
            changed[name] = stance
    return Heard(tally, list(changed.values()))


def counts_from(tally: Tally) -> ClaimCounts:
    """The sources of the current stances that are sure, each once a label.

    Whoever made the claim does not support it by saying it again; to deny it is news.
    """

    def sources(label: Label) -> set[str]:
        current = (stance for stance in tally.stances.values() if stance.dropped_at is None)
        sure = (stance for stance in current if not stance.uncertain)
        return {stance.pair.source for stance in sure if stance.label == label}

    return ClaimCounts(
        claim=tally.claim,
        supporting=len(sources("supports") - {tally.claim.source}),
        denying=len(sources("denies")),
        discussing=len(sources("discusses")),
        as_of=tally.as_of,
    )


def recall_tallies(memory: Memory, claim_ids: Sequence[str]) -> dict[str, Tally]:
    """What the index holds on these claims; two lookups, however many there are."""
    found = [claim_counts_of(each) for each in memory.find("claims", "claim_id", claim_ids)]
    counts = {each.claim.claim_id: each for each in found}
    stances: dict[str, list[Stance]] = {claim_id: [] for claim_id in counts}
    for stored in memory.find("stances", "claim_id", sorted(counts)) if counts else ():
        claim = counts[stored["claim_id"]].claim
        stances[claim.claim_id].append(stored_stance(stored, claim))
    return {
        claim_id: Tally(
            claim=each.claim,
            stances={s.stance_id: s for s in sorted(stances[claim_id], key=_worth)[-MOST_STANCES:]},
            as_of=each.as_of,
        )
        for claim_id, each in counts.items()
    }


def _after(tally: Tally | None, event: Event) -> Tally | None:
    match event:
        case Claim():
            return _made(tally, event)
        case Stance():
            known = tally or _made(None, event.pair.claim)
            return _about(known, {**known.stances, event.stance_id: event}, rank(event)[0])
        case NewText():
            return None if tally is None else _newer(tally, event)
        case MovedClaim():
            return None if tally is None else _moved(tally, event)


def _made(tally: Tally | None, claim: Claim) -> Tally:
    if tally is None:
        return Tally(claim=claim, stances={}, as_of=claim.as_of)
    if claim.as_of < tally.claim.as_of:
        return tally
    return _about(dataclasses.replace(tally, claim=claim), tally.stances, claim.as_of)


def _moved(tally: Tally, event: MovedClaim) -> Tally:
    """The claim is in another story now; what is said to it stays."""
    claim = dataclasses.replace(tally.claim, story_id=event.story_id, moved_at=event.moved_at)
    return _about(dataclasses.replace(tally, claim=claim), tally.stances, event.moved_at)


def _newer(tally: Tally, text: NewText) -> Tally:
    """An article that was heard of before has a newer text, which may not say what that one did."""
    claim, at = tally.claim, text.fetched_at
    if claim.article_id == text.article_id:
        if claim.dropped_at is not None or claim.fetched_at >= at:
            return tally
        dropped = dataclasses.replace(claim, dropped_at=at)
        return _about(dataclasses.replace(tally, claim=dropped), tally.stances, at)
    standing = {ids.normalised(sentence.text): sentence for sentence in text.standing}
    heard = {
        name: _after_text(stance, text, standing)
        for name, stance in tally.stances.items()
        if stance.pair.article_id == text.article_id
        and stance.dropped_at is None
        and stance.pair.fetched_at < at
    }
    return _about(tally, {**tally.stances, **heard}, at) if heard else tally


def _after_text(stance: Stance, text: NewText, standing: Mapping[str, Sentence]) -> Stance:
    """Where its sentence is now; marked where none that spoke to the claim stands any more."""
    if not standing:
        return dataclasses.replace(stance, dropped_at=text.fetched_at)
    sentence = standing.get(ids.normalised(stance.pair.evidence))
    if sentence is None:
        return stance
    pair = dataclasses.replace(
        stance.pair,
        source=text.source,
        title=text.title,
        published_at=text.published_at,
        fetched_at=text.fetched_at,
        evidence=sentence.text,
        start=sentence.start,
        end=sentence.end,
    )
    return dataclasses.replace(stance, pair=pair)


def _about(tally: Tally, stances: dict[str, Stance], at: dt.datetime) -> Tally:
    """`tally` with these stances, each of them on the claim as it stands."""
    claim = tally.claim
    return dataclasses.replace(
        tally,
        stances={name: _on(stance, claim) for name, stance in stances.items()},
        as_of=max(tally.as_of, at),
    )


def _on(stance: Stance, claim: Claim) -> Stance:
    if stance.pair.claim is claim and not stance.pair.passage:
        return stance
    return dataclasses.replace(
        stance, pair=dataclasses.replace(stance.pair, claim=claim, passage="")
    )


def _worth(stance: Stance) -> tuple[Any, ...]:
    return (stance.dropped_at is None, stance.pair.fetched_at, stance.stance_id)


def _without(stances: dict[str, Stance], name: str) -> dict[str, Stance]:
    return {known: stance for known, stance in stances.items() if known != name}
