"""CommitDocuments: whenever a stream is killed, what it has written is a state that it was in."""

import itertools
import os
import time
from pathlib import Path

import apache_beam as beam
import pytest
from apache_beam.pipeline import AppliedPTransform, PipelineVisitor
from apache_beam.testing.test_pipeline import TestPipeline

from pipeline.graph import GraphConfig, build
from pipeline.sinks import Sinks
from schemas.documents import document_of
from schemas.records import Document
from tests.beam.stored import index_at, store_documents
from tests.beam.story_graph import DOCUMENTED, by_steps, index_of, run, streamed, wire
from tests.beam.test_follow_merges import two_ends
from tests.beam.test_revisions import TEXTS
from tests.record_samples import placed
from transforms.commit_documents import ORDERED_STAGES, CommitDocuments, documents_at
from transforms.elasticsearch.connection import ElasticsearchConfig
from transforms.files.staged import keep_documents, kept_files, staged_documents
from transforms.in_order import InOrderFn

# As far apart as the articles are: several are under way at a time.
RELEASE_S = 60.0
DAYS_S = 86_400.0
ARTICLES = [*two_ends(), *TEXTS]


@pytest.fixture(scope="module")
def commits(tmp_path_factory: pytest.TempPathFactory) -> list[list[Document]]:
    """What each file holds of a stream with merges, revisions and reprints."""
    folder = tmp_path_factory.mktemp("commits")
    stream = by_steps(ARTICLES, step_s=60.0, steps=60)
    with TestPipeline("BundleBasedDirectRunner") as pipeline:  # FnApiRunner has no TestStream
        records = wire(streamed(pipeline, stream), release_s=RELEASE_S)
        documents = [getattr(records, n) | n >> documents_at(RELEASE_S) for n in DOCUMENTED]
        _ = (
            documents
            | beam.Flatten()
            | CommitDocuments(str(folder), release_s=RELEASE_S, keep_s=DAYS_S)
        )
    return [list(_of_file(path, folder)) for path in kept_files(folder)]


def _of_file(path: Path, folder: Path) -> list[Document]:
    alone = folder / path.stem
    alone.mkdir()
    path.rename(alone / path.name)
    return list(staged_documents(alone))


def test_after_each_commit_the_index_is_that_of_a_run_up_to_there(
    commits: list[list[Document]], tmp_path: Path
) -> None:
    assert len(commits) > 5
    for number, commit in enumerate(commits):
        store_documents(tmp_path / "index", commit)
        until_ms = max(document.version for some in commits[: number + 1] for document in some)
        before = [each for each in ARTICLES if each.fetched_at.timestamp() * 1000 <= until_ms]
        wanted = index_of(tmp_path / f"index{number}", run(before, tmp_path / f"out{number}"))
        assert index_at(tmp_path / "index") == wanted, number
    assert len(before) == len(ARTICLES)


def test_files_go_when_they_are_old(tmp_path: Path) -> None:
    for age_s in (500.0, 50.0):
        keep_documents(tmp_path, [document_of(placed())])
        then = time.time() - age_s
        os.utime(kept_files(tmp_path)[-1], (then, then))
    with TestPipeline("FnApiRunner") as pipeline:
        documents = pipeline | beam.Create([placed()]) | documents_at(1.0)
        _ = documents | CommitDocuments(str(tmp_path), release_s=1.0, keep_s=100.0)
    assert len(kept_files(tmp_path)) == 2


def test_documents_of_one_moment_are_written_in_one_order(tmp_path: Path) -> None:
    records = [placed(article_id=name) for name in "abcd"]
    written = []
    for name, arriving in (("there", records), ("back", records[::-1])):
        folder = tmp_path / name
        folder.mkdir()
        with TestPipeline("FnApiRunner") as pipeline:
            created = pipeline | beam.Create(arriving, reshuffle=False)
            documents = created | documents_at(1.0)
            _ = documents | CommitDocuments(str(folder), release_s=1.0, keep_s=100.0)
        written.append([document.id for document in staged_documents(folder)])
    assert written[0] == written[1] == ["a", "b", "c", "d"]


def test_the_way_to_a_document_has_as_many_ordered_stages_as_it_waits_for() -> None:
    cluster = ElasticsearchConfig(urls=("http://localhost:9200",), index_prefix="news")
    sinks = Sinks(elasticsearch=cluster, commit_dir="commits")
    pipeline = beam.Pipeline("FnApiRunner")
    build(pipeline, GraphConfig(release_s=1.0, sinks=sinks))
    longest = LongestWay()
    pipeline.visit(longest)
    assert longest.stages["FlattenDocuments"] == ORDERED_STAGES


class LongestWay(PipelineVisitor):
    """Counts the ordered stages up to each transform, on the longest way to it."""

    def __init__(self) -> None:
        self.stages: dict[str, int] = {}

    def visit_transform(self, transform_node: AppliedPTransform) -> None:
        before = (each.producer.full_label for each in transform_node.inputs if each.producer)
        fn = getattr(transform_node.transform, "fn", None)
        most = max((self.stages[label] for label in before), default=0)
        self.stages[transform_node.full_label] = most + isinstance(fn, InOrderFn)


def test_the_order_of_writing_is_the_order_of_the_files(commits: list[list[Document]]) -> None:
    newest = [max(document.version for document in commit) for commit in commits]
    assert all(one <= other for one, other in itertools.pairwise(newest))
