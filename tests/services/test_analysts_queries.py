"""The queries of docs/analysts.md answer what the page says of them, with more than ten hits."""

import dataclasses
import datetime as dt
import pathlib
import re
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from schemas.documents import FAMILIES, document_of
from schemas.records import ClaimCounts, Stance, Story
from tests.record_samples import (
    ALL,
    CLAIM,
    COUNTS,
    NOON,
    ORIGIN,
    OUTCOME,
    STANCE,
    STORY,
    placed,
)
from tests.seeding import write_documents
from transforms.elasticsearch import setup

PAGE = pathlib.Path(__file__).parents[2] / "docs" / "analysts.md"
_QUERY = re.compile(r"^```\nGET newsbeam-(\S+)\n(.*?)```", re.MULTILINE | re.DOTALL)
MANY = 12
HEADERS = {"accept": "application/json", "content-type": "application/json"}


def queries(passage: str = "") -> list[tuple[str, str]]:
    """Returns path and body of each query from `passage` on."""
    page = PAGE.read_text(encoding="utf-8")
    return _QUERY.findall(page[page.index(passage) :])


@pytest.fixture(scope="module")
def filled(client: Elasticsearch, shared_prefix: str) -> str:
    """Every family; of the story s1 many articles of as many outlets, one of them from s2.

    Many claims are denied, of an outlet each that has dropped it and of a story that it alone has.
    """
    setup.apply(client, shared_prefix)
    documents = [document_of(record) for record in ALL]
    for number in range(1, MANY):
        origin = dataclasses.replace(ORIGIN, source=f"Outlet {number}")
        one = placed(article_id=f"b{number}", origin=origin)
        placement = dataclasses.replace(one.placement, first_story_id=None, moved_at=None)
        documents.append(document_of(dataclasses.replace(one, placement=placement)))
        outcome = dataclasses.replace(OUTCOME, key=f"{OUTCOME.key}/{number}", origin=origin)
        documents.append(document_of(outcome))
        documents += map(document_of, denied(number))
    stories = (dataclasses.replace(STORY, story_id="s2"), dataclasses.replace(STORY, merge=None))
    documents += map(document_of, stories)
    assert write_documents(client, shared_prefix, documents).refusals == []
    client.indices.refresh(index=f"{shared_prefix}-*")
    return shared_prefix


def denied(number: int) -> tuple[Story, ClaimCounts, ClaimCounts, Stance]:
    """An outlet's own story, its claim, which it has dropped, one that follows, and a denial."""
    outlet, name = f"Outlet {number}", f"c{number}-1"
    story = dataclasses.replace(STORY, story_id=f"s-{number}", sources=(outlet,), merge=None)
    first = dataclasses.replace(
        CLAIM, claim_id=name, same_as=name, source=outlet, dropped_at=NOON, moved_at=None
    )
    later = NOON + dt.timedelta(hours=1)
    follows = dataclasses.replace(
        first, claim_id=f"{name}-again", fetched_at=later, dropped_at=None
    )
    pair = dataclasses.replace(STANCE.pair, claim=first)
    return (
        story,
        dataclasses.replace(COUNTS, claim=first),
        dataclasses.replace(COUNTS, claim=follows, supporting=0, denying=0),
        dataclasses.replace(STANCE, stance_id=f"st{number}-1", pair=pair, dropped_at=None),
    )


def ask(client: Elasticsearch, prefix: str, query: tuple[str, str], story: str = "s1") -> Any:
    path, body = query
    body = body.replace('"STORY"', f'"{story}"').replace('"OUTLET"', '"The Post"')
    body = body.replace('"now/d"', f'"{NOON:%Y-%m-%d}"')
    return client.perform_request("GET", f"/{prefix}-{path}", headers=HEADERS, body=body)


def test_each_is_taken(client: Elasticsearch, filled: str) -> None:
    asked = queries()
    assert {path.partition("/")[0] for path, _ in asked} <= set(FAMILIES)
    for query in asked:
        assert "error" not in ask(client, filled, query)
    assert len(asked) == PAGE.read_text(encoding="utf-8").count("\nGET ")


def test_an_author_is_found_by_a_part_of_the_name(client: Elasticsearch, filled: str) -> None:
    for field, found in (("authors", 0), ("authors.text", MANY)):
        query = {"match": {field: "lee"}}
        assert client.count(index=f"{filled}-articles", query=query)["count"] == found


@pytest.mark.parametrize("passage", ["All that was said on one story", "Where the articles of a"])
def test_all_articles_of_a_story_are_found(
    passage: str, client: Elasticsearch, filled: str
) -> None:
    query, *_ = queries(passage)
    assert len(ask(client, filled, query)["hits"]["hits"]) == MANY


def test_articles_that_were_in_a_merged_story_are_found(client: Elasticsearch, filled: str) -> None:
    query, *_ = queries("Where the articles of a")
    [hit] = ask(client, filled, query, "s2")["hits"]["hits"]
    assert (hit["_source"]["story_id"], hit["_source"]["first_story_id"]) == ("s1", "s2")


def test_stories_are_counted_without_the_merged(client: Elasticsearch, filled: str) -> None:
    query, *_ = queries("To count stories")
    assert ask(client, filled, query)["count"] == MANY


def test_claims_that_were_dropped_after_a_denial_are_found(
    client: Elasticsearch, filled: str
) -> None:
    query, *_ = queries("The claims that most outlets deny")
    found = [hit["_source"] for hit in ask(client, filled, query)["hits"]["hits"]]
    assert [claim["denying"] for claim in found] == [1] * MANY
    assert [claim["current"] for claim in found].count(False) == MANY - 1


def test_outlets_are_told_by_the_sure_denials_of_their_claims(
    client: Elasticsearch, filled: str
) -> None:
    query, *_ = queries("Which outlets' claims are denied most")
    outlets = ask(client, filled, query)["aggregations"]["outlet"]["buckets"]
    assert {(each["key"], each["claims"]["value"]) for each in outlets} == {
        (f"Outlet {number}", 1) for number in range(1, MANY)
    }


def test_a_claim_of_today_is_found_once_where_it_was_first_said(
    client: Elasticsearch, filled: str
) -> None:
    query, *_ = queries("What was claimed today")
    found = {hit["_id"] for hit in ask(client, filled, query)["hits"]["hits"]}
    assert found == {CLAIM.claim_id, *(f"c{number}-1" for number in range(1, MANY))}


@pytest.mark.parametrize("passage", ["Stories that an outlet has not", "Stories that one outlet"])
def test_stories_of_one_outlet_are_what_another_has_not(
    passage: str, client: Elasticsearch, filled: str
) -> None:
    query, *_ = queries(passage)
    found = {hit["_id"] for hit in ask(client, filled, query)["hits"]["hits"]}
    assert found == {f"s-{number}" for number in range(1, MANY)}


def test_every_outlet_has_its_outcomes(client: Elasticsearch, filled: str) -> None:
    query, *_ = queries("What became of each outlet's articles")
    outlets = ask(client, filled, query)["aggregations"]["outlet"]["buckets"]
    assert len(outlets) == MANY
