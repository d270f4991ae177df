"""`WriteToElasticsearch`: documents of every family into their indices."""

import datetime as dt
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

import apache_beam as beam
import orjson
from apache_beam.metrics import Metrics
from apache_beam.pvalue import TaggedOutput
from apache_beam.transforms.window import WindowedValue
from elasticsearch import Elasticsearch

from schemas.receipts import Receipt
from schemas.records import Document, Origin, Rejected
from schemas.stored import payload_of
from transforms.elasticsearch import bulk
from transforms.elasticsearch.connection import ElasticsearchConfig, connect

STEP = "WriteToElasticsearch"
PAYLOAD_CHARS = 32_768


class RejectionRefusedError(RuntimeError):
    """The server refused a document of the family `rejected`: it would be lost without a trace."""


class Written(NamedTuple):
    """Every document ends in exactly one of these.

    Attributes:
        written: a receipt for each document that the index holds, in this version or a newer one.
        rejected: what the server refused, with its error's type and reason and the document itself.
    """

    written: beam.PCollection[Receipt]
    rejected: beam.PCollection[Rejected]


class WriteToElasticsearch(beam.PTransform[beam.PCollection[Document], Written]):
    """Writes documents in bulk, each with its external version.

    Takes bounded and unbounded input in any order. A bundle that did not fail has all of its
    documents in the index or among the rejected; a bundle that ran twice leaves the same index, and
    an older version never overwrites a newer one (it counts as `stale`). Documents are batched
    within a bundle; receipts keep window and timestamp of their document.

    The indices' templates must be there (`transforms.elasticsearch.setup`), else the server maps
    the fields by guessing.

    Counters (namespace `WriteToElasticsearch`): created, updated, noop, stale, rejected, retried,
    bytes; distributions bulk_ms, bulk_documents.

    Raises:
        ElasticsearchUnavailableError: in the worker, when a batch could not be written within
            `retry_deadline_s`; the bundle fails and the runner tries it again.
        RejectionRefusedError: in the worker, when the server refuses a document of `rejected`.
    """

    def __init__(self, config: ElasticsearchConfig) -> None:
        super().__init__()
        self._config = config

    def expand(self, documents: beam.PCollection[Document]) -> Written:
        """Returns receipts and rejects."""
        writing = beam.ParDo(_WriteFn(self._config)).with_output_types(Receipt, rejected=Rejected)
        results = documents | "WriteBulks" >> writing.with_outputs("rejected", main="written")
        return Written(results.written, results.rejected)


_Output = WindowedValue | TaggedOutput[Literal["rejected"], WindowedValue]


class _WriteFn(beam.DoFn):
    def __init__(self, config: ElasticsearchConfig) -> None:
        self._config = config
        self._client: Elasticsearch | None = None

    def setup(self) -> None:
        self._client = connect(self._config)

    def start_bundle(self) -> None:
        self._places: list[tuple[Any, Any]] = []
        self._batch: list[Document] = []
        self._bytes = 0

    def process(
        self,
        element: Document,
        timestamp: Any = beam.DoFn.TimestampParam,
        window: Any = beam.DoFn.WindowParam,
    ) -> Iterator[_Output]:
        size = len(element.source)
        if self._batch and self._bytes + size > self._config.bulk_bytes:
            yield from self._flush()
        self._batch.append(element)
        self._places.append((timestamp, window))
        self._bytes += size
        if len(self._batch) >= self._config.bulk_documents:
            yield from self._flush()

    def finish_bundle(self) -> Iterator[_Output]:
        if self._batch:
            yield from self._flush()

    def teardown(self) -> None:
        if self._client is not None:
            self._client.close()

    def _flush(self) -> Iterator[_Output]:
        batch, places = self._batch, self._places
        self.start_bundle()
        assert self._client is not None
        report = bulk.write(
            self._client,
            self._config.index_prefix,
            batch,
            deadline_s=self._config.retry_deadline_s,
        )
        _count(report, len(batch))
        place_of = {id(document): place for document, place in zip(batch, places, strict=True)}
        for document, receipt in report.receipts:
            yield _windowed(receipt, place_of[id(document)])
        for refusal in report.refusals:
            rejected = rejected_from(refusal)
            yield TaggedOutput("rejected", _windowed(rejected, place_of[id(refusal.document)]))


def rejected_from(refusal: bulk.Refusal) -> Rejected:
    """Returns the rejected record of a document that the server refused.

    Raises:
        RejectionRefusedError: the document is itself of the family `rejected`.
    """
    document = refusal.document
    if document.family == "rejected":
        raise RejectionRefusedError(
            f"Elasticsearch refused the rejected record {document.id}:"
            f" {refusal.error}: {refusal.reason}"
        )
    fields = orjson.loads(document.source)
    payload = payload_of(document)
    return Rejected(
        key=document.key or f"{document.family}/{document.id}",
        origin=Origin(
            source=fields.get("source", ""),
            feed=fields.get("feed"),
            file=fields.get("file"),
            position=fields.get("position"),
        ),
        url=fields.get("url"),
        step=STEP,
        error=refusal.error,
        message=f"HTTP {refusal.status} for {document.family}/{document.id}: {refusal.reason}",
        payload=payload[:PAYLOAD_CHARS],
        replay=_replay(payload, document.key),
        # Not the time of the refusal: a bundle that runs again gives the same record.
        at=dt.datetime.fromtimestamp(document.version / 1000, dt.UTC),
    )


def _replay(payload: str, key: str) -> Literal["url", "file", "document", "no"]:
    if len(payload) <= PAYLOAD_CHARS:
        return "document"
    if key.startswith(("http://", "https://")):
        return "url"
    return "file" if key else "no"


def _windowed(value: Receipt | Rejected, place: tuple[Any, Any]) -> WindowedValue:
    timestamp, window = place
    return WindowedValue(value, timestamp, (window,))


def _count(report: bulk.Report, documents: int) -> None:
    for _, receipt in report.receipts:
        Metrics.counter(STEP, receipt.result).inc()
    Metrics.counter(STEP, "rejected").inc(len(report.refusals))
    Metrics.counter(STEP, "retried").inc(report.retried)
    Metrics.counter(STEP, "bytes").inc(report.sent_bytes)
    Metrics.distribution(STEP, "bulk_documents").update(documents)
    for milliseconds in report.bulk_ms:
        Metrics.distribution(STEP, "bulk_ms").update(milliseconds)
