"""Bulk writes to a real server, behind a proxy that fails."""

import dataclasses
import itertools

import pytest
from elasticsearch import Elasticsearch

from schemas.documents import document_of
from schemas.index_names import alias, index_name
from schemas.records import Document
from tests.record_samples import OUTCOME, placed
from tests.seeding import write_documents
from tests.services.fault_proxy import Fault, FaultProxy
from transforms.elasticsearch import bulk
from transforms.elasticsearch.actions import Action
from transforms.elasticsearch.connection import ElasticsearchConfig, connect


def outcomes(count: int) -> list[Document]:
    return [
        document_of(dataclasses.replace(OUTCOME, key=f"https://a.example/{number}"))
        for number in range(count)
    ]


def stored(client: Elasticsearch, prefix: str, family: str) -> dict[str, dict[str, object]]:
    client.indices.refresh(index=alias(prefix, family))
    found = client.search(index=alias(prefix, family), size=1000, version=True)
    return {
        hit["_id"]: {**hit["_source"], "_version": hit["_version"]} for hit in found["hits"]["hits"]
    }


def write(
    proxy: FaultProxy,
    config: ElasticsearchConfig,
    documents: list[Document],
    deadline_s: float = 120,
) -> bulk.Report:
    behind = dataclasses.replace(config, urls=(proxy.url,), request_timeout_s=60)
    with connect(behind) as client:
        return write_documents(client, config.index_prefix, documents, deadline_s=deadline_s)


def test_an_older_text_does_not_overwrite_a_newer_one(
    client: Elasticsearch, config: ElasticsearchConfig
) -> None:
    new = document_of(placed(title="new"))
    old = dataclasses.replace(document_of(placed(title="old")), version=new.version - 1)
    same = document_of(placed(title="new, again"))
    results = [
        write_documents(client, config.index_prefix, [document]).receipts[0].result
        for document in (new, old, same)
    ]
    assert results == ["created", "stale", "updated"]
    assert stored(client, config.index_prefix, "articles")["a1"]["title"] == "new, again"


def test_a_repeat_does_not_overwrite_the_first_outcome(
    client: Elasticsearch, config: ElasticsearchConfig
) -> None:
    repeated = document_of(dataclasses.replace(OUTCOME, outcome="repeated"))
    report = write_documents(client, config.index_prefix, [document_of(OUTCOME), repeated])
    assert [receipt.result for receipt in report.receipts] == ["created", "stale"]
    (outcome,) = stored(client, config.index_prefix, "outcomes").values()
    assert outcome["outcome"] == "indexed"


def test_refused_documents_hurt_nobody_but_themselves(
    client: Elasticsearch, config: ElasticsearchConfig
) -> None:
    good = outcomes(3)
    unknown_field = dataclasses.replace(good[0], id="x1", source=b'{"nope": 1}')
    no_date = dataclasses.replace(good[0], id="x2", source=b'{"at": "soon"}')
    long_id = dataclasses.replace(good[0], id="x" * 600)
    documents = [good[0], unknown_field, good[1], no_date, long_id, good[2]]
    report = write_documents(client, config.index_prefix, documents)
    assert {receipt.id for receipt in report.receipts} == {each.id for each in good}
    assert {refusal.action.id[:2]: refusal.error for refusal in report.refusals} == {
        "x1": "strict_dynamic_mapping_exception",
        "x2": "document_parsing_exception",
        "xx": "action_request_validation_exception",
    }
    assert all(refusal.reason for refusal in report.refusals)


def test_a_closed_index_refuses(client: Elasticsearch, config: ElasticsearchConfig) -> None:
    documents = outcomes(1)
    write_documents(client, config.index_prefix, documents)
    client.indices.close(index=index_name(config.index_prefix, "outcomes", ""))
    (refusal,) = write_documents(client, config.index_prefix, documents).refusals
    assert refusal.error == "index_closed_exception"


def test_a_missing_index_refuses_where_none_may_be_made(client: Elasticsearch) -> None:
    setting = "action.auto_create_index"
    client.cluster.put_settings(persistent={setting: "-nowhere*,+*"})
    try:
        missing = Action(index="nowhere", id="a", source=b"{}")
        (refusal,) = bulk.write(client, [missing]).refusals
    finally:
        client.cluster.put_settings(persistent={setting: None})
    assert refusal.error == "index_not_found_exception"


def test_a_read_only_index_is_waited_for(
    client: Elasticsearch, config: ElasticsearchConfig, caplog: pytest.LogCaptureFixture
) -> None:
    documents = outcomes(2)
    write_documents(client, config.index_prefix, documents)
    name = index_name(config.index_prefix, "outcomes", "")
    client.indices.put_settings(index=name, settings={"blocks.read_only_allow_delete": True})

    def mend(seconds: float) -> None:
        client.indices.put_settings(index=name, settings={"blocks.read_only_allow_delete": None})

    report = write_documents(client, config.index_prefix, documents, sleep=mend)
    assert [receipt.result for receipt in report.receipts] == ["updated", "updated"]
    assert report.retried == 2
    waits, goes_on = (record.getMessage() for record in caplog.records)
    assert "cluster_block_exception" in waits
    assert "takes documents again" in goes_on


