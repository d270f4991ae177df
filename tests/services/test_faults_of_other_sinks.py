"""One test for each fault that other ways into Elasticsearch are known for; none may be here.

Of Beam's Java ElasticsearchIO, Kafka Connect's sink, elasticsearch-py's helpers, Elasticsearch's
rollover and Media Cloud's indexer. Each test is named after the project and the fault, with the
number of its report where there is one.
"""

import dataclasses
import datetime as dt
from collections.abc import Iterator
from typing import Any

import apache_beam as beam
import orjson
import pytest
from elasticsearch import Elasticsearch

from pipeline.run import counters
from schemas.documents import document_of
from schemas.index_names import alias
from tests.record_samples import placed
from tests.seeding import write_documents
from tests.services.fault_proxy import Fault, FaultProxy
from transforms.elasticsearch import bulk
from transforms.elasticsearch.actions import Action, Operation
from transforms.elasticsearch.bulk_config import BulkConfig
from transforms.elasticsearch.connection import ElasticsearchConfig, connect
from transforms.write_to_elasticsearch import METRICS, WriteToElasticsearch


@pytest.fixture
def index(client: Elasticsearch) -> Iterator[str]:
    """An index with a strict mapping, removed after the test."""
    name = "test-faults-of-others"
    mappings = {"dynamic": "strict", "properties": {"body": {"type": "text"}}}
    client.indices.create(index=name, mappings=mappings)
    yield name
    client.indices.delete(index=name)


def actions(index: str, count: int, **others: Any) -> list[Action]:
    return [
        Action(index=index, id=str(number), source=b'{"body":"some text"}', **others)
        for number in range(count)
    ]


def write(proxy: FaultProxy, items: list[Action], timeout_s: float = 60.0) -> bulk.Report:
    config = ElasticsearchConfig(urls=(proxy.url,), request_timeout_s=timeout_s)
    with connect(config) as behind:
        return bulk.write(behind, items, deadline_s=120)


def stored(client: Elasticsearch, index: str) -> dict[str, dict[str, Any]]:
    client.indices.refresh(index=index)
    hits = client.search(index=index, version=True, size=100)["hits"]["hits"]
    return {hit["_id"]: hit for hit in hits}


def test_beam_java_resends_a_whole_request_for_one_busy_document(
    proxy: FaultProxy, index: str
) -> None:
    proxy.faults = iter([Fault("busy_items")])
    report = write(proxy, actions(index, 10, version=1))
    assert proxy.bulks == [10, 5]
    assert [receipt.result for receipt in report.receipts] == ["created"] * 10


@pytest.mark.parametrize("status", [429, 503])
def test_beam_java_22160_gives_up_when_the_whole_request_is_refused(
    proxy: FaultProxy, client: Elasticsearch, index: str, status: int
) -> None:
    proxy.faults = iter([Fault("status", status)] * 2)
    write(proxy, actions(index, 3))
    assert (proxy.bulks, len(stored(client, index))) == ([3, 3, 3], 3)


def test_beam_java_throws_when_a_document_stays_refused_though_errors_have_an_output(
    elasticsearch_url: str, client: Elasticsearch, index: str
) -> None:
    bad = Action(index=index, id="bad", source=b'{"no_such_field":1}')
    run(elasticsearch_url, [*actions(index, 3), bad])
    assert set(stored(client, index)) == {"0", "1", "2"}


def test_beam_java_18615_has_no_metrics(elasticsearch_url: str, index: str) -> None:
    one = actions(index, 4, version=5)
    older = [dataclasses.replace(action, version=4) for action in one[:2]]
    bad = Action(index=index, id="bad", source=b'{"no_such_field":1}')
    run(elasticsearch_url, one)
    found = run(elasticsearch_url, [*one[2:], *older, bad])
    assert (found["updated"], found["stale"], found["rejected"]) == (2, 2, 1)
    assert found["bytes"] > sum(len(action.source) for action in [*one[2:], *older, bad])


def run(url: str, items: list[Action]) -> dict[str, int]:
    pipeline = beam.Pipeline("FnApiRunner")
    ways = ElasticsearchConfig(urls=(url,)), lambda action: action, BulkConfig()
    _ = pipeline | beam.Create(items) | WriteToElasticsearch(*ways)
    result = pipeline.run()
    result.wait_until_finish()
    return counters(result, METRICS)


