"""`WriteToElasticsearch` in a graph, on a real server."""

import dataclasses
import functools
import subprocess
import sys
import time
from collections import Counter
from typing import Any

import apache_beam as beam
import orjson
import pytest
from apache_beam.metrics import MetricsFilter
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.runner import PipelineResult
from apache_beam.testing.test_pipeline import TestPipeline
from apache_beam.testing.util import assert_that, equal_to
from apache_beam.transforms.window import FixedWindows, TimestampedValue
from elasticsearch import Elasticsearch

from pipeline.graph import write
from pipeline.run import counters
from pipeline.sinks import Sinks
from schemas.documents import document_of
from schemas.index_names import alias
from schemas.records import Document
from tests.record_samples import ALL, OUTCOME, REJECTED
from tests.seeding import sink
from tests.services import slow_writer
from transforms.elasticsearch.actions import Action
from transforms.elasticsearch.bulk_config import BulkConfig
from transforms.elasticsearch.connection import ElasticsearchConfig
from transforms.write_to_elasticsearch import METRICS, WriteToElasticsearch

GOOD = [document_of(record) for record in ALL]
BAD = dataclasses.replace(document_of(OUTCOME), id="bad", source=b'{"nope":1,"source":"Post"}')
# The keyed way must do the same; bounded input ends before any second has passed.
WAYS = pytest.mark.parametrize(
    "bulks", [BulkConfig(), BulkConfig(keep_s=60)], ids=["bundles", "kept"]
)


def stored(client: Elasticsearch, prefix: str, family: str) -> dict[str, tuple[int, Any]]:
    client.indices.refresh(index=alias(prefix, family), ignore_unavailable=True)
    found = client.search(
        index=alias(prefix, family), size=1000, version=True, ignore_unavailable=True
    )
    return {hit["_id"]: (hit["_version"], hit["_source"]) for hit in found["hits"]["hits"]}


def run(
    config: ElasticsearchConfig, documents: list[Document], *flags: str, bulks: BulkConfig
) -> PipelineResult:
    """Writes as the graph does: what is refused is written once more, as a rejected record."""
    # DirectRunner would look for Prism on the network, and remember that it is not there.
    options = PipelineOptions(list(flags) or ["--runner=FnApiRunner"])
    pipeline = beam.Pipeline(options=options)
    write(pipeline | beam.Create(documents), Sinks(elasticsearch=config, bulk=bulks))
    result = pipeline.run()
    result.wait_until_finish()
    return result


@WAYS
def test_each_document_ends_in_a_receipt_or_a_rejection(
    config: ElasticsearchConfig, bulks: BulkConfig
) -> None:
    with TestPipeline("FnApiRunner") as pipeline:
        ends = pipeline | beam.Create([*GOOD, BAD]) | sink(config, bulks)
        receipts = ends.written | "Brief" >> beam.Map(lambda each: (each.id, each.result))
        assert_that(receipts, equal_to([(each.id, "created") for each in GOOD]), "Written")
        errors = ends.rejected | beam.MapTuple(lambda element, why: (element.id, why.error))
        refused = [("bad", "strict_dynamic_mapping_exception")]
        assert_that(errors, equal_to(refused), "Rejected")


@WAYS
def test_a_bundle_that_runs_twice_leaves_the_same_index(
    client: Elasticsearch, config: ElasticsearchConfig, bulks: BulkConfig
) -> None:
    def everything() -> dict[str, Any]:
        return {each.family: stored(client, config.index_prefix, each.family) for each in GOOD}

    first = counters(run(config, [*GOOD, BAD], bulks=bulks), METRICS)
    before = everything()
    second = counters(run(config, [*GOOD, BAD], bulks=bulks), METRICS)
    # The refused outcome leaves a rejected record, and overwrites the outcome of its key.
    assert (first["created"], first["rejected"]) == (len(GOOD) + 1, 1)
    assert (second["rejected"], second.get("created", 0)) == (1, 0)
    assert everything() == before
    assert len(before["rejected"]) == 2


# Only streams keep documents (`keep_s`): on a busy machine Prism 2.77 now and then ends a bounded
# run before its timers of processing time have fired.
def test_prism_writes_the_same(
    client: Elasticsearch, config: ElasticsearchConfig, prism_flags: tuple[str, ...]
) -> None:
    run(config, [*GOOD, BAD], *prism_flags, bulks=BulkConfig())
    found = Counter(
        {each.family: len(stored(client, config.index_prefix, each.family)) for each in GOOD}
    )
    assert found == Counter([each.family for each in GOOD] + ["rejected"])


def test_a_refused_rejection_fails_the_run(config: ElasticsearchConfig) -> None:
    broken = dataclasses.replace(document_of(REJECTED), source=b'{"nope": 1}')
    with pytest.raises(Exception, match="which tells of a refused document"):
        run(config, [broken], bulks=BulkConfig())


def numbered(index: str, count: int, chars: int = 100) -> list[Action]:
    """Documents of some size, each with its number as its id."""
    body = "x" * chars
    return [
        Action(index=index, id=str(number), source=orjson.dumps({"body": body}), version=1)
        for number in range(count)
    ]


def itself(action: Action) -> Action:
    return action


def sizes(result: PipelineResult, name: str) -> tuple[int, int]:
    """The number of requests, and the size of the largest."""
    of_name = MetricsFilter().with_namespace(METRICS).with_name(name)
    (found,) = result.metrics().query(of_name)["distributions"]
    return found.committed.count, found.committed.max


