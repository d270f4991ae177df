"""CountStances: sources, once a label; claims nobody speaks of count zero."""

import random
from pathlib import Path
from typing import NamedTuple

import apache_beam as beam
import pytest
from apache_beam.testing.test_pipeline import TestPipeline

from schemas import ids
from schemas.records import Claim, ClaimCounts, Label, Pair, Stance
from tests.beam.kept import keep, load
from tests.beam.story_records import article, claim
from transforms.count_stances import CountStances, Said


class Out(NamedTuple):
    counts: beam.PCollection[ClaimCounts]


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
        stance_id=ids.stance_id(CLAIM.claim_id, by.article_id),
        pair=pair,
        label=label,
        score=0.9,
        scores=(0.9, 0.1, 0.0, 0.0),
        model="test",
        model_revision="1",
    )


STANCES = [
    stance("https://b.example/1", "Post", "supports", 10),
    stance("https://b.example/2", "Post", "supports", 20),
    stance("https://c.example/1", "Mail", "supports", 30),
    stance("https://d.example/1", "Echo", "discusses", 40),
    stance("https://d.example/1", "Echo", "denies", 50),
    stance("https://b.example/3", "Post", "discusses", 60),
]


@pytest.mark.parametrize("seed", [0, 1])
def test_distinct_sources_are_counted_whatever_comes_first(seed: int, tmp_path: Path) -> None:
    stances = random.Random(seed).sample(STANCES, len(STANCES))
    with TestPipeline("FnApiRunner") as pipeline:
        claims = pipeline | "C" >> beam.Create([CLAIM, SILENT])
        said = Said(
            claims | "TC" >> beam.Map(lambda each: each).with_output_types(Claim),
            pipeline | "S" >> beam.Create(stances, reshuffle=False),
        )
        keep(Out(said | CountStances()), tmp_path / "out")
    found = {kept.element.claim.claim_id: kept.element for kept in load(tmp_path / "out")}
    counts = found[CLAIM.claim_id]
    assert (counts.supporting, counts.denying, counts.discussing) == (2, 1, 1)
    assert counts.as_of == STANCES[-1].pair.fetched_at
    silent = found[SILENT.claim_id]
    assert (silent.supporting, silent.denying, silent.discussing) == (0, 0, 0)
