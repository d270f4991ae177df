"""What is known of an article that may be moved to another story. Without Beam."""

from __future__ import annotations

import dataclasses
import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from schemas.memory import Memory
from schemas.records import Claim, Merge, Placement, Reading
from schemas.stored import claim_of, placed_of

# Beyond, the ids that were dropped first are forgotten: those claims stay where they were.
MOST_FORMER = 500


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """That an article's story went into another."""

    article_id: str
    merge: Merge


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An article as it stands.

    Attributes:
        reading: its newest text, where it is now.
        former: ids of claims that older texts made while they were in that story.
    """

    reading: Reading
    former: tuple[str, ...] = ()


class Forwarded(NamedTuple):
    """What one more reading or move leads to: the new state, and what goes on."""

    known: Known | None
    readings: tuple[Reading, ...] = ()


def rank(element: Reading | Move) -> tuple[Any, ...]:
    """In order of time; of one moment in the order in which GroupStories took the articles.

    A merge is where the article is that showed it; an article's first text is before them all.
    """
    if isinstance(element, Move):
        return (element.merge.at, element.merge.counterpart, 1)
    article = element.placed.article
    return (article.fetched_at, article.article_id if article.revision else "", 0)


def follow(known: Known | None, element: Reading | Move) -> Forwarded:
    """A reading goes on, marked if its article was moved before; a move sends what is known on.

    Where a newer text is in another story, as when the one before has ended or is in another
    language, that one hears of it; what older texts said stays there. Of an article that is not
    known nothing can be sent.
    """
    if isinstance(element, Move):
        return Forwarded(None) if known is None else _move(known, element.merge)
    former = element.dropped
    left: tuple[Reading, ...] = ()
    if known is not None:
        element = _marked(element, known.reading)
        left = _left(element, known.reading)
        former = () if left else (*known.former, *element.dropped)
    now = {claim.claim_id for claim in element.claims}
    kept = dataclasses.replace(
        element,
        placed=dataclasses.replace(
            element.placed, article=dataclasses.replace(element.placed.article, replaces=None)
        ),
        dropped=(),
        replaced=None,
    )
    gone = tuple(dict.fromkeys(name for name in former if name not in now))
    return Forwarded(Known(reading=kept, former=gone[-MOST_FORMER:]), (*left, element))


def at_rest(readings: Sequence[Reading]) -> Iterator[Reading]:
    """Without those in stories that an article was only moved through, by merges of one moment.

    What is said in one moment in two stories could not be told apart.
    """
    for reading, following in itertools.zip_longest(readings, readings[1:]):
        if following is None or not _moved_on(reading, following):
            yield reading


def _moved_on(reading: Reading, following: Reading) -> bool:
    if reading.placed.article.replaces is not None:
        return False  # it brings a newer text
    one, other = reading.placed.placement, following.placed.placement
    moved = (one.fetched_at, one.moved_at)
    return one.moved_at is not None and moved == (other.fetched_at, other.moved_at)


def recall(memory: Memory, article_ids: Sequence[str]) -> dict[str, Known]:
    """What the index knows of these articles; two lookups, however many there are."""
    placed = {
        each.article.article_id: each
        for each in map(placed_of, memory.find("articles", "article_id", article_ids))
    }
    claims: dict[str, list[Claim]] = defaultdict(list)
    for stored in memory.find("claims", "article_id", sorted(placed)) if placed else ():
        claims[stored["article_id"]].append(claim_of(stored))
    return {
        article_id: Known(
            reading=Reading(
                placed=each,
                claims=tuple(c for c in claims[article_id] if c.dropped_at is None),
            ),
            former=_former(claims[article_id], each.placement),
        )
        for article_id, each in placed.items()
    }


def _former(claims: Sequence[Claim], placement: Placement) -> tuple[str, ...]:
    stories = (placement.story_id, placement.first_story_id)
    here = (claim for claim in claims if claim.story_id in stories)
    dropped = sorted((c.dropped_at, c.start, c.claim_id) for c in here if c.dropped_at)
    return tuple(claim_id for _, _, claim_id in dropped)[-MOST_FORMER:]


def _move(known: Known, merge: Merge) -> Forwarded:
    reading = known.reading
    placement = reading.placed.placement
    if placement.story_id not in (merge.story_id, merge.into):
        return Forwarded(known)  # a newer text has taken it elsewhere
    moved = dataclasses.replace(
        placement,
        story_id=merge.into,
        first_story_id=placement.first_story_id or merge.story_id,
        moved_at=merge.at,
    )
    placed = dataclasses.replace(reading.placed, placement=moved)
    now = dataclasses.replace(reading, placed=placed, claims=_claims(reading, merge))
    return Forwarded(
        dataclasses.replace(known, reading=now), (dataclasses.replace(now, former=known.former),)
    )


def _claims(reading: Reading, merge: Merge) -> tuple[Claim, ...]:
    return tuple(
        dataclasses.replace(claim, story_id=merge.into, moved_at=merge.at)
        for claim in reading.claims
    )


def _left(reading: Reading, before: Reading) -> tuple[Reading, ...]:
    """What the story of the text before is told, where the newer text is in another one."""
    story_id = before.placed.placement.story_id
    if reading.placed.placement.story_id == story_id:
        return ()
    placement = dataclasses.replace(reading.placed.placement, story_id=story_id)
    placed = dataclasses.replace(reading.placed, placement=placement)
    return (Reading(placed=placed, claims=(), left=True),)


def _marked(reading: Reading, before: Reading) -> Reading:
    """A newer text of an article that was moved tells so: its documents' versions follow from it.

    The text may have been fetched before the merge, where it came late.
    """
    moved_at = before.placed.placement.moved_at
    if moved_at is None:
        return reading
    placement = dataclasses.replace(
        reading.placed.placement,
        first_story_id=before.placed.placement.first_story_id,
        moved_at=moved_at,
    )
    return dataclasses.replace(
        reading,
        placed=dataclasses.replace(reading.placed, placement=placement),
        claims=tuple(dataclasses.replace(claim, moved_at=moved_at) for claim in reading.claims),
    )
