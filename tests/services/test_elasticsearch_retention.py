"""Retention by age on a real server."""

import datetime as dt

import pytest
from elasticsearch import Elasticsearch

from schemas.documents import document_of
from schemas.records import Document
from tests.record_samples import COUNTS, REVISION, placed
from tests.seeding import write_documents
from tests.services.older_cluster import articles, make_older_index
from transforms.elasticsearch import migration, setup
from transforms.elasticsearch.retention import ExpiredIndex, expired, remove_expired

NOW = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)


def in_month(year: int, month: int, number: int = 0) -> Document:
    first = dt.datetime(year, month, 28, tzinfo=dt.UTC)
    return document_of(placed(article_id=f"{year}-{month}-{number}", first_published_at=first))


def names(indices: list[ExpiredIndex]) -> list[str]:
    return [index.name.partition("-articles-")[2] for index in indices]


@pytest.fixture
def filled(client: Elasticsearch, index_prefix: str) -> str:
    """The prefix of indices of five months, one of them to come, and of families with one."""
    return fill(client, index_prefix)


@pytest.fixture(scope="module")
def only_read(client: Elasticsearch, shared_prefix: str) -> str:
    """The same, for tests that change nothing there."""
    return fill(client, shared_prefix)


def fill(client: Elasticsearch, index_prefix: str) -> str:
    setup.apply(client, index_prefix)
    months = [(2026, 8), (2026, 9), (2026, 10), (2026, 11), (2026, 12)]
    documents = [in_month(*month) for month in months] + [in_month(2026, 9, 1)]
    write_documents(client, index_prefix, [*documents, document_of(COUNTS)])
    client.indices.refresh(index=f"{index_prefix}-*")
    return index_prefix


@pytest.mark.parametrize(
    ("keep_days", "now", "gone"),
    [
        (365, NOW, []),
        (50, NOW, ["2026.08", "2026.09"]),
        (51, NOW, ["2026.08"]),
        (50, NOW.astimezone(dt.timezone(dt.timedelta(hours=9))), ["2026.08", "2026.09"]),
        (1, NOW, ["2026.08", "2026.09", "2026.10"]),
        (1, dt.datetime(2026, 11, 1, 23, 59, tzinfo=dt.UTC), ["2026.08", "2026.09"]),
    ],
)
def test_months_that_lie_wholly_before_what_is_kept_have_expired(
    client: Elasticsearch, only_read: str, keep_days: int, now: dt.datetime, gone: list[str]
) -> None:
    assert names(expired(client, only_read, keep_days=keep_days, now=now)) == gone


def test_expired_indices_go_with_their_documents_and_nothing_else_does(
    client: Elasticsearch, filled: str
) -> None:
    before = set(client.indices.get(index=f"{filled}-*").body)
    gone = expired(client, filled, keep_days=40, now=NOW)
    assert [str(index) for index in gone] == [
        f"remove {filled}-articles-2026.08 (1 documents)",
        f"remove {filled}-articles-2026.09 (2 documents)",
    ]
    assert set(client.indices.get(index=f"{filled}-*").body) == before
    remove_expired(client, gone)
    remove_expired(client, gone)
    left = {f"{filled}-articles-2026.{month}" for month in (10, 11, 12)}
    assert set(client.indices.get(index=f"{filled}-*").body) == {*left, f"{filled}-claims-all"}
    assert expired(client, filled, keep_days=40, now=NOW) == []


def test_revisions_expire_too_and_so_do_closed_and_rebuilt_indices(
    client: Elasticsearch, index_prefix: str
) -> None:
    make_older_index(
        client,
        index_prefix,
        "articles-2026.11",
        lambda body: body["mappings"]["properties"].update(source={"type": "text"}),
    )
    setup.apply(client, index_prefix)
    write_documents(client, index_prefix, [*articles([1, 2]), document_of(REVISION)])
    for planned in migration.plan_migrations(client, index_prefix):
        migration.migrate(client, planned)
    client.indices.refresh(index=f"{index_prefix}-*")
    client.indices.create(index=f"{index_prefix}-articles-2025.01")
    client.indices.close(index=f"{index_prefix}-articles-2025.01")
    # Not one of ours, though its name begins alike.
    client.indices.create(index=f"{index_prefix}-articles-2025.02-mine")
    gone = expired(client, index_prefix, keep_days=30, now=NOW + dt.timedelta(days=60))
    assert [str(index) for index in gone] == [
        f"remove {index_prefix}-articles-2025.01 (documents not counted: closed)",
        f"remove {index_prefix}-articles-2026.11-r1 (2 documents)",
        f"remove {index_prefix}-revisions-2026.11 (1 documents)",
    ]
    remove_expired(client, gone)
    assert set(client.indices.get(index=f"{index_prefix}-*").body) == {
        f"{index_prefix}-articles-2025.02-mine"
    }


@pytest.mark.parametrize("keep_days", [0, -1])
def test_less_than_a_day_is_refused(client: Elasticsearch, only_read: str, keep_days: int) -> None:
    with pytest.raises(ValueError, match="keep_days: at least 1"):
        expired(client, only_read, keep_days=keep_days, now=NOW)
