"""`WriteToElasticsearch` in a graph, on a real server."""

import dataclasses
import pathlib
import subprocess
import sys
import time
from collections import Counter
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.testing.test_pipeline import TestPipeline
from apache_beam.testing.util import assert_that, equal_to
from elasticsearch import Elasticsearch

from pipeline.run import counters
from schemas.documents import document_of
from schemas.records import Document
from schemas.templates import alias
from tests.record_samples import ALL, OUTCOME, REJECTED
from tests.services import slow_writer
from transforms.elasticsearch.connection import ElasticsearchConfig
from transforms.write_to_elasticsearch import STEP, WriteToElasticsearch

GOOD = [document_of(record) for record in ALL]
BAD = dataclasses.replace(document_of(OUTCOME), id="bad", source=b'{"nope":1,"source":"Post"}')


def stored(client: Elasticsearch, prefix: str, family: str) -> dict[str, tuple[int, Any]]:
    client.indices.refresh(index=alias(prefix, family), ignore_unavailable=True)
    found = client.search(
        index=alias(prefix, family), size=1000, version=True, ignore_unavailable=True
    )
    return {hit["_id"]: (hit["_version"], hit["_source"]) for hit in found["hits"]["hits"]}


def run(config: ElasticsearchConfig, documents: list[Document], *flags: str) -> dict[str, int]:
    # DirectRunner would look for Prism on the network, and remember that it is not there.
    options = PipelineOptions(list(flags) or ["--runner=FnApiRunner"])
    pipeline = beam.Pipeline(options=options)
    ends = pipeline | beam.Create(documents) | WriteToElasticsearch(config)
    refused = ends.rejected | "Document" >> beam.Map(document_of)
    refused | "WriteRejected" >> WriteToElasticsearch(config)
    result = pipeline.run()
    result.wait_until_finish()
    return counters(result, STEP)


def test_each_document_ends_in_a_receipt_or_a_rejection(config: ElasticsearchConfig) -> None:
    with TestPipeline("FnApiRunner") as pipeline:
        ends = pipeline | beam.Create([*GOOD, BAD]) | WriteToElasticsearch(config)
        receipts = ends.written | "Brief" >> beam.Map(lambda each: (each.id, each.result))
        assert_that(receipts, equal_to([(each.id, "created") for each in GOOD]))
        rejects = ends.rejected | "Why" >> beam.Map(
            lambda each: (each.key, each.origin.source, each.error, each.replay)
        )
        why = (OUTCOME.key, "Post", "strict_dynamic_mapping_exception", "document")
        assert_that(rejects, equal_to([why]), label="rejects")


def test_a_second_run_changes_nothing(client: Elasticsearch, config: ElasticsearchConfig) -> None:
    def everything() -> dict[str, Any]:
        families = {each.family for each in GOOD}
        return {family: stored(client, config.index_prefix, family) for family in families}

    first = run(config, [*GOOD, BAD])
    before = everything()
    second = run(config, [*GOOD, BAD])
    # The refused outcome's rejection is a second document of the family `rejected`.
    assert (first["created"], first["rejected"]) == (9, 1)
    assert (second["updated"], second["rejected"]) == (9, 1)
    assert everything() == before
    assert len(before["rejected"]) == 2


def test_prism_writes_the_same(
    client: Elasticsearch, config: ElasticsearchConfig, prism: pathlib.Path
) -> None:
    run(
        config,
        [*GOOD, BAD],
        "--runner=PrismRunner",
        f"--prism_location={prism}",
        "--environment_type=LOOPBACK",
    )
    found = Counter(
        {each.family: len(stored(client, config.index_prefix, each.family)) for each in GOOD}
    )
    assert found == Counter([each.family for each in GOOD] + ["rejected"])


def test_a_refused_rejection_fails_the_run(config: ElasticsearchConfig) -> None:
    broken = dataclasses.replace(document_of(REJECTED), source=b'{"nope": 1}')
    with pytest.raises(Exception, match="refused the rejected record"):
        run(config, [broken])


def test_a_full_batch_does_not_wait_for_the_bundle_to_end(config: ElasticsearchConfig) -> None:
    small = dataclasses.replace(config, bulk_documents=3)
    assert run(small, GOOD)["created"] == len(GOOD)
    by_bytes = dataclasses.replace(config, bulk_bytes=600)
    assert run(by_bytes, GOOD)["updated"] == len(GOOD)


def test_a_killed_writer_is_started_again_and_leaves_the_same_index(
    client: Elasticsearch, config: ElasticsearchConfig
) -> None:
    arguments = [config.urls[0], config.index_prefix, "0.1"]
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
