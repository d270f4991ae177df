"""CountStances: sources, once a label, by what their newest texts say."""

import dataclasses
import itertools
import random
from pathlib import Path
from typing import Any, NamedTuple

import apache_beam as beam
import pytest
from apache_beam.testing.test_pipeline import TestPipeline
from hypothesis import given
from hypothesis import strategies as st

from schemas import ids
from schemas.records import (
    Claim,
    ClaimCounts,
    Label,
    MovedClaim,
    NewText,
    Pair,
    Sentence,
    Stance,
)
from tests.beam.kept import keep, load
from tests.beam.story_records import article, claim
from transforms.count_stances import CountStances, Said
from transforms.stories.tally import MOST_STANCES, counts_from, hear, rank


class Out(NamedTuple):
    counts: beam.PCollection[ClaimCounts]
    stances: beam.PCollection[Stance]


TEXT = "The harbour bridge was closed"
OF = article(body=TEXT)
CLAIM = claim(OF, TEXT)
SILENT = claim(article("https://z.example/9", body="Nobody cares"), "Nobody cares")


def stance(url: str, source: str, label: Label, minutes: float) -> Stance:
    by = article(url, source=source, minutes=minutes)
    pair = Pair(
        story_headline="Bridge closed",
        claim=CLAIM,
        article_id=by.article_id,
        source=source,
        url=url,
        title=by.title,
        published_at=None,
        fetched_at=by.fetched_at,
        passage=by.body,
        evidence=by.body,
        start=0,
        end=len(by.body),
    )
    return Stance(
        stance_id=ids.stance_id(CLAIM.claim_id, by.article_id, label),
        pair=pair,
        label=label,
        score=0.9,
        scores=(0.9, 0.1, 0.0, 0.0),
        model="test",
        model_revision="1",
    )


ECHO = stance("https://d.example/1", "Echo", "discusses", 40)
STANCES = [
    stance("https://b.example/1", "Post", "supports", 10),
    stance("https://b.example/2", "Post", "supports", 20),
    stance("https://c.example/1", "Mail", "supports", 30),
    ECHO,
    stance("https://d.example/1", "Echo", "denies", 50),
    stance("https://b.example/3", "Post", "discusses", 60),
    # What is uncertain counts as nothing.
    dataclasses.replace(stance("https://e.example/1", "Dawn", "denies", 55), uncertain=True),
]


def new_text(article_id: str, minutes: float, *standing: Sentence) -> NewText:
    return NewText(
        claim_id=CLAIM.claim_id,
        article_id=article_id,
        source="Echo",
        title="Bridge: what is known",
        published_at=None,
        fetched_at=article(minutes=minutes).fetched_at,
        standing=standing,
    )


CORRECTED = new_text(ECHO.pair.article_id, 50)
# What Echo's last text says stands further down in a newer one.
LOWER = new_text(
    ECHO.pair.article_id, 70, Sentence(ECHO.pair.evidence, 80, 80 + len(ECHO.pair.evidence))
)


def counted(
    folder: Path,
    *,
    seed: int,
    new_texts: tuple[NewText, ...],
    claims: tuple[Claim | MovedClaim, ...],
) -> dict[str, dict[str, Any]]:
    """What comes out, by name and id."""
    shuffled = random.Random(seed).sample(STANCES, len(STANCES))
    with TestPipeline("FnApiRunner") as pipeline:
        said = Said(
            pipeline | "C" >> beam.Create((*claims, *new_texts), reshuffle=False),
            pipeline | "S" >> beam.Create(shuffled, reshuffle=False),
        )
        keep(Out(*(said | CountStances())), folder / "out")
    found: dict[str, dict[str, Any]] = {"counts": {}, "stances": {}}
    for kept in load(folder / "out"):
        each = kept.element
        name = each.claim.claim_id if kept.name == "counts" else each.stance_id
        assert name not in found[kept.name]
        found[kept.name][name] = each
    return found


@pytest.mark.parametrize("seed", [0, 1])
def test_distinct_sources_are_counted_whatever_comes_first(seed: int, tmp_path: Path) -> None:
    found = counted(tmp_path, seed=seed, new_texts=(CORRECTED,), claims=(CLAIM, SILENT))
    counts = found["counts"][CLAIM.claim_id]
    assert (counts.supporting, counts.denying, counts.discussing) == (2, 1, 1)
    assert counts.as_of == max(each.pair.fetched_at for each in STANCES)
    silent = found["counts"][SILENT.claim_id]
    assert (silent.supporting, silent.denying, silent.discussing) == (0, 0, 0)
    dropped = {s.stance_id for s in found["stances"].values() if s.dropped_at is not None}
    assert dropped == {ECHO.stance_id}
    assert len(found["stances"]) == len(STANCES)


def test_a_text_that_says_nothing_more_is_marked_and_not_counted(tmp_path: Path) -> None:
    silenced = new_text(STANCES[2].pair.article_id, 70)
    found = counted(tmp_path, seed=0, new_texts=(CORRECTED, silenced), claims=(CLAIM,))
    counts = found["counts"][CLAIM.claim_id]
    assert (counts.supporting, counts.denying, counts.discussing) == (1, 1, 1)
    assert counts.as_of == silenced.fetched_at
    marked = found["stances"][STANCES[2].stance_id]
    assert marked.dropped_at == marked.as_of == silenced.fetched_at


def test_a_sentence_that_still_stands_is_where_the_newer_text_has_it(tmp_path: Path) -> None:
    found = counted(tmp_path, seed=0, new_texts=(CORRECTED, LOWER), claims=(CLAIM,))
    counts = found["counts"][CLAIM.claim_id]
    assert (counts.supporting, counts.denying, counts.discussing) == (2, 1, 1)
    [denial] = [s for s in found["stances"].values() if s.label == "denies" and not s.uncertain]
    assert (denial.pair.start, denial.pair.title) == (80, LOWER.title)
    assert denial.as_of == denial.pair.fetched_at == counts.as_of == LOWER.fetched_at
    assert found["stances"][ECHO.stance_id].dropped_at == CORRECTED.fetched_at


