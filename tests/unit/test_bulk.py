"""Bulk writes against a scripted client: what is sent again, what is halved, what is given up."""

import dataclasses
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from elastic_transport import (
    ApiResponseMeta,
    ConnectionTimeout,
    HttpHeaders,
    NodeConfig,
    SerializationError,
    TlsError,
)
from elastic_transport import ConnectionError as ElasticConnectionError
from elasticsearch import ApiError

from schemas.documents import document_of
from schemas.records import Document
from tests.record_samples import OUTCOME
from tests.seeding import write_documents
from transforms.elasticsearch import bulk
from transforms.elasticsearch.answers import NotPermittedError
from transforms.elasticsearch.patience import patiently

Item = dict[str, Any]
CREATED: Item = {"status": 201, "result": "created"}


def error(status: int, kind: str, reason: str = "", cause: str = "") -> Item:
    details: Item = {"type": kind, "reason": reason}
    if cause:
        details["caused_by"] = {"type": "x", "reason": cause}
    return {"status": status, "error": details}


STALE = error(409, "version_conflict_engine_exception")
FULL = error(
    400,
    "validation_exception",
    "Validation Failed: 1: this action would add [2] shards, but this cluster currently has"
    " [1000]/[1000] maximum normal shards open;",
)
BUSY = error(429, "es_rejected_execution_exception", "queue full")
STRICT = error(400, "strict_dynamic_mapping_exception", "not allowed")


def http_error(status: int, body: Any = None, **headers: str) -> ApiError:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    meta = ApiResponseMeta(
        status, "1.1", HttpHeaders(named), 0.0, NodeConfig("http", "localhost", 9200)
    )
    return ApiError("refused", meta, body)


class ScriptedClient:
    """Answers each bulk request by the next of its answers; keeps what was sent."""

    def __init__(self, *answers: list[Item] | Exception | Callable[[int], Any]) -> None:
        self.answers = list(answers)
        self.sent: list[list[str]] = []
        self.heads: list[Item] = []

    def bulk(self, operations: list[bytes], filter_path: Any) -> dict[str, Any]:
        heads = [orjson.loads(line)["index"] for line in operations[::2]]
        self.heads.extend(heads)
        self.sent.append([head["_id"] for head in heads])
        answer: Any = self.answers.pop(0)
        if callable(answer):
            answer = answer(len(heads))
        if isinstance(answer, Exception):
            raise answer
        return {"items": [{"index": item} for item in answer]}


def docs(*names: str) -> list[Document]:
    return [dataclasses.replace(document_of(OUTCOME), id=name) for name in names]


def write(
    client: ScriptedClient, *names: str, slept: list[float] | None = None, **options: Any
) -> bulk.Report:
    options |= {"sleep": (slept if slept is not None else []).append}
    return write_documents(client, "news", docs(*names), **options)  # type: ignore[arg-type]


def results(report: bulk.Report) -> dict[str, str]:
    return {receipt.id: receipt.result for receipt in report.receipts}


def test_an_older_version_is_a_success_called_stale() -> None:
    report = write(ScriptedClient([CREATED, STALE]), "a", "b")
    assert results(report) == {"a": "created", "b": "stale"}
    assert (report.refusals, report.retried) == ([], 0)


def test_documents_go_to_their_index_with_their_version() -> None:
    client = ScriptedClient([CREATED])
    write(client, "a")
    assert client.heads == [
        {
            "_index": "news-outcomes-all",
            "_id": "a",
            "version": document_of(OUTCOME).version,
            "version_type": "external_gte",
        }
    ]


@pytest.mark.parametrize(
    "busy",
    [
        BUSY,
        error(503, "unavailable_shards_exception"),
        error(403, "cluster_block_exception", "index is read-only"),
        FULL,
    ],
)
def test_only_failed_items_are_sent_again(busy: Item) -> None:
    client = ScriptedClient([CREATED, busy, STRICT, busy], [busy, CREATED], [CREATED])
    report = write(client, "a", "b", "c", "d")
    assert client.sent == [["a", "b", "c", "d"], ["b", "d"], ["b"]]
    assert results(report) == {"a": "created", "b": "created", "d": "created"}
    assert [refusal.action.id for refusal in report.refusals] == ["c"]
    assert report.retried == 3


