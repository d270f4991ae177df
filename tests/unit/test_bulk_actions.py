"""Actions, and the lines of a bulk request that they become."""

import dataclasses
import pickle
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.documents import document_of
from tests.beam.story_records import article, placed
from transforms.elasticsearch.actions import Action, lines
from transforms.elasticsearch.documents import action_of

JSON_OBJECTS = st.dictionaries(
    st.text(), st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text()
)


def parsed(action: Action) -> list[Any]:
    return [orjson.loads(line) for line in lines(action)]


def test_an_external_version_goes_along() -> None:
    action = Action(index="news", id="a", source=b"{}", version=7)
    head = {"_index": "news", "_id": "a", "version": 7, "version_type": "external_gte"}
    assert parsed(action) == [{"index": head}, {}]


def test_the_sinks_state_holds_a_document_once() -> None:
    document = document_of(placed(article(body="A barge hit the pier. " * 400)))
    action = action_of(document, "news")
    assert len(pickle.dumps((action, document))) < 1.2 * len(document.source)
    assert dataclasses.replace(action, version=8).source == document.source


def test_without_a_version_the_server_counts() -> None:
    action = Action(index="news", id="a", source=b'{"n":1}', operation="create")
    assert parsed(action) == [{"create": {"_index": "news", "_id": "a"}}, {"n": 1}]


def test_an_update_writes_what_is_not_there() -> None:
    head, body = parsed(Action(index="news", id="a", source=b'{"n":1}', operation="update"))
    assert head["update"]["retry_on_conflict"] > 0
    assert body == {"doc": {"n": 1}, "doc_as_upsert": True}


def test_a_delete_has_one_line() -> None:
    (head,) = parsed(Action(index="news", id="a", version=3, operation="delete"))
    assert head["delete"]["version"] == 3


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"id": ""}, "an index and an id"),
        ({"index": ""}, "an index and an id"),
        ({"operation": "create", "version": 1}, "create of news/a"),
        ({"operation": "update", "version": 1}, "update of news/a"),
    ],
)
def test_what_elasticsearch_cannot_do_is_said_at_once(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Action(**{"index": "news", "id": "a", **wrong})


@given(
    JSON_OBJECTS,
    st.sampled_from([0, orjson.OPT_INDENT_2, orjson.OPT_APPEND_NEWLINE]),
    st.sampled_from(["index", "create", "update"]),
)
def test_any_document_is_one_line_and_stays_what_it_is(
    document: dict[str, Any], form: int, operation: Any
) -> None:
    source = orjson.dumps(document, option=form)
    _, line = lines(Action(index="news", id="a", source=source, operation=operation))
    assert b"\n" not in line
    body = orjson.loads(line)
    assert (body["doc"] if operation == "update" else body) == document
