"""Bulk writes that resend only what failed. Knows nothing of Beam.

External versions make every write idempotent: sent twice, or after a connection broke when the
request had already gone through, it leaves the same index (`external_gte`: an equal version is
written again, an older one is refused by the server, which counts as the success `stale`).
"""

import dataclasses
import email.utils
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple, cast

import orjson
import tenacity
from elastic_transport import ConnectionError as ElasticConnectionError
from elastic_transport import ConnectionTimeout, SerializationError, TlsError
from elasticsearch import ApiError, Elasticsearch

from schemas.receipts import Receipt
from schemas.records import Document
from schemas.templates import index_name

# Of a request or of one item in it: the server is busy or not all there; it may be asked again.
PASSING = frozenset({429, 502, 503, 504})
# Of a whole request: one of its documents may be why; each half is sent on its own.
_DIVISIBLE = frozenset({400, 413})
_STALE = "version_conflict_engine_exception"
_ANSWER = ("items.*.status", "items.*.result", "items.*.error")
_LOG = logging.getLogger(__name__)


class ElasticsearchUnavailableError(RuntimeError):
    """The deadline passed and documents are still unwritten; nothing was dropped: write again."""


class NotPermittedError(RuntimeError):
    """The server knows us but does not let us write there; a matter of roles, not of data."""


class Refusal(NamedTuple):
    """A document that the server will never take as it is."""

    document: Document
    status: int
    error: str
    reason: str


@dataclasses.dataclass(slots=True)
class Report:
    """How a batch went.

    Attributes:
        receipts, refusals: each document of the batch is in exactly one of them, in any order.
        retried: documents that were sent again, counted each time.
        sent_bytes: bodies of all requests. bulk_ms: time of each request.
    """

    receipts: list[tuple[Document, Receipt]] = dataclasses.field(default_factory=list)
    refusals: list[Refusal] = dataclasses.field(default_factory=list)
    retried: int = 0
    sent_bytes: int = 0
    bulk_ms: list[int] = dataclasses.field(default_factory=list)


class _BusyError(Exception):
    """What is to be sent again, why, and not before how many seconds."""

    def __init__(self, documents: list[Document], reason: str, after_s: float = 0.0) -> None:
        super().__init__(documents, reason, after_s)
        self.documents = documents
        self.reason = reason
        self.after_s = after_s


def write(
    client: Elasticsearch,
    prefix: str,
    documents: Sequence[Document],
    *,
    deadline_s: float = 300.0,
    sleep: Callable[[float], None] = time.sleep,
) -> Report:
    """Writes `documents` and returns when each is written or refused.

    Items and requests that the server answers with 429, 502, 503 or 504, broken connections and
    timeouts are sent again, with exponential backoff, jitter and the server's Retry-After. A
    request that is too large, or refused as a whole, is halved, down to single documents.

    Raises:
        ElasticsearchUnavailableError: `deadline_s` passed; writing all of them again is safe.
        NotPermittedError: the role lacks a privilege.
        elasticsearch.ApiError, elastic_transport.TlsError: credentials or certificates are wrong.
    """
    report = Report()
    pending = list(documents)

    def attempt() -> None:
        nonlocal pending
        pending, reason, after_s = _send(client, prefix, pending, report)
        if pending:
            raise _BusyError(pending, reason, after_s)

    try:
        _retrying(deadline_s, sleep, report)(attempt)
    except _BusyError as again:
        raise ElasticsearchUnavailableError(
            f"{len(again.documents)} of {len(documents)} documents could not be written within"
            f" {deadline_s:.0f} s: {again.reason}"
        ) from again
    return report


def _retrying(
    deadline_s: float, sleep: Callable[[float], None], report: Report
) -> tenacity.Retrying:
    backoff = tenacity.wait_random_exponential(multiplier=0.5, max=30)

    def wait(state: tenacity.RetryCallState) -> float:
        return max(backoff(state), _again(state).after_s)

    def note(state: tenacity.RetryCallState) -> None:
        report.retried += len(_again(state).documents)
        if state.attempt_number == 1:
            _LOG.warning("Elasticsearch is busy, trying again: %s", _again(state).reason)

    return tenacity.Retrying(
        retry=tenacity.retry_if_exception_type(_BusyError),
        stop=tenacity.stop_before_delay(deadline_s),
        wait=wait,
        before_sleep=note,
        sleep=sleep,
        reraise=True,
    )


def _again(state: tenacity.RetryCallState) -> _BusyError:
    error = state.outcome.exception() if state.outcome else None
    if not isinstance(error, _BusyError):
        raise TypeError(f"only _BusyError is retried, not {error!r}")
    return error