STUMBLES = error(500, "null_pointer_exception", "of all places")


@pytest.mark.parametrize("trouble", [[BUSY], http_error(503), ElasticConnectionError("gone")])
def test_a_document_is_refused_when_the_server_has_stumbled_over_it_three_times(
    trouble: Any,
) -> None:
    client = ScriptedClient(*[trouble, [STUMBLES]] * 2, trouble, [CREATED])
    assert results(write(client, "a")) == {"a": "created"}
    client = ScriptedClient(*[trouble, [STUMBLES]] * 3, [CREATED])
    (refusal,) = write(client, "a").refusals
    assert (refusal.status, refusal.reason) == (500, "of all places")
    client = ScriptedClient([STUMBLES, BUSY], [STUMBLES, STUMBLES], [STUMBLES, STUMBLES], [CREATED])
    report = write(client, "a", "b")
    assert [refusal.action.id for refusal in report.refusals] == ["a"]
    assert results(report) == {"b": "created"}


def read(error: Exception) -> str:
    """Reads once more after the error, if that is among those which may pass."""
    answers = iter([error])

    def search() -> str:
        for answer in answers:
            raise answer
        return "found"

    return patiently(search)


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504, 507, 520])
def test_a_busy_server_is_asked_again(status: int) -> None:
    client = ScriptedClient(http_error(status), http_error(status), [CREATED])
    assert results(write(client, "a")) == {"a": "created"}
    assert read(http_error(status)) == "found"


def test_a_read_only_cluster_is_waited_for() -> None:
    reason = "blocked by: [FORBIDDEN/6/cluster read-only (api)];"
    body = {"error": {"type": "cluster_block_exception", "reason": reason}, "status": 403}
    assert results(write(ScriptedClient(http_error(403, body), [CREATED]), "a")) == {"a": "created"}
    assert read(http_error(403, body)) == "found"
    with pytest.raises(bulk.ElasticsearchUnavailableError, match=r"HTTP 403 .*cluster read-only"):
        write(ScriptedClient(http_error(403, body)), "a", deadline_s=0)


@pytest.mark.parametrize(
    "broken",
    [
        ElasticConnectionError("closed"),
        ConnectionTimeout("slow"),
        SerializationError("the answer was cut"),
    ],
)
def test_a_broken_connection_is_tried_again(broken: Exception) -> None:
    assert results(write(ScriptedClient(broken, [CREATED]), "a")) == {"a": "created"}
    assert read(broken) == "found"


def test_a_wrong_certificate_is_not_tried_again() -> None:
    with pytest.raises(TlsError):
        write(ScriptedClient(TlsError("not trusted")), "a")
    with pytest.raises(TlsError):
        read(TlsError("not trusted"))


@pytest.mark.parametrize(
    "refused",
    [
        http_error(401),
        http_error(403, {"error": {"type": "security_exception", "reason": "no"}}),
        http_error(403, "<html>"),
        http_error(404),
    ],
)
def test_wrong_credentials_privileges_and_addresses_are_not_tried_again(refused: ApiError) -> None:
    with pytest.raises(ApiError):
        write(ScriptedClient(refused), "a")
    with pytest.raises(ApiError):
        read(refused)


def test_a_missing_privilege_fails_the_bundle() -> None:
    missing = error(403, "security_exception", "unauthorized for user [x]")
    with pytest.raises(NotPermittedError, match="unauthorized"):
        write(ScriptedClient([missing]), "a")


def test_the_server_says_how_long_to_wait() -> None:
    slept: list[float] = []
    write(ScriptedClient(http_error(429, Retry_After="7"), [CREATED]), "a", slept=slept)
    assert slept == [7.0]


def test_the_server_does_not_make_us_wait_past_the_deadline() -> None:
    slept: list[float] = []
    write(ScriptedClient(http_error(503, Retry_After="600"), [CREATED]), "a", slept=slept)
    assert len(slept) == 1
    assert 200 < slept[0] < 300


