"""Templates on a real server."""

import pytest
from elasticsearch import Elasticsearch

from schemas.documents import document_of
from schemas.index_names import alias
from tests.record_samples import ALL, OUTCOME, placed
from tests.seeding import write_documents
from tests.services.older_cluster import change_common_template
from transforms.elasticsearch import setup
from transforms.elasticsearch.connection import ElasticsearchConfig


def test_setup_says_what_it_would_do_then_does_it_then_nothing(
    client: Elasticsearch, index_prefix: str
) -> None:
    planned = setup.plan(client, index_prefix)
    assert {difference.change for difference in planned} == {"create"}
    assert setup.apply(client, index_prefix) == planned
    assert setup.plan(client, index_prefix) == []
    assert setup.apply(client, index_prefix) == []


def test_a_change_made_by_hand_is_named_and_mended(
    client: Elasticsearch, index_prefix: str
) -> None:
    setup.apply(client, index_prefix)
    name = change_common_template(client, index_prefix)
    (difference,) = setup.apply(client, index_prefix)
    assert (difference.change, difference.name) == ("update", name)
    assert "template.settings.index.refresh_interval" in difference.details
    assert f"update component template {name} (_meta, template." in str(difference)
    assert setup.plan(client, index_prefix) == []


def test_every_document_is_taken_and_found_behind_its_alias(
    client: Elasticsearch, config: ElasticsearchConfig
) -> None:
    report = write_documents(client, config.index_prefix, [document_of(record) for record in ALL])
    assert report.refusals == []
    for record in ALL:
        document = document_of(record)
        name = alias(config.index_prefix, document.family)
        client.indices.refresh(index=name)
        (hit,) = client.search(index=name)["hits"]["hits"]
        assert hit["_id"] == document.id


def test_months_lie_in_indices_of_their_own(
    client: Elasticsearch, config: ElasticsearchConfig
) -> None:
    early = placed(article_id="a2").article.published_at
    assert early is not None
    documents = [
        document_of(placed()),
        document_of(placed(article_id="a2", first_published_at=early.replace(year=2025))),
    ]
    write_documents(client, config.index_prefix, documents)
    behind = client.indices.get_alias(name=f"{config.index_prefix}-articles")
    assert set(behind) == {f"{config.index_prefix}-articles-{m}" for m in ("2025.11", "2026.11")}


@pytest.mark.parametrize("query", ["bridge", "FRIDAY", '"closed on friday"'])
def test_bodies_are_searched_as_text(
    client: Elasticsearch, config: ElasticsearchConfig, query: str
) -> None:
    write_documents(client, config.index_prefix, [document_of(placed())])
    name = alias(config.index_prefix, "articles")
    client.indices.refresh(index=name)
    found = client.search(index=name, query={"query_string": {"query": query, "fields": ["body"]}})
    assert found["hits"]["total"]["value"] == 1


def test_removing_leaves_nothing_of_the_prefix(
    client: Elasticsearch, config: ElasticsearchConfig
) -> None:
    write_documents(client, config.index_prefix, [document_of(placed()), document_of(OUTCOME)])
    client.indices.close(index=f"{config.index_prefix}-outcomes-all")
    assert setup.remove(client, config.index_prefix) == 2
    assert setup.remove(client, config.index_prefix) == 0
    assert {each.change for each in setup.plan(client, config.index_prefix)} == {"create"}
