"""What can be changed in a live index, and what cannot."""

import copy
from typing import Any

import pytest

from schemas import templates
from schemas.templates import Choices
from transforms.elasticsearch.live_mappings import Conflict, compare

FULL = ("analysis-common",)
BODY = templates.index_body("articles", FULL, Choices(languages=("de",)))


def changed(**fields: Any) -> dict[str, Any]:
    """Returns the body of a live index with other fields; None takes one away."""
    body = copy.deepcopy(BODY)
    properties = body["mappings"]["properties"] | fields
    present = {name: field for name, field in properties.items() if field is not None}
    body["mappings"]["properties"] = present
    return body


def test_an_index_that_the_templates_made_has_no_difference() -> None:
    found = compare(copy.deepcopy(BODY), BODY)
    assert (found.mappings, found.settings, found.changes, found.conflicts) == ({}, {}, [], [])


def test_fields_that_the_templates_do_not_name_are_no_difference() -> None:
    assert compare(changed(extra={"type": "keyword"}), BODY).changes == []


def test_numbers_and_booleans_compare_with_their_text() -> None:
    live = copy.deepcopy(BODY)
    live["settings"]["index"]["mapping"] = {"total_fields": {"limit": 200}}
    live["mappings"]["properties"]["title"]["fields"]["keyword"]["ignore_above"] = "1024"
    assert compare(live, BODY).changes == []


@pytest.mark.parametrize(
    ("live", "where"),
    [
        ({"type": "text"}, "url"),
        ({"type": "keyword", "ignore_above": 8191, "doc_values": False}, "url"),
        ({"type": "text", "analyzer": "standard"}, "body"),
        ({"properties": {"part": {"type": "keyword"}}}, "url"),
        ({**BODY["mappings"]["properties"]["title"], "fields": {"de": {"type": "text"}}}, "title"),
    ],
)
def test_another_type_analyser_or_fixed_parameter_is_a_conflict(
    live: dict[str, Any], where: str
) -> None:
    found = compare(changed(**{where: live}), BODY)
    (conflict,) = found.conflicts
    assert conflict.where.startswith(f"field {where}")
    assert conflict.live != conflict.wanted
    assert found.mappings == {}


def test_a_field_in_conflict_keeps_its_other_differences_for_the_new_index() -> None:
    found = compare(changed(title={"type": "text", "analyzer": "standard"}, url=None), BODY)
    assert found.conflicts == [
        Conflict("field title", "text (analyzer standard)", "text (analyzer newsbeam_text)")
    ]
    assert set(found.mappings["properties"]) == {"url"}


def test_a_filter_of_the_analyser_counts_as_the_analyser() -> None:
    live = copy.deepcopy(BODY)
    live["settings"]["index"]["analysis"]["filter"]["newsbeam_elision"]["articles"] = ["l"]
    (conflict,) = compare(live, BODY).conflicts
    assert conflict.where == "analyser newsbeam_text"
    assert conflict.live.startswith("custom (filter newsbeam_elision {")


def test_an_analyser_that_is_missing_is_named_once_for_all_of_its_fields() -> None:
    live = templates.index_body("articles", FULL, Choices())
    found = compare(live, BODY)
    assert found.conflicts == [Conflict("analyser newsbeam_text_de", "missing", "german")]
    assert found.mappings == {}


def test_another_server_with_more_modules_is_a_conflict_of_analysers_only() -> None:
    live = templates.index_body("articles", (), Choices(languages=("de",)))
    found = compare(live, BODY)
    assert {conflict.where for conflict in found.conflicts} == {
        "analyser newsbeam_text",
        "analyser newsbeam_text_de",
    }
    assert found.changes == []


def test_settings_are_compared_where_an_index_can_change_them() -> None:
    live = copy.deepcopy(BODY)
    live["settings"]["index"] |= {"number_of_shards": "3", "refresh_interval": "5s", "codec": "x"}
    found = compare(live, BODY)
    assert found.settings == {"index.refresh_interval": "1s"}
    assert found.changes == ["settings.index.refresh_interval"]
