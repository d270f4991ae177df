"""The stages that keep state, wired as the graph wires them, with stand-ins for the models."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import apache_beam as beam
import numpy as np
from apache_beam.testing.test_pipeline import TestPipeline
from apache_beam.testing.test_stream import TestStream

from schemas import ids
from schemas.memory import MemoryConfig
from schemas.records import (
    Article,
    Claim,
    Embedded,
    Outcome,
    Pair,
    PlacedArticle,
    Reading,
    Revision,
    Stance,
    Story,
)
from tests.beam.kept import keep, load
from tests.beam.stored import index_at, store
from tests.beam.story_records import START, fingerprint
from transforms.commit_documents import ORDERED_STAGES
from transforms.count_stances import CountStances, Said
from transforms.describe_stories import DescribeStories, Told
from transforms.detect_claims import read_article, replaced_texts
from transforms.drop_repeats import DropRepeats
from transforms.follow_merges import FollowMerges, Found
from transforms.group_stories import GroupStories
from transforms.link_claims import LinkClaims
from transforms.models.base import LABELS, Floats, ModelInfo, Text


class Outputs(NamedTuple):
    """What the stages put out."""

    placed: beam.PCollection[PlacedArticle]
    revisions: beam.PCollection[Revision]
    outcomes: beam.PCollection[Outcome]
    claims: beam.PCollection[Any]
    pairs: beam.PCollection[Pair]
    stances: beam.PCollection[Stance]
    counts: beam.PCollection[Any]
    stories: beam.PCollection[Story]


# What of it becomes documents.
DOCUMENTED = ("placed", "revisions", "counts", "stances", "stories")


def wire(
    articles: beam.PCollection[Article],
    release_s: float | None = None,
    memory: MemoryConfig | None = None,
) -> Outputs:
    """DropRepeats to CountStances; a claim is any sentence with `said` in it."""
    keeps: dict[str, Any] = {"release_s": release_s, "memory": memory}
    distinct = articles | "DropRepeats" >> DropRepeats(**keeps)
    made = distinct.articles | "Embed" >> beam.Map(embedded).with_output_types(Embedded)
    grouped = made | "GroupStories" >> GroupStories(**keeps)
    readings = grouped.placed | "Detect" >> beam.Map(read).with_output_types(Reading)
    followed = Found(readings, grouped.merges) | "FollowMerges" >> FollowMerges(**keeps)
    linked = followed.readings | "LinkClaims" >> LinkClaims(**keeps)
    stances = linked.pairs | "Classify" >> beam.Map(judged).with_output_types(Stance)
    said = Said(linked.said, stances)
    claims = linked.said | "Claims" >> beam.Filter(lambda each: isinstance(each, Claim))
    counted = said | "CountStances" >> CountStances(**keeps)
    replaced = readings | "Replaced" >> beam.FlatMap(replaced_texts).with_output_types(Revision)
    told = Told(followed.readings, grouped.merges)
    stories = told | "DescribeStories" >> DescribeStories(**keeps)
    return Outputs(
        followed.articles,
        (distinct.revisions, replaced) | "FlattenRevisions" >> beam.Flatten(),
        distinct.outcomes,
        claims,
        linked.pairs,
        counted.stances,
        counted.counts,
        stories,
    )


def run(
    articles: list[Article], path: Path, memory: MemoryConfig | None = None
) -> dict[str, list[Any]]:
    """All that comes out of a bounded run, by name."""
    with TestPipeline("FnApiRunner") as pipeline:
        created = pipeline | beam.Create(articles, reshuffle=False)
        timed = created | beam.Map(at_its_time).with_output_types(Article)
        keep(wire(timed, memory=memory), path)
    return outputs(path)


def by_steps(articles: Iterable[Article], *, step_s: float, steps: int) -> TestStream:
    """A stream from START on whose watermark follows the articles, step by step."""
    start = START.timestamp()
    stream = TestStream().advance_watermark_to(start - 1)
    for number in range(steps):
        begin = start + number * step_s
        within = [a for a in articles if begin <= a.fetched_at.timestamp() < begin + step_s]
        stream = stream.add_elements(map(at_its_time, within))
        stream = stream.advance_watermark_to(begin + step_s)
    return stream


def one_by_one(articles: Iterable[Article], release_s: float) -> TestStream:
    """A stream whose watermark follows the articles through each stage; half a minute apart.

    The test runner does not hold the watermark for what timers put out: where its steps are longer
    than `release_s`, what a merge moves may come out of order.
    """
    stream = TestStream().advance_watermark_to(START.timestamp() - 2 * release_s)
    for each in sorted(articles, key=lambda one: one.fetched_at):
        at = each.fetched_at.timestamp()
        stream = stream.advance_watermark_to(at - release_s).add_elements([at_its_time(each)])
        for cut in range(1, ORDERED_STAGES + 2):
            stream = stream.advance_watermark_to(at + cut * release_s)
    return stream


def streamed(pipeline: beam.Pipeline, stream: TestStream) -> beam.PCollection[Article]:
    """The articles of a stream that ends."""
    elements = pipeline | stream.advance_watermark_to_infinity()
    return elements | beam.Map(lambda each: each).with_output_types(Article)


def run_stream(
    stream: TestStream, path: Path, release_s: float = 1.0, memory: MemoryConfig | None = None
) -> dict[str, list[Any]]:
    """All that comes out of a stream, by name."""
    with TestPipeline("BundleBasedDirectRunner") as pipeline:  # FnApiRunner has no TestStream
        keep(wire(streamed(pipeline, stream), release_s, memory), path)
    return outputs(path)


def index_of(path: Path, found: dict[str, list[Any]]) -> dict[str, list[dict[str, Any]]]:
    """The documents of an index at `path` that takes newer versions, with what a run put out."""
    store(path, [record for name in DOCUMENTED for record in found[name]])
    return index_at(path)


def outputs(path: Path) -> dict[str, list[Any]]:
    """What a run kept at `path`, by name."""
    found: dict[str, list[Any]] = {name: [] for name in Outputs._fields}
    for kept in load(path):
        found[kept.name].append(kept.element)
    return found


def at_its_time(article: Article) -> Any:
    """An article with the timestamp that intake gives it."""
    return beam.window.TimestampedValue(article, article.fetched_at.timestamp())


def embedded(article: Article) -> Embedded:
    """Stands in for EmbedArticles."""
    return Embedded(article=article, fingerprint=fingerprint(article))


def read(placed: PlacedArticle) -> Reading:
    """DetectClaims with a stand-in for its model, which reads English."""
    reading, _ = read_article(placed, SaidModel(), frozenset({"en"}))
    return reading


class SaidModel:
    """Stands in for the claim model: what somebody `said` is a claim."""

    info = ModelInfo(name="test", revision="1", threshold=0.5)
    labels = LABELS["claims"]

    def scores(self, texts: Sequence[Text]) -> Floats:
        yes = np.array([" said" in text for text in texts], np.float32) * 0.8 + 0.1
        return np.stack([1 - yes, yes], axis=1)


def judged(pair: Pair) -> Stance:
    """Stands in for ClassifyStances: who writes `denied` denies."""
    label, scores = ("supports", (0.9, 0.0, 0.1, 0.0))
    if "denied" in pair.passage:
        label, scores = ("denies", (0.0, 0.9, 0.1, 0.0))
    return Stance(
        stance_id=ids.stance_id(pair.claim.claim_id, pair.article_id, pair.evidence),
        pair=pair,
        label=label,  # type: ignore[arg-type]
        score=0.9,
        scores=scores,
        model="test",
        model_revision="1",
    )