def test_without_a_word_of_the_server_waiting_grows_and_is_jittered() -> None:
    slept: list[float] = []
    write(ScriptedClient(*[http_error(503)] * 6, [CREATED]), "a", slept=slept)
    assert len(set(slept)) == 6
    assert all(seconds <= 0.5 * 2**n for n, seconds in enumerate(slept))


def test_when_the_deadline_passes_nothing_is_dropped() -> None:
    client = ScriptedClient([CREATED, BUSY])
    with pytest.raises(bulk.ElasticsearchUnavailableError, match=r"1 of 2 documents.*queue full"):
        write(client, "a", "b", deadline_s=0)


@pytest.mark.parametrize("block", ["8/index write (api)", "5/index read-only (api)"])
def test_what_an_operator_made_read_only_is_waited_for_once_and_then_refuses(
    block: str, caplog: pytest.LogCaptureFixture
) -> None:
    shut = error(403, "cluster_block_exception", f"index [x] blocked by: [FORBIDDEN/{block}];")
    assert results(write(ScriptedClient([shut], [CREATED]), "a")) == {"a": "created"}
    read_only: set[str] = set()
    report = write(ScriptedClient([CREATED, shut]), "a", "b", deadline_s=0, read_only=read_only)
    assert results(report) == {"a": "created"}
    assert [(each.action.id, each.reason) for each in report.refusals] == [
        ("b", f"index [x] blocked by: [FORBIDDEN/{block}];")
    ]
    read_only = {"news-outcomes-all"}
    client = ScriptedClient([shut])
    assert len(write(client, "c", read_only=read_only).refusals) == len(client.sent) == 1
    assert "its documents are rejected" in caplog.text
    assert "takes documents again" not in caplog.text.partition("are rejected")[2]
    write(ScriptedClient([CREATED]), "d", read_only=read_only)
    assert results(write(ScriptedClient([shut], [CREATED]), "e", read_only=read_only))


@pytest.mark.parametrize("at_last", [[BUSY, BUSY], http_error(503), ElasticConnectionError("gone")])
def test_a_read_only_index_is_not_given_up_for_another_trouble(at_last: Any) -> None:
    shut = error(403, "cluster_block_exception", "blocked by: [FORBIDDEN/8/index write (api)];")
    client = ScriptedClient([shut, BUSY], *[at_last] * 200)
    with pytest.raises(bulk.ElasticsearchUnavailableError, match="2 of 2"):
        write(client, "a", "b", deadline_s=5)


def test_a_full_disk_is_never_a_refusal() -> None:
    why = "index [x] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark]"
    with pytest.raises(bulk.ElasticsearchUnavailableError, match="flood-stage"):
        write(ScriptedClient([error(429, "cluster_block_exception", why)]), "a", deadline_s=0)


@pytest.mark.parametrize("status", [400, 413])
def test_a_request_that_is_too_much_is_halved_down_to_one(status: int) -> None:
    body = {"error": {"type": "bad", "reason": "because"}}

    def answer(count: int) -> Any:
        return http_error(status, body) if count > 1 or client.sent[-1] == ["c"] else [CREATED]

    client = ScriptedClient(*[answer] * 20)
    report = write(client, "a", "b", "c", "d")
    assert results(report) == {"a": "created", "b": "created", "d": "created"}
    (refusal,) = report.refusals
    expected = "bad" if status == 400 else "request_entity_too_large"
    assert (refusal.action.id, refusal.status, refusal.error) == ("c", status, expected)


def test_what_is_busy_in_one_half_is_sent_again_alone() -> None:
    client = ScriptedClient(http_error(413), http_error(503), [CREATED], [CREATED])
    report = write(client, "a", "b")
    assert client.sent == [["a", "b"], ["a"], ["b"], ["a"]]
    assert results(report) == {"a": "created", "b": "created"}


def test_a_refusal_says_what_lies_behind() -> None:
    parsing = error(400, "document_parsing_exception", "failed to parse [at]", "no date")
    (refusal,) = write(ScriptedClient([parsing]), "a").refusals
    assert refusal.reason == "failed to parse [at]: no date"