def test_a_claim_that_its_article_drops_is_marked_and_its_stances_count_on(tmp_path: Path) -> None:
    dropped = new_text(CLAIM.article_id, 80)
    found = counted(tmp_path, seed=0, new_texts=(CORRECTED, dropped), claims=(CLAIM,))
    counts = found["counts"][CLAIM.claim_id]
    assert counts.claim.dropped_at == counts.as_of == dropped.fetched_at
    assert (counts.supporting, counts.denying, counts.discussing) == (2, 1, 1)
    for each in found["stances"].values():
        assert each.pair.claim.dropped_at == each.as_of == dropped.fetched_at


def test_a_claim_that_comes_back_is_current_again(tmp_path: Path) -> None:
    again = claim(article(body=TEXT, minutes=90), TEXT)
    dropped = new_text(CLAIM.article_id, 80)
    found = counted(tmp_path, seed=0, new_texts=(dropped,), claims=(again, CLAIM))
    assert found["counts"][CLAIM.claim_id].claim == again
    assert {each.pair.claim for each in found["stances"].values()} == {again}


def test_a_claim_that_was_moved_takes_its_stances_along(tmp_path: Path) -> None:
    at = article(minutes=90).fetched_at
    moved = MovedClaim(claim_id=CLAIM.claim_id, story_id="s0", moved_at=at)
    again = dataclasses.replace(CLAIM, story_id="s0", moved_at=at)
    for number, event in enumerate((again, moved)):
        folder = tmp_path / str(number)
        folder.mkdir()
        found = counted(folder, seed=0, new_texts=(CORRECTED,), claims=(CLAIM, event))
        counts = found["counts"][CLAIM.claim_id]
        assert counts.claim == again
        assert counts.as_of == at
        assert (counts.supporting, counts.denying, counts.discussing) == (2, 1, 1)
        for each in found["stances"].values():
            assert (each.pair.claim.story_id, each.as_of) == ("s0", at)


def test_a_claim_that_was_dropped_stays_so_where_it_is_moved() -> None:
    at = article(minutes=90).fetched_at
    moved = MovedClaim(claim_id=CLAIM.claim_id, story_id="s0", moved_at=at)
    tally = hear(None, sorted([CLAIM, moved, new_text(CLAIM.article_id, 80)], key=rank)).tally
    assert tally is not None
    assert tally.claim.story_id == "s0"
    assert tally.claim.dropped_at == article(minutes=80).fetched_at


def test_of_one_moment_a_claim_is_where_a_merge_has_moved_it() -> None:
    moved = dataclasses.replace(CLAIM, story_id="s2", moved_at=CLAIM.fetched_at)
    for events in itertools.permutations([CLAIM, moved]):
        tally = hear(None, sorted(events, key=rank)).tally
        assert tally is not None
        assert tally.claim == moved


def test_of_a_claim_that_nobody_made_nothing_is_said(tmp_path: Path) -> None:
    unknown = dataclasses.replace(new_text("a", 0), claim_id="none")
    found = counted(tmp_path, seed=0, new_texts=(unknown,), claims=(CLAIM,))
    assert set(found["counts"]) == {CLAIM.claim_id}


def test_beyond_the_cap_dropped_stances_leave_first_and_then_the_earliest() -> None:
    made = [stance(f"https://{n}.example/1", f"S{n}", "supports", n) for n in range(MOST_STANCES)]
    late = new_text(made[-1].pair.article_id, MOST_STANCES + 1)
    more = [
        stance(f"https://{n}.example/1", f"S{n}", "denies", n)
        for n in range(MOST_STANCES + 2, MOST_STANCES + 4)
    ]
    tally, changed = hear(None, sorted([CLAIM, *made, late, *more], key=rank))
    assert tally is not None
    assert len(tally.stances) == MOST_STANCES
    left = [s for s in changed if s.stance_id not in tally.stances]
    assert [s.stance_id for s in left] == [made[-1].stance_id, made[0].stance_id]
    assert left[0].dropped_at == late.fetched_at
    assert counts_from(tally).supporting == MOST_STANCES - 2


def test_an_outlet_that_repeats_itself_is_no_support_but_one_that_denies_itself_is_news() -> None:
    own = [
        stance("https://a.example/2", CLAIM.source, "supports", 10),
        stance("https://a.example/3", CLAIM.source, "denies", 20),
        stance("https://a.example/4", CLAIM.source, "discusses", 30),
    ]
    tally = hear(None, [CLAIM, *own]).tally
    assert tally is not None
    assert len(tally.stances) == len(own)
    counts = counts_from(tally)
    assert (counts.supporting, counts.denying, counts.discussing) == (0, 1, 1)


@given(st.permutations(range(len(STANCES) + 3)), st.sets(st.integers(1, len(STANCES) + 2)))
def test_a_tally_is_the_same_however_its_events_are_cut(order: list[int], cuts: set[int]) -> None:
    events = sorted([CLAIM, *STANCES, CORRECTED, LOWER], key=rank)
    whole = hear(None, events).tally
    tally, shown = None, {}
    for start, end in itertools.pairwise([0, *sorted(cuts), len(events)]):
        part = [events[i] for i in sorted(order) if start <= i < end]
        tally, changed = hear(tally, sorted(part, key=rank))
        shown |= {each.stance_id: each for each in changed}
    assert tally == whole
    assert whole is not None
    assert shown == whole.stances