@pytest.mark.parametrize("block", ["write", "read_only"])
def test_an_index_made_read_only_refuses_when_the_deadline_has_passed(
    client: Elasticsearch, config: ElasticsearchConfig, block: str
) -> None:
    article, outcome = document_of(placed()), document_of(OUTCOME)
    write_documents(client, config.index_prefix, [article])
    name = index_name(config.index_prefix, article.family, article.month)
    client.indices.put_settings(index=name, settings={f"index.blocks.{block}": True})
    options = {"deadline_s": 1, "read_only": set[str]()}
    try:
        report = write_documents(client, config.index_prefix, [article, outcome], **options)
        assert [receipt.id for receipt in report.receipts] == [outcome.id]
        (refusal,) = report.refusals
        assert (refusal.action.id, refusal.error) == (article.id, "cluster_block_exception")
        report = write_documents(client, config.index_prefix, [article], **options)
        assert (len(report.refusals), report.retried) == (1, 0)
    finally:
        client.indices.put_settings(index=name, settings={f"index.blocks.{block}": None})
    assert write_documents(client, config.index_prefix, [article], **options).refusals == []


def test_a_cluster_that_takes_no_more_shards_is_waited_for(
    client: Elasticsearch, config: ElasticsearchConfig, caplog: pytest.LogCaptureFixture
) -> None:
    write_documents(client, config.index_prefix, outcomes(1))
    setting = "cluster.max_shards_per_node"

    def mend(seconds: float) -> None:
        client.cluster.put_settings(persistent={setting: None})

    client.cluster.put_settings(persistent={setting: 1})
    try:
        article = document_of(placed())
        report = write_documents(client, config.index_prefix, [article], sleep=mend)
    finally:
        mend(0)
    assert [receipt.result for receipt in report.receipts] == ["created"]
    assert "maximum normal shards open" in caplog.records[0].getMessage()


@pytest.mark.parametrize(
    ("fault", "retried"),
    [
        (Fault("status", 429, (("Retry-After", "1"),)), 6),
        (Fault("status", 503), 6),
        (Fault("status", 502, (("Content-Type", "text/html"),)), 6),
        (Fault("drop_before"), 6),
        (Fault("drop_after"), 6),
        (Fault("cut"), 6),
        (Fault("busy_items"), 3),
    ],
    ids=lambda value: value.kind if isinstance(value, Fault) else None,
)
def test_faults_that_pass_lose_nothing_and_double_nothing(
    proxy: FaultProxy,
    config: ElasticsearchConfig,
    client: Elasticsearch,
    fault: Fault,
    retried: int,
) -> None:
    documents = outcomes(6)
    proxy.faults = iter([fault])
    report = write(proxy, config, documents)
    assert (report.refusals, report.retried) == ([], retried)
    assert sorted(receipt.id for receipt in report.receipts) == sorted(d.id for d in documents)
    found = stored(client, config.index_prefix, "outcomes")
    assert set(found) == {each.id for each in documents}
    assert {each["_version"] for each in found.values()} == {documents[0].version}
    assert sum(proxy.bulks) == 6 + retried


def test_a_request_that_is_too_large_is_halved(
    proxy: FaultProxy, config: ElasticsearchConfig, client: Elasticsearch
) -> None:
    documents = outcomes(8)
    huge = dataclasses.replace(documents[0], id="huge", source=b'{"reason":"%s"}' % (b"x" * 9000))
    proxy.largest_body = 1500
    report = write(proxy, config, [*documents[:5], huge, *documents[5:]])
    (refusal,) = report.refusals
    assert (refusal.action.id, refusal.error) == ("huge", "request_entity_too_large")
    assert len(report.receipts) == 8
    assert len(stored(client, config.index_prefix, "outcomes")) == 8


def test_when_the_deadline_passes_the_write_fails_and_may_be_made_again(
    proxy: FaultProxy, config: ElasticsearchConfig, client: Elasticsearch
) -> None:
    documents = outcomes(4)
    busy = itertools.repeat(Fault("status", 503, (("Retry-After", "121"),)))
    proxy.faults = itertools.chain([Fault("busy_items")], busy)
    with pytest.raises(bulk.ElasticsearchUnavailableError, match=r"2 of 4 documents"):
        write(proxy, config, documents, deadline_s=3)
    proxy.faults = iter(())
    report = write(proxy, config, documents)
    assert sorted(r.result for r in report.receipts) == ["created"] * 2 + ["updated"] * 2
    assert len(stored(client, config.index_prefix, "outcomes")) == 4


def test_a_proxy_that_does_not_speak_json_is_understood(
    proxy: FaultProxy, config: ElasticsearchConfig
) -> None:
    html = ("Content-Type", "text/html")
    proxy.faults = iter([Fault("status", 429, (("Retry-After", "3"), html)), Fault("status", 503)])
    slept: list[float] = []
    with connect(dataclasses.replace(config, urls=(proxy.url,))) as client:
        write_documents(client, config.index_prefix, outcomes(1), sleep=slept.append)
    assert (slept[0], len(slept)) == (3.0, 2)


def test_nobody_listens(config: ElasticsearchConfig) -> None:
    nowhere = dataclasses.replace(config, urls=("http://127.0.0.1:9",))
    with (
        connect(nowhere) as client,
        pytest.raises(bulk.ElasticsearchUnavailableError, match="Connection refused"),
    ):
        write_documents(client, "x", outcomes(1), deadline_s=0.5)
