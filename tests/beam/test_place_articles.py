"""PlaceArticles: three parts meet, once."""

from pathlib import Path
from typing import NamedTuple

import apache_beam as beam
import pytest
from apache_beam.testing.test_pipeline import TestPipeline

from schemas.records import Article, Fingerprint, PlacedArticle, Placement
from tests.beam.kept import keep, load
from tests.beam.story_records import article, fingerprint, placed
from transforms.place_articles import Parts, PlaceArticles


class Out(NamedTuple):
    placed: beam.PCollection[PlacedArticle]


@pytest.mark.parametrize("release_s", [None, 1.0])
def test_each_text_meets_its_own_parts_at_the_latest_of_their_times(
    release_s: float | None, tmp_path: Path
) -> None:
    texts = [article(f"https://a.example/{i % 5}", minutes=i) for i in range(20)]

    def later(placement: Placement) -> beam.window.TimestampedValue:
        return beam.window.TimestampedValue(placement, placement.fetched_at.timestamp() + 7)

    with TestPipeline("FnApiRunner") as pipeline:
        articles = pipeline | "A" >> beam.Create(texts, reshuffle=False)
        prints = pipeline | "F" >> beam.Create([fingerprint(t) for t in reversed(texts)])
        placements = (
            pipeline | "P" >> beam.Create([placed(t).placement for t in texts]) | beam.Map(later)
        )
        parts = Parts(
            articles | "TA" >> beam.Map(lambda each: each).with_output_types(Article),
            prints | "TF" >> beam.Map(lambda each: each).with_output_types(Fingerprint),
            placements | "TP" >> beam.Map(lambda each: each).with_output_types(Placement),
        )
        keep(Out(parts | PlaceArticles(release_s=release_s)), tmp_path / "out")
    found = list(load(tmp_path / "out"))
    assert len(found) == len(texts)
    for kept in found:
        each = kept.element
        assert each.fingerprint.fetched_at == each.article.fetched_at == each.placement.fetched_at
        assert kept.micros == int((each.article.fetched_at.timestamp() + 7) * 1_000_000)
