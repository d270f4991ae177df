"""Lookups into a real index."""

import dataclasses
import pickle
from collections.abc import Iterator
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from schemas.documents import document_of
from schemas.stored import placed_of
from tests.record_samples import NOON, placed
from tests.seeding import write_documents
from tests.services.fault_proxy import Fault, fault_proxy
from transforms.elasticsearch import memory
from transforms.elasticsearch.connection import ElasticsearchConfig
from transforms.elasticsearch.memory import ElasticsearchMemory, ElasticsearchMemoryConfig


@pytest.fixture
def opened(config: ElasticsearchConfig) -> Iterator[ElasticsearchMemory]:
    # As it comes to a worker.
    found = pickle.loads(pickle.dumps(ElasticsearchMemoryConfig(config))).open()
    yield found
    found.close()


def articles(count: int) -> list[Any]:
    return [
        placed(article_id=f"a{number}", fetched_at=NOON.replace(minute=number % 60))
        for number in range(count)
    ]


def test_what_was_written_just_now_is_found_and_comes_back(
    client: Elasticsearch, config: ElasticsearchConfig, opened: ElasticsearchMemory
) -> None:
    record = placed()
    write_documents(client, config.index_prefix, [document_of(record)])
    (found,) = opened.find("articles", "article_id", ["a1", "nobody"])
    assert placed_of(found) == record


def test_what_does_not_exist_is_empty(opened: ElasticsearchMemory) -> None:
    assert list(opened.find("stories", "story_id", ["s1"])) == []
    assert list(opened.find("stories", "story_id", [])) == []


def test_many_values_and_many_documents_are_read_in_parts(
    client: Elasticsearch,
    config: ElasticsearchConfig,
    opened: ElasticsearchMemory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(memory, "_TERMS", 7)
    monkeypatch.setattr(memory, "_PAGE", 3)
    write_documents(client, config.index_prefix, [document_of(each) for each in articles(25)])
    names = [f"a{number}" for number in range(25)]
    found = [each["article_id"] for each in opened.find("articles", "article_id", names)]
    assert sorted(found) == sorted(names)
    assert len(list(opened.find("articles", "story_id", ["s1"]))) == 25


def test_a_cluster_that_is_busy_or_away_for_a_moment_is_asked_again(
    client: Elasticsearch, config: ElasticsearchConfig, elasticsearch_url: str
) -> None:
    write_documents(client, config.index_prefix, [document_of(each) for each in articles(3)])
    with fault_proxy(elasticsearch_url) as proxy:
        found = ElasticsearchMemoryConfig(dataclasses.replace(config, urls=(proxy.url,))).open()
        proxy.faulty = "/"
        proxy.faults = iter(
            [Fault("status", 503), None, Fault("drop_before"), Fault("status", 429)]
        )
        assert len(list(found.find("articles", "story_id", ["s1"]))) == 3
        assert proxy.taken == {"status": 2, "drop_before": 1}
        found.close()


def test_times_are_cut_to_a_span(
    client: Elasticsearch, config: ElasticsearchConfig, opened: ElasticsearchMemory
) -> None:
    write_documents(client, config.index_prefix, [document_of(each) for each in articles(5)])
    noon = document_of(placed()).version
    found = opened.find(
        "articles",
        "language",
        ["en"],
        fetched_ms=(noon + 60_000, noon + 120_000),
    )
    assert sorted(each["article_id"] for each in found) == ["a1", "a2"]


def test_a_search_that_is_not_read_to_its_end_leaves_nothing_open(
    client: Elasticsearch, config: ElasticsearchConfig, opened: ElasticsearchMemory
) -> None:
    write_documents(client, config.index_prefix, [document_of(each) for each in articles(5)])
    found = opened.find("articles", "language", ["en"])
    next(found)
    found.close()  # type: ignore[attr-defined]
    nodes = client.nodes.stats(metric="indices", index_metric="search")["nodes"].values()
    assert sum(node["indices"]["search"]["open_contexts"] for node in nodes) == 0