class _Rest(NamedTuple):
    """What one round left undone."""

    documents: list[Document]
    reason: str = ""
    after_s: float = 0.0


def _send(
    client: Elasticsearch, prefix: str, documents: Sequence[Document], report: Report
) -> _Rest:
    """Sends one request, halves where it is too large; adds to `report`; returns the rest."""
    try:
        answer = _request(client, list(_lines(prefix, documents)), report)
    except ApiError as error:
        return _of_request(client, prefix, documents, report, error)
    except TlsError:
        raise  # a wrong certificate does not mend itself
    except (ElasticConnectionError, ConnectionTimeout, SerializationError) as error:
        # SerializationError: the answer was cut off. Whether the request went through is unknown,
        # and does not matter: ids and versions make a second one harmless.
        return _Rest(list(documents), f"{error.message}: {error.__cause__ or 'no more is known'}")
    return _of_items(documents, answer["items"], report)


def _request(client: Elasticsearch, lines: list[bytes], report: Report) -> Any:
    report.sent_bytes += sum(len(line) + 1 for line in lines)
    started = time.monotonic()
    try:
        # The serialiser takes bytes as they are, which the client's type does not say.
        return client.bulk(operations=cast(Any, lines), filter_path=_ANSWER)
    finally:
        report.bulk_ms.append(round((time.monotonic() - started) * 1000))


def _lines(prefix: str, documents: Iterable[Document]) -> Iterator[bytes]:
    for document in documents:
        head = {
            "_index": index_name(prefix, document.family, document.month),
            "_id": document.id,
            "version": document.version,
            "version_type": "external_gte",
        }
        yield orjson.dumps({"index": head})
        yield document.source


def _of_request(
    client: Elasticsearch,
    prefix: str,
    documents: Sequence[Document],
    report: Report,
    error: ApiError,
) -> _Rest:
    status = error.meta.status
    if status in PASSING:
        after_s = retry_after_s(error.meta.headers.get("retry-after"), time.time())
        return _Rest(list(documents), f"HTTP {status}", after_s)
    if status not in _DIVISIBLE:
        raise error
    if len(documents) == 1:
        report.refusals.append(Refusal(documents[0], status, *_error_of(error)))
        return _Rest([])
    middle = len(documents) // 2
    halves = documents[:middle], documents[middle:]
    first, second = (_send(client, prefix, half, report) for half in halves)
    return _Rest(
        first.documents + second.documents,
        first.reason or second.reason,
        max(first.after_s, second.after_s),
    )


def _error_of(error: ApiError) -> tuple[str, str]:
    if error.meta.status == 413:
        return "request_entity_too_large", "larger than the server's http.max_content_length"
    body = error.body if isinstance(error.body, dict) else {}
    details = body.get("error")
    return _type_and_reason(details if isinstance(details, dict) else {"reason": str(error.body)})


def _type_and_reason(details: dict[str, Any]) -> tuple[str, str]:
    reason = str(details.get("reason", ""))
    cause = details.get("caused_by")
    if isinstance(cause, dict) and cause.get("reason"):
        reason = f"{reason}: {cause['reason']}"
    return str(details.get("type", "unknown")), reason


def _of_items(documents: Sequence[Document], items: list[Any], report: Report) -> _Rest:
    again: list[Document] = []
    reason = ""
    for document, item in zip(documents, items, strict=True):
        result = item["index"]
        status, details = result["status"], result.get("error")
        if details is None:
            report.receipts.append((document, _receipt(document, result["result"])))
        elif details["type"] == _STALE:
            report.receipts.append((document, _receipt(document, "stale")))
        elif status in PASSING or details["type"] == "cluster_block_exception":
            again.append(document)
            reason = f"{status} {details['type']}: {details.get('reason', '')}"
        elif details["type"] == "security_exception":
            raise NotPermittedError(str(details.get("reason", "")))
        else:
            report.refusals.append(Refusal(document, status, *_type_and_reason(details)))
    return _Rest(again, reason)


def _receipt(document: Document, result: Any) -> Receipt:
    return Receipt(
        family=document.family,
        id=document.id,
        version=document.version,
        key=document.key,
        result=result,
    )


def retry_after_s(value: str | None, now: float) -> float:
    """Returns the seconds that a Retry-After header asks for, given as seconds or as a date.

    0 where there is none, or one that cannot be read (RFC 9110, section 10.2.3).
    """
    if not value:
        return 0.0
    if value.strip().isdigit():
        return float(value)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - now)
    except ValueError:
        return 0.0
