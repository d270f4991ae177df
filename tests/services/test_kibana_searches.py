"""The saved searches for Kibana find what they say, in the order they say, on a real server."""

import dataclasses
import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from schemas.documents import document_of
from schemas.kibana import SEARCHES, TIMES, Search
from tests.record_samples import (
    CLAIM,
    COUNTS,
    FEED,
    NOON,
    OUTCOME,
    REJECTED,
    REVISION,
    STANCE,
    STORY,
    placed,
)
from tests.seeding import write_documents
from transforms.elasticsearch import setup

HOUR = dt.timedelta(hours=1)
WANTED = {
    "stories": ["many", "two"],
    "contested": ["denied twice", "c1"],
    "denials": ["sure, later", "sure"],
    "claims": ["likely", "c1"],
    "originals": ["later", "a1"],
    "dropped": ["later", "first"],
    "feeds": [
        f"https://{status}.example" for status in ("failing", "unreadable", "gone", "silent")
    ],
    "failures": ["fetch_failed", "no_text", "not_fetched", "rejected"],
    "rejected": ["later", REJECTED.key],
}
SHOWN = {
    **{"stories": "story_id", "contested": "claim_id", "claims": "claim_id"},
    **{"denials": "stance_id", "originals": "article_id", "dropped": "title", "feeds": "feed"},
    **{"failures": "key", "rejected": "key"},
}


def records() -> Iterator[object]:
    """Yields of each family what its searches find, and what they leave out."""
    yield STORY  # merged
    yield dataclasses.replace(STORY, story_id="two", merge=None)
    sources = ("The Gazette", "The Post", "Radio Orrin")
    yield dataclasses.replace(STORY, story_id="many", merge=None, sources=sources)
    yield from claims()
    yield from stances()
    yield placed()
    yield placed(article_id="later", fetched_at=NOON + HOUR, published_at=NOON + HOUR)
    copy = placed(article_id="copy")
    marked = dataclasses.replace(copy.placement, reprint_of="a1")
    yield dataclasses.replace(copy, placement=marked)
    for number, title in enumerate(("first", "later")):
        seen, replaced = NOON + number * HOUR, REVISION.replaced_at + number * HOUR
        yield dataclasses.replace(REVISION, title=title, seen_at=seen, replaced_at=replaced)
    yield dataclasses.replace(REVISION, title="none", seen_at=NOON - HOUR, claims_dropped=())
    known = dataclasses.replace(FEED, last_new_item=NOON)
    for number, status in enumerate(("gone", "unreadable", "failing"), 1):
        feed = f"https://{status}.example"
        yield dataclasses.replace(known, feed=feed, status=status, failures=number)
    yield dataclasses.replace(known, feed="https://silent.example", silent=True)
    for status in ("ok", "not_modified", "paused", "removed"):
        yield dataclasses.replace(known, feed=f"https://{status}.example", status=status)
    names = ("rejected", "not_fetched", "no_text", "fetch_failed")
    taken = ("indexed", "reprint", "revised", "repeated", "superseded", "skipped")
    for number, outcome in enumerate((*names, *taken)):
        yield dataclasses.replace(OUTCOME, key=outcome, outcome=outcome, at=NOON + number * HOUR)
    yield REJECTED
    yield dataclasses.replace(REJECTED, key="later", at=NOON + HOUR)


def claims() -> Iterator[object]:
    """Of each other's kinds: denied by one and by two, likelier, uncertain, dropped."""
    yield COUNTS
    for name, denying, changes in (
        ("denied twice", 2, {"uncertain": True}),
        ("likely", 0, {"score": 0.95}),
        ("dropped", 0, {"dropped_at": NOON}),
    ):
        claim = dataclasses.replace(CLAIM, claim_id=name, **changes)  # type: ignore[arg-type]
        yield dataclasses.replace(COUNTS, claim=claim, denying=denying)


def stances() -> Iterator[object]:
    """One that its article no longer says, two sure denials, and what is none or is unsure."""
    yield STANCE
    sure = dataclasses.replace(STANCE, stance_id="sure", dropped_at=None)
    yield sure
    pair = dataclasses.replace(STANCE.pair, published_at=NOON + HOUR)
    yield dataclasses.replace(sure, stance_id="sure, later", pair=pair)
    yield dataclasses.replace(sure, stance_id="uncertain", uncertain=True)
    yield dataclasses.replace(sure, stance_id="supports", label="supports")


def asked(client: Elasticsearch, prefix: str, search: Search, start: dt.datetime) -> list[Any]:
    """Returns what Discover would show, with the time filter from `start` on."""
    query = {"query_string": {"query": search.query}} if search.query else {"match_all": {}}
    since = {"range": {TIMES[search.family]: {"gte": start.isoformat()}}}
    answer = client.search(
        index=f"{prefix}-{search.family}",
        query={"bool": {"filter": [query, since]}},
        sort=[{field: "desc"} for field in search.sort],
        fields=list(search.columns),
    )
    hits = answer["hits"]["hits"]
    shown = {name for hit in hits for name in hit["fields"]}
    assert not hits or shown == set(search.columns)
    return [hit["_source"][SHOWN[search.name]] for hit in hits]


@pytest.fixture
def filled(client: Elasticsearch, index_prefix: str) -> str:
    setup.apply(client, index_prefix)
    documents = [document_of(record) for record in records()]
    assert write_documents(client, index_prefix, documents).refusals == []
    client.indices.refresh(index=f"{index_prefix}-*")
    return index_prefix


def test_each_finds_what_it_says_in_its_order(client: Elasticsearch, filled: str) -> None:
    found = {each.name: asked(client, filled, each, NOON - 2 * HOUR) for each in SEARCHES}
    assert found == WANTED


def test_the_time_filter_leaves_out_what_is_older(client: Elasticsearch, filled: str) -> None:
    late = NOON + 24 * HOUR
    assert [asked(client, filled, each, late) for each in SEARCHES] == [[] for _ in SEARCHES]
