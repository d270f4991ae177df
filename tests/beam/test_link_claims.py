"""LinkClaims: same_as, pairs, caps; on a runner and without."""

import dataclasses
from pathlib import Path
from typing import Any, NamedTuple

import apache_beam as beam
from apache_beam.testing.test_pipeline import TestPipeline

from schemas.records import Claim, Pair, Reading
from tests.beam.kept import keep, load
from tests.beam.story_records import article, reading
from transforms.link_claims import LinkClaims
from transforms.stories.linking import LinkLimits, StoryClaims

HURT = "The blaze on Ravelin Quay injured 12 firefighters, the mayor said."
HURT_TOO = "Twelve firefighters were injured in the blaze on Ravelin Quay, said the mayor."
FEWER = "The blaze on Ravelin Quay injured 3 firefighters, the mayor said."

FIRST = reading(article("https://a.example/1", body=HURT + " Smoke rose.", minutes=0), HURT)
SECOND = reading(article("https://b.example/2", body=HURT_TOO, minutes=10), HURT_TOO)
THIRD = reading(article("https://c.example/3", body=FEWER, minutes=20), FEWER)
COPY = reading(
    article("https://d.example/4", body=HURT + " Smoke rose.", minutes=30), reprint_of="x"
)


class Out(NamedTuple):
    claims: beam.PCollection[Claim]
    pairs: beam.PCollection[Pair]


def linked(readings: list[Reading], path: Path) -> dict[str, list[Any]]:
    with TestPipeline("FnApiRunner") as pipeline:
        created = pipeline | beam.Create(readings, reshuffle=False)
        out = created | LinkClaims()
        keep(Out(*out), path)
    found: dict[str, list[Any]] = {"claims": [], "pairs": []}
    for kept in load(path):
        found[kept.name].append(kept.element)
    return found


def test_first_claims_meet_every_other_original_whatever_comes_first(tmp_path: Path) -> None:
    for number, arrival in enumerate(([FIRST, SECOND, THIRD, COPY], [COPY, THIRD, SECOND, FIRST])):
        found = linked(arrival, tmp_path / str(number))
        hurt, fewer = FIRST.claims[0].claim_id, THIRD.claims[0].claim_id
        same_as = {claim.text: claim.same_as for claim in found["claims"]}
        assert same_as == {HURT: hurt, HURT_TOO: hurt, FEWER: fewer}
        assert {(p.claim.claim_id, p.url) for p in found["pairs"]} == {
            (hurt, "https://b.example/2"),
            (hurt, "https://c.example/3"),
            (fewer, "https://a.example/1"),
            (fewer, "https://b.example/2"),
        }
        assert len(found["pairs"]) == 4


def test_evidence_stands_in_the_body_where_it_says(tmp_path: Path) -> None:
    bodies = {r.placed.article.article_id: r.placed.article.body for r in (FIRST, SECOND, THIRD)}
    for pair in linked([FIRST, SECOND, THIRD], tmp_path / "out")["pairs"]:
        assert bodies[pair.article_id][pair.start : pair.end] == pair.evidence
        assert pair.evidence in pair.passage


def test_passages_that_share_too_little_are_not_judged() -> None:
    story = StoryClaims(LinkLimits())
    story.link(FIRST)
    other = reading(article("https://e.example/5", body="Ferries run late in Brack.", minutes=40))
    assert story.link(other).pairs == []


def test_a_revised_text_meets_the_claims_again_but_its_old_claims_meet_nobody_twice() -> None:
    story = StoryClaims(LinkLimits())
    story.link(FIRST)
    assert len(story.link(SECOND).pairs) == 1
    again = story.link(SECOND)
    assert [claim.same_as for claim in again.claims] == [FIRST.claims[0].claim_id]
    assert len(again.pairs) == 1
    assert story.link(FIRST).pairs == []


def test_pairs_carry_the_headline_of_the_earliest_original_even_beyond_the_caps() -> None:
    story = StoryClaims(LinkLimits(articles=1))
    story.link(titled(FIRST, "Blaze on Ravelin Quay"))
    for minutes, each in enumerate((SECOND, THIRD, SECOND, THIRD), 1):
        again = StoryClaims(LinkLimits(articles=1))
        for kept in story.kept():
            again.add(kept)
        story = again
        made = story.link(titled(each, f"Later report {minutes}"))
        assert {pair.story_headline for pair in made.pairs} <= {"Blaze on Ravelin Quay"}
    corrected = story.link(titled(FIRST, "Blaze on Ravelin Dock"))
    assert {pair.story_headline for pair in corrected.pairs} == {"Blaze on Ravelin Dock"}


def titled(each: Reading, title: str) -> Reading:
    article = dataclasses.replace(each.placed.article, title=title)
    return dataclasses.replace(each, placed=dataclasses.replace(each.placed, article=article))


def test_caps_hold() -> None:
    limits = LinkLimits(claims=2, articles=3, pairs=2)
    story = StoryClaims(limits)
    for number in range(8):
        text = f"The blaze on Ravelin Quay injured {number + 2} firefighters, the mayor said."
        url = f"https://a.example/{number}"
        made = story.link(reading(article(url, body=text, minutes=number), text))
        assert len(made.claims) == 1
        assert len(made.pairs) <= 2 * limits.pairs
    assert len(story.kept()) == limits.claims + limits.articles + 1  # the headline