@pytest.mark.parametrize(
    ("bulks", "requests"),
    [
        (BulkConfig(bulk_documents=4), 5),
        (BulkConfig(bulk_bytes=350), 5),
        (BulkConfig(bulk_documents=4, keep_s=60, shards=1), 5),
        (BulkConfig(bulk_bytes=350, keep_s=60, shards=1), 5),
    ],
    ids=["documents", "bytes", "kept documents", "kept bytes"],
)
def test_a_request_is_sent_as_soon_as_it_is_full(
    client: Elasticsearch,
    index_prefix: str,
    config: ElasticsearchConfig,
    bulks: BulkConfig,
    requests: int,
) -> None:
    actions = numbered(f"{index_prefix}-full-all", 18, chars=80)
    pipeline = beam.Pipeline("FnApiRunner")
    _ = pipeline | beam.Create(actions) | WriteToElasticsearch(config, itself, bulks)
    result = pipeline.run()
    result.wait_until_finish()
    assert sizes(result, "bulk_documents") == (requests, 4)
    client.indices.delete(index=f"{index_prefix}-full-all")


def test_of_two_versions_the_newer_stays_whatever_their_order(
    client: Elasticsearch, index_prefix: str, config: ElasticsearchConfig
) -> None:
    index = f"{index_prefix}-versions-all"
    actions = [
        Action(index=index, id=str(number % 7), source=b'{"n":%d}' % version, version=version)
        for number, version in enumerate([*range(50, 99), *range(1, 50)], 1)
    ]
    newest = {}
    for action in actions:
        newest[action.id] = max(newest.get(action.id, 0), action.version or 0)
    bulks = BulkConfig(bulk_documents=10, bulks_in_flight=4)
    with TestPipeline("FnApiRunner") as pipeline:
        _ = pipeline | beam.Create(actions) | WriteToElasticsearch(config, itself, bulks)
    client.indices.refresh(index=index)
    hits = client.search(index=index, version=True)["hits"]["hits"]
    assert {hit["_id"]: hit["_version"] for hit in hits} == newest
    assert all(hit["_source"]["n"] == hit["_version"] for hit in hits)
    client.indices.delete(index=index)


@WAYS
def test_without_versions_what_came_last_stays(
    client: Elasticsearch, index_prefix: str, config: ElasticsearchConfig, bulks: BulkConfig
) -> None:
    index = f"{index_prefix}-order-all"
    actions = [Action(index=index, id="a", source=b'{"n":%d}' % n) for n in range(40)]
    few = dataclasses.replace(bulks, bulk_documents=3, bulks_in_flight=4)
    with TestPipeline("FnApiRunner") as pipeline:
        _ = pipeline | beam.Create(actions) | WriteToElasticsearch(config, itself, few)
    assert client.get(index=index, id="a")["_source"] == {"n": 39}
    client.indices.delete(index=index)


@WAYS
def test_two_sinks_of_one_pipeline_both_write_in_order(
    client: Elasticsearch, index_prefix: str, config: ElasticsearchConfig, bulks: BulkConfig
) -> None:
    few = dataclasses.replace(bulks, bulk_documents=3)
    with TestPipeline("FnApiRunner") as pipeline:
        numbers = pipeline | beam.Create(range(40), reshuffle=False)
        for name in ("one", "other"):
            to_action = functools.partial(latest_in, f"{index_prefix}-{name}-all")
            _ = numbers | name >> WriteToElasticsearch(config, to_action, few)
    for name in ("one", "other"):
        index = f"{index_prefix}-{name}-all"
        assert client.get(index=index, id="a")["_source"] == {"n": 39}
        client.indices.delete(index=index)


def latest_in(index: str, number: int) -> Action:
    """Overwrites the one document of an index, whatever its version."""
    return Action(index=index, id="a", source=b'{"n":%d}' % number)


def test_receipts_keep_window_and_timestamp(
    client: Elasticsearch, index_prefix: str, config: ElasticsearchConfig
) -> None:
    index = f"{index_prefix}-windows-all"
    for bulks in (BulkConfig(), BulkConfig(keep_s=60)):
        with TestPipeline("FnApiRunner") as pipeline:
            ends = (
                pipeline
                | beam.Create(numbered(index, 30))
                | beam.Map(lambda action: TimestampedValue(action, int(action.id)))
                | beam.WindowInto(FixedWindows(10))
                | WriteToElasticsearch(config, itself, bulks)
            )
            counted = (
                ends.written
                | beam.Map(lambda receipt: (receipt.index, 1))
                | beam.CombinePerKey(sum)
                | beam.Map(lambda pair: pair[1])
            )
            assert_that(counted, equal_to([10, 10, 10]))
    client.indices.delete(index=index)


def test_a_killed_writer_is_started_again_and_leaves_the_same_index(
    client: Elasticsearch, config: ElasticsearchConfig
) -> None:
    arguments = [config.urls[0], config.index_prefix, "1"]
    process = subprocess.Popen([sys.executable, "-m", "tests.services.slow_writer", *arguments])
    end = time.monotonic() + 90
    while not stored(client, config.index_prefix, "outcomes") and time.monotonic() < end:
        time.sleep(0.1)
    process.kill()
    process.wait()
    written = len(stored(client, config.index_prefix, "outcomes"))
    assert 0 < written < slow_writer.COUNT
    slow_writer.write(config, 0)
    found = stored(client, config.index_prefix, "outcomes")
    assert {name: version for name, (version, _) in found.items()} == {
        each.id: each.version for each in slow_writer.documents()
    }
