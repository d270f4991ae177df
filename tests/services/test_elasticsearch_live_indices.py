"""Live indices: what setup mends in place, and what it refuses."""

import re
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from schemas.documents import FAMILIES, document_of
from schemas.templates import Choices
from tests.record_samples import ALL, placed
from tests.seeding import write_documents
from tests.services.older_cluster import make_older_index
from transforms.elasticsearch import setup
from transforms.elasticsearch.live_indices import live_indices

MONTH = "articles-2026.11"
GERMAN = Choices(languages=("de", "fr"))
LOADING = Choices(bulk_load=True)


def fields_of(client: Elasticsearch, index: str) -> dict[str, Any]:
    (body,) = client.indices.get_mapping(index=index).body.values()
    return body["mappings"]["properties"]


def settings_of(client: Elasticsearch, index: str) -> dict[str, Any]:
    (body,) = client.indices.get_settings(index=index).body.values()
    return body["settings"]["index"]


@pytest.mark.parametrize("choices", [Choices(), GERMAN, LOADING])
def test_a_fresh_index_of_each_family_has_no_difference(
    client: Elasticsearch, index_prefix: str, choices: Choices
) -> None:
    setup.apply(client, index_prefix, choices)
    report = write_documents(client, index_prefix, [document_of(record) for record in ALL])
    assert report.refusals == []
    assert {index.parts.family for index in live_indices(client, index_prefix)} == set(FAMILIES)
    assert setup.plan(client, index_prefix) == []


def test_new_fields_sub_fields_and_parameters_reach_the_live_index(
    client: Elasticsearch, index_prefix: str
) -> None:
    def change(body: dict[str, Any]) -> None:
        fields = body["mappings"]["properties"]
        del fields["reprint_of"], fields["title"]["fields"]
        fields["source"]["ignore_above"] = 100
        fields["an_older_one"] = {"type": "keyword"}
        body["settings"]["index"]["refresh_interval"] = "30s"

    index = f"{index_prefix}-{MONTH}"
    make_older_index(client, index_prefix, MONTH, change)
    before = client.indices.get(index=index).body
    planned = [each for each in setup.plan(client, index_prefix) if each.kind == "index"]
    assert client.indices.get(index=index).body == before
    assert [str(each) for each in planned] == [
        f"update index {index} (mappings.source.ignore_above, mappings.title.keyword, "
        "mappings.reprint_of, settings.index.refresh_interval)"
    ]
    setup.apply(client, index_prefix)
    fields = fields_of(client, index)
    assert fields["reprint_of"]["type"] == fields["title"]["fields"]["keyword"]["type"] == "keyword"
    assert fields["source"]["ignore_above"] == 8191
    assert fields["an_older_one"] == {"type": "keyword"}
    assert settings_of(client, index)["refresh_interval"] == "1s"
    assert setup.plan(client, index_prefix) == []
    assert write_documents(client, index_prefix, [document_of(placed())]).refusals == []


def test_another_type_or_analyser_is_refused_in_one_line_and_the_rest_is_mended(
    client: Elasticsearch, index_prefix: str
) -> None:
    def change(body: dict[str, Any]) -> None:
        fields = body["mappings"]["properties"]
        fields["source"] = {"type": "text"}
        fields["body"]["analyzer"] = "whitespace"
        fields["published_at"]["format"] = "epoch_millis"
        del fields["revision"]

    make_older_index(client, index_prefix, MONTH, change)
    index = f"{index_prefix}-{MONTH}"
    wrong = [each for each in setup.apply(client, index_prefix) if each.needs_migration]
    start, end = f"index {index}: field ", "; `newsbeam setup --migrate` mends it"
    assert [str(each) for each in wrong] == [
        f"{start}source is text, should be keyword{end}",
        f"{start}body is text (analyzer whitespace), should be text (analyzer newsbeam_text){end}",
        f"{start}published_at is date (format epoch_millis), should be date (format "
        f"strict_date_optional_time){end}",
    ]
    fields = fields_of(client, index)
    assert fields["revision"] == {"type": "integer"}
    assert fields["source"] == {"type": "text"}
    assert setup.plan(client, index_prefix) == wrong


def test_an_analyser_of_another_making_is_refused(client: Elasticsearch, index_prefix: str) -> None:
    def change(body: dict[str, Any]) -> None:
        analysers = body["settings"]["index"]["analysis"]["analyzer"]
        analysers["newsbeam_text"] = {"type": "custom", "tokenizer": "standard"}

    make_older_index(client, index_prefix, MONTH, change)
    (wrong,) = [each for each in setup.apply(client, index_prefix) if each.needs_migration]
    assert wrong.details == (
        "analyser newsbeam_text is custom (tokenizer standard), should be standard (tokenizer "
        "unset)",
    )