def test_beam_java_never_splits_a_request_that_is_too_large(
    proxy: FaultProxy, client: Elasticsearch, index: str
) -> None:
    proxy.largest_body = 300
    report = write(proxy, actions(index, 16))
    assert (len(report.receipts), len(stored(client, index))) == (16, 16)
    assert max(proxy.bulks[-4:]) < 16


def test_elasticsearch_py_does_not_retry_what_timed_out(
    proxy: FaultProxy, client: Elasticsearch, index: str
) -> None:
    proxy.faults = iter([Fault("stall", seconds=3.0)])
    report = write(proxy, actions(index, 3, version=1), timeout_s=1.0)
    # More often where the server itself is slow.
    assert report.retried in range(3, 100, 3)
    assert (len(report.receipts), len(stored(client, index))) == (3, 3)


def test_elasticsearch_py_864_one_refused_document_ends_the_retry_of_the_busy_ones(
    proxy: FaultProxy, client: Elasticsearch, index: str
) -> None:
    # The proxy lets even places through and calls odd ones busy.
    bad = Action(index=index, id="bad", source=b'{"no_such_field":1}')
    good = actions(index, 4)
    proxy.faults = iter([Fault("busy_items")])
    report = write(proxy, [good[0], good[1], bad, good[2], good[3]])
    assert [refusal.action.id for refusal in report.refusals] == ["bad"]
    assert set(stored(client, index)) == {"0", "1", "2", "3"}


def test_elasticsearch_py_1085_documents_are_doubled_by_a_retry(
    proxy: FaultProxy, client: Elasticsearch, index: str
) -> None:
    proxy.faults = iter([Fault("drop_after"), Fault("cut")])
    write(proxy, actions(index, 5))
    assert len(stored(client, index)) == 5
    with pytest.raises(ValueError, match="ids that the server makes up"):
        Action(index=index, id="", source=b"{}")


def test_elasticsearch_56273_an_id_lives_in_two_indices_after_a_rollover(
    client: Elasticsearch, config: ElasticsearchConfig
) -> None:
    first = placed()
    later = dataclasses.replace(
        first.article, title="seen again", fetched_at=first.article.fetched_at + dt.timedelta(45)
    )
    again = dataclasses.replace(first, article=later)
    write_documents(client, config.index_prefix, [document_of(first), document_of(again)])
    found = stored(client, alias(config.index_prefix, "articles"))
    assert [hit["_source"]["title"] for hit in found.values()] == ["seen again"]
    assert client.count(index=f"{config.index_prefix}-articles-*")["count"] == 1


@pytest.mark.parametrize("operation", ["index", "create", "update", "delete"])
def test_kafka_connect_646_what_was_written_is_called_refused_after_a_retry(
    proxy: FaultProxy, client: Elasticsearch, index: str, operation: Operation
) -> None:
    wanted = actions(index, 4, operation=operation)
    if operation == "delete":
        write(proxy, actions(index, 4))
        wanted = [dataclasses.replace(action, source=b"") for action in wanted]
    proxy.faults = iter([Fault("drop_after")])
    report = write(proxy, wanted)
    assert (len(report.receipts), report.refusals) == (4, [])
    assert len(stored(client, index)) == (0 if operation == "delete" else 4)


def test_media_cloud_cuts_long_texts(client: Elasticsearch, config: ElasticsearchConfig) -> None:
    body = "The whole text must be found again. " * 2_000 + "Albatross."
    report = write_documents(client, config.index_prefix, [document_of(placed(body=body))])
    assert report.refusals == []
    articles = alias(config.index_prefix, "articles")
    client.indices.refresh(index=articles)
    (hit,) = client.search(index=articles, query={"match": {"body": "albatross"}})["hits"]["hits"]
    assert hit["_source"]["body"] == body


def test_media_cloud_two_copies_in_quick_succession_both_pass(
    elasticsearch_url: str, client: Elasticsearch, index: str
) -> None:
    source = orjson.dumps({"body": "the same story"})
    twins = [Action(index=index, id="twin", source=source, version=1) for _ in range(30)]
    found = run(elasticsearch_url, twins)
    assert (found["created"], found["updated"], len(stored(client, index))) == (1, 29, 1)
