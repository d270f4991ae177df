"""What of an article follows its story into another."""

import dataclasses
import datetime as dt
from pathlib import Path

import pytest

from schemas.documents import document_of
from schemas.records import ClaimCounts, Merge, Reading
from tests.beam.stored import store
from tests.beam.story_records import START, article, reading
from transforms.files.memory import FolderMemory
from transforms.stories.following import MOST_FORMER, Known, Move, at_rest, follow, rank, recall

HURT = "The barge crash hurt 5 people, the mayor said."
FEWER = "The barge crash hurt 3 people, the mayor said."
FIRST = reading(article(body=HURT), HURT, story_id="later")
REVISED = dataclasses.replace(
    reading(article(body=FEWER, minutes=20), FEWER, story_id="later"),
    dropped=(FIRST.claims[0].claim_id,),
)


def move(minutes: float, story_id: str = "later", into: str = "earlier", by: str = "a9") -> Move:
    at = START + dt.timedelta(minutes=minutes)
    merge = Merge(story_id=story_id, into=into, score=0.8, counterpart=by, at=at)
    return Move(article_id=FIRST.placed.article.article_id, merge=merge)


def after(*elements: Reading | Move) -> tuple[Known, list[Reading]]:
    """What is known after them, and what went on."""
    known, on = None, []
    for element in sorted(elements, key=rank):
        known, readings = follow(known, element)
        on += readings
    assert known is not None
    return known, on


def test_a_move_sends_the_article_and_its_claims_on_under_the_story_that_stays() -> None:
    known, (before, moved) = after(FIRST, move(30))
    assert before == FIRST
    assert moved.placed.placement.story_id == moved.claims[0].story_id == "earlier"
    assert moved.placed.placement.first_story_id == "later"
    assert moved.placed.placement.as_of == moved.claims[0].as_of == move(30).merge.at
    assert known.reading == moved
    versions = [document_of(each.placed).version for each in (before, moved)]
    assert versions[1] - versions[0] == 30 * 60_000


def test_claims_of_older_texts_move_along_by_their_ids() -> None:
    _, (_, revised, moved) = after(FIRST, REVISED, move(30))
    assert revised.dropped == moved.former == (FIRST.claims[0].claim_id,)
    assert [claim.text for claim in moved.claims] == [FEWER]
    assert (moved.dropped, moved.replaced) == ((), None)


def test_a_sentence_that_came_back_is_no_former_claim() -> None:
    again = reading(article(body=HURT, minutes=25), HURT, story_id="later")
    back = dataclasses.replace(again, dropped=(REVISED.claims[0].claim_id,))
    _, on = after(FIRST, REVISED, back, move(30))
    assert on[-1].former == (REVISED.claims[0].claim_id,)


def test_former_claims_are_capped() -> None:
    many = dataclasses.replace(REVISED, dropped=tuple(str(n) for n in range(MOST_FORMER + 9)))
    known, _ = after(FIRST, many)
    assert known.former == tuple(str(n) for n in range(9, MOST_FORMER + 9))


def test_two_merges_of_one_moment_follow_one_another() -> None:
    chain = [move(30, "earlier", "earliest", by="b"), move(30, by="a")]
    known, on = after(FIRST, *chain)
    assert [each.placed.placement.story_id for each in on] == ["later", "earlier", "earliest"]
    assert known.reading.placed.placement.first_story_id == "later"


def test_of_a_story_that_an_article_was_moved_through_in_one_moment_nothing_is_told() -> None:
    _, on = after(FIRST, move(30), move(30, "earlier", "earliest", by="b9"))
    told = [each.placed.placement.story_id for each in at_rest(on)]
    assert told == ["later", "earliest"]
    assert [each.placed.placement.story_id for each in at_rest(on[:2])] == ["later", "earlier"]


@pytest.mark.parametrize("by", ["", "~"])
def test_a_newer_text_and_a_merge_of_one_moment(by: str) -> None:
    """They follow one another as GroupStories took them, by the articles' ids."""
    text = reading(article(body=FEWER, minutes=30), FEWER, story_id="later" if by else "earlier")
    newer = dataclasses.replace(
        text,
        placed=dataclasses.replace(
            text.placed, article=dataclasses.replace(text.placed.article, revision=1)
        ),
        dropped=(FIRST.claims[0].claim_id,),
    )
    known, on = after(FIRST, newer, move(30, by=by))
    assert not any(each.left for each in on)
    placement = known.reading.placed.placement
    assert (placement.story_id, placement.first_story_id) == ("earlier", "later")
    assert known.former == newer.dropped


def test_a_text_that_comes_late_is_no_older_version_than_the_move() -> None:
    """Fetched before the merge, and heard of after it."""
    known, _ = after(FIRST, move(30))
    _, [late] = follow(known, reading(article(body=FEWER, minutes=20), FEWER, story_id="earlier"))
    assert late.placed.placement.as_of == late.claims[0].as_of == move(30).merge.at
    assert late.placed.placement.first_story_id == "later"


def elsewhere(minutes: float) -> Reading:
    """A newer text, which was placed in another story."""
    return dataclasses.replace(
        reading(article(body=FEWER, minutes=minutes), FEWER, story_id="other"),
        dropped=(FIRST.claims[0].claim_id,),
    )


def test_the_story_that_a_newer_text_is_not_in_hears_of_it() -> None:
    known, (_, told, there) = after(FIRST, elsewhere(20))
    assert (told.placed.placement.story_id, told.left, told.claims) == ("later", True, ())
    assert told.placed.article == there.placed.article
    assert there == elsewhere(20)
    assert known.reading.placed.placement.story_id == "other"


def test_what_older_texts_said_stays_in_the_story_that_they_were_in() -> None:
    known, on = after(FIRST, elsewhere(20), move(30, "other", "another"))
    assert on[-1].placed.placement.story_id == "another"
    assert known.former == on[-1].former == ()


def test_a_story_that_an_article_has_left_takes_it_nowhere() -> None:
    known, on = after(FIRST, elsewhere(20), move(30))
    assert known.reading.placed.placement.story_id == "other"
    assert len(on) == 3


def test_nothing_is_sent_of_an_article_that_is_not_known() -> None:
    assert follow(None, move(30)) == (None, ())


def test_the_index_knows_what_the_state_knew(tmp_path: Path) -> None:
    known, _ = after(FIRST, REVISED, move(30))
    [current] = known.reading.claims
    dropped = dataclasses.replace(
        FIRST.claims[0], story_id="earlier", dropped_at=REVISED.placed.article.fetched_at
    )
    counts = [
        ClaimCounts(claim=each, supporting=0, denying=0, discussing=0, as_of=each.as_of)
        for each in (current, dropped)
    ]
    store(tmp_path / "index", [known.reading.placed, *counts])
    article_id = current.article_id
    assert recall(FolderMemory(tmp_path / "index"), [article_id, "none"]) == {article_id: known}