def test_a_language_comes_with_the_next_index_and_stays_without_being_named(
    client: Elasticsearch, index_prefix: str
) -> None:
    setup.apply(client, index_prefix)
    write_documents(client, index_prefix, [document_of(placed())])
    changed = setup.apply(client, index_prefix, GERMAN)
    waiting = {each.details[0] for each in changed if each.needs_migration}
    assert waiting == {
        f"analyser newsbeam_text_{code} is missing, should be standard" for code in ("de", "fr")
    }
    early = placed().article.first_published_at
    assert early is not None
    write_documents(
        client,
        index_prefix,
        [document_of(placed(article_id="a2", first_published_at=early.replace(year=2025)))],
    )
    index = f"{index_prefix}-articles-2025.11"
    assert set(fields_of(client, index)["body"]["fields"]) == {"de", "fr"}
    assert set(fields_of(client, index)["title"]["fields"]) == {"de", "fr", "keyword"}
    client.indices.refresh(index=index)
    for field in ("body", "body.de", "body.fr"):
        found = client.search(index=index, query={"match": {field: "bridge"}})
        assert found["hits"]["total"]["value"] == 1
    # What Kibana asks when no field is named.
    asked = client.indices.validate_query(index=index, q="bridge", lenient=True, explain=True)
    assert {"body:bridge", "body.de:bridge"} <= set(re.split(r"[\s()|]+", str(asked.body)))
    assert {each.change for each in setup.plan(client, index_prefix)} == {"rebuild"}


def test_a_language_that_is_no_longer_wanted_leaves_no_component_behind(
    client: Elasticsearch, index_prefix: str
) -> None:
    setup.apply(client, index_prefix, GERMAN)
    changed = setup.apply(client, index_prefix, Choices(languages=("fr",)))
    assert f"remove component template {index_prefix}-analysis-de" in map(str, changed)
    assert setup.plan(client, index_prefix) == []


def test_a_bulk_load_holds_for_indices_that_are_there_and_to_come_until_it_is_off(
    client: Elasticsearch, index_prefix: str
) -> None:
    setup.apply(client, index_prefix)
    write_documents(client, index_prefix, [document_of(placed())])
    setup.apply(client, index_prefix, LOADING)
    write_documents(client, index_prefix, [document_of(record) for record in ALL])
    for index in live_indices(client, index_prefix):
        settings = settings_of(client, index.name)
        assert settings["refresh_interval"] == "-1"
        assert (settings["number_of_replicas"], settings["auto_expand_replicas"]) == ("0", "false")
    assert setup.apply(client, index_prefix) == []
    setup.apply(client, index_prefix, Choices())
    for index in live_indices(client, index_prefix):
        settings = settings_of(client, index.name)
        assert (settings["refresh_interval"], settings["auto_expand_replicas"]) == ("1s", "0-1")
    assert setup.plan(client, index_prefix) == []


def test_an_index_that_lost_its_family_s_alias_gets_it_back(
    client: Elasticsearch, index_prefix: str
) -> None:
    setup.apply(client, index_prefix)
    write_documents(client, index_prefix, [document_of(placed())])
    index, family = f"{index_prefix}-{MONTH}", f"{index_prefix}-articles"
    client.indices.delete_alias(index=index, name=family)
    (planned,) = setup.plan(client, index_prefix)
    assert str(planned) == f"update index {index} (aliases.{family})"
    assert setup.apply(client, index_prefix) == [planned]
    client.indices.refresh(index=family)
    assert client.count(index=family)["count"] == 1
    assert setup.plan(client, index_prefix) == []


def test_closed_indices_and_those_of_others_are_left_alone(
    client: Elasticsearch, index_prefix: str
) -> None:
    setup.apply(client, index_prefix)
    other = f"{index_prefix}-articles-mine"
    with_setting = {"index.refresh_interval": "7s"}
    client.indices.create(index=other, settings=with_setting)
    client.indices.create(index=f"{index_prefix}-{MONTH}", settings=with_setting)
    client.indices.close(index=f"{index_prefix}-{MONTH}")
    assert setup.apply(client, index_prefix) == []
    assert settings_of(client, other)["refresh_interval"] == "7s"
