"""`WriteToElasticsearch`: any elements into any indices, in bulk."""

# ruff: noqa: B008  (defaults are how Beam is told of state and timers)

import dataclasses
import logging
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal, NamedTuple

import apache_beam as beam
from apache_beam.coders import PickleCoder, VarIntCoder
from apache_beam.metrics import Metrics
from apache_beam.pvalue import TaggedOutput
from apache_beam.transforms.timeutil import TimeDomain
from apache_beam.transforms.userstate import (
    BagStateSpec,
    ReadModifyWriteStateSpec,
    TimerSpec,
    on_timer,
)
from apache_beam.transforms.util import ReshufflePerKey
from apache_beam.transforms.window import WindowedValue
from apache_beam.utils.timestamp import Timestamp
from elasticsearch import Elasticsearch

from schemas.receipts import Receipt
from transforms import state_sizes
from transforms.apart import apart
from transforms.elasticsearch import bulk
from transforms.elasticsearch.actions import Action
from transforms.elasticsearch.answers import Refusal
from transforms.elasticsearch.bulk_config import BulkConfig
from transforms.elasticsearch.connection import ElasticsearchConfig, connect
from transforms.elasticsearch.in_flight import Done, InFlight
from transforms.elasticsearch.notices import Notices

state_sizes.mend()

METRICS = "WriteToElasticsearch"


class Refused(NamedTuple):
    """An element whose document the server will never take as it is, and why."""

    element: Any
    refusal: Refusal


class Written(NamedTuple):
    """Every element ends in exactly one of these, with its own timestamp and window.

    Attributes:
        written: a receipt for each document that the index holds, in this version or a newer one.
        rejected: what the server refused, with its type of error and its reason.
    """

    written: beam.PCollection[Receipt]
    rejected: beam.PCollection[Refused]


class WriteToElasticsearch(beam.PTransform[beam.PCollection[Any], Written]):
    """Writes one document for each element, in bulk.

    Takes bounded and unbounded input in any order and windowing. A bundle that did not fail has all
    of its documents in the index or among the rejected (with `keep_s`: or in durable state). A
    bundle that ran twice leaves the same index, since ids are given; with external versions, an
    older version never overwrites a newer one (it counts as `stale`), however bundles and workers
    run. Within a bundle, and with `keep_s` within a window, whatever the bundles, two actions on
    one document are never under way together, and are performed in the order of arrival.

    What is passing (429, 502, 503, 504 of an item, 408, 429, 5xx of a request, broken connections,
    timeouts, read-only indices and clusters, no room for another index) is tried again, only what
    failed, until `retry_deadline_s`; then the bundle fails. Only documents for an index that its
    operator made read-only are rejected then, and at once when more come for it. The log has one
    line when the cluster starts to refuse, one when it takes documents again. A worker thread holds
    at most `BulkConfig.memory_bytes`; state holds at most `bulk_bytes` and one document for each of
    `shards` keys.

    Counters (namespace `WriteToElasticsearch`): created, updated, deleted, noop, stale, rejected,
    retried, bytes; distributions bulk_ms, bulk_documents, bulk_bytes.

    Args:
        action_of: what is done for an element: index, id, source, version, operation; a plain
            function that Beam can pickle, and that gives the same action for the same element.

    Raises:
        ElasticsearchUnavailableError: in the worker, when a request did not go through within
            `retry_deadline_s`; the bundle fails and the runner tries it again.
        elasticsearch.ApiError, elastic_transport.TlsError, NotPermittedError: in the worker, at
            once: credentials, certificates or privileges are wrong.
    """

    def __init__(
        self,
        connection: ElasticsearchConfig,
        action_of: Callable[[Any], Action],
        config: BulkConfig | None = None,
    ) -> None:
        super().__init__()
        self._connection = connection
        self._action_of = action_of
        self._config = config or BulkConfig()

    def display_data(self) -> dict[str, Any]:
        """Returns where and how it writes, for the runner's pages; there is no secret in it."""
        return {"hosts": ",".join(self._connection.hosts), **dataclasses.asdict(self._config)}

    def expand(self, elements: beam.PCollection[Any]) -> Written:
        """Returns receipts and rejects."""
        if self._config.keep_s is None:
            gather = beam.ParDo(_GatherFn(self._action_of, self._config))
            batches = elements | "GatherBundles" >> gather.with_output_types(list[_Entry])
        else:
            by_shard = tuple[str, _Entry]
            keyed = elements | "KeyById" >> beam.ParDo(
                _KeyFn(self._action_of, self._config.shards)
            ).with_output_types(by_shard)
            # A Reshuffle by random keys would lose the order of arrival.
            alone = apart(keyed, METRICS, ReshufflePerKey().with_output_types(by_shard))
            keep = beam.ParDo(_KeepFn(self._config))
            batches = alone | "GatherKeys" >> keep.with_output_types(list[_Entry])
        writing = beam.ParDo(_WriteFn(self._connection, self._config))
        results = batches | "WriteBulks" >> writing.with_output_types(
            Receipt, rejected=Refused
        ).with_outputs("rejected", main="written")
        return Written(results.written, results.rejected)


class _Entry(NamedTuple):
    """An element on its way into the index, with all that its receipt needs."""

    action: Action
    element: Any
    timestamp: Timestamp
    window: Any


class _GatherFn(beam.DoFn):
    """Makes batches of what a bundle brings."""

    def __init__(self, action_of: Callable[[Any], Action], config: BulkConfig) -> None:
        self._action_of = action_of
        self._config = config

    def start_bundle(self) -> None:
        self._batch: list[_Entry] = []
        self._bytes = 0

    def process(
        self,
        element: Any,
        timestamp: Any = beam.DoFn.TimestampParam,
        window: Any = beam.DoFn.WindowParam,
    ) -> Iterator[list[_Entry]]:
        action = self._action_of(element)
        self._batch.append(_Entry(action, element, timestamp, window))
        self._bytes += len(action.source)
        if _is_full(len(self._batch), self._bytes, self._config):
            yield self._taken()

    def finish_bundle(self) -> Iterator[WindowedValue]:
        if self._batch:
            first = self._batch[0]
            yield WindowedValue(self._taken(), first.timestamp, (first.window,))

    def _taken(self) -> list[_Entry]:
        batch = self._batch
        self.start_bundle()
        return batch


class _KeyFn(beam.DoFn):
    """Keys an element by its document, so that one worker at a time writes it."""

    def __init__(self, action_of: Callable[[Any], Action], shards: int) -> None:
        self._action_of = action_of
        self._shards = shards

    def process(
        self,
        element: Any,
        timestamp: Any = beam.DoFn.TimestampParam,
        window: Any = beam.DoFn.WindowParam,
    ) -> Iterator[tuple[str, _Entry]]:
        action = self._action_of(element)
        shard = zlib.crc32("\n".join(action.place).encode()) % self._shards
        yield str(shard), _Entry(action, element, timestamp, window)


class _KeepFn(beam.DoFn):
    """Keeps what comes for a key until a request is full, for `keep_s` seconds at most.

    State: at most `bulk_bytes` and one document, emptied by whichever timer comes first: one of
    processing time, and one at the end of the window for bounded input, whose clock stands still.
    """

    KEPT = BagStateSpec("kept", PickleCoder())
    DOCUMENTS = ReadModifyWriteStateSpec("documents", VarIntCoder())
    BYTES = ReadModifyWriteStateSpec("bytes", VarIntCoder())
    OVERDUE = TimerSpec("overdue", TimeDomain.REAL_TIME)
    END = TimerSpec("end", TimeDomain.WATERMARK)

    def __init__(self, config: BulkConfig) -> None:
        self._config = config

    def process(  # noqa: PLR0917
        self,
        element: tuple[str, _Entry],
        window: Any = beam.DoFn.WindowParam,
        kept: Any = beam.DoFn.StateParam(KEPT),
        documents: Any = beam.DoFn.StateParam(DOCUMENTS),
        size: Any = beam.DoFn.StateParam(BYTES),
        overdue: Any = beam.DoFn.TimerParam(OVERDUE),
        end: Any = beam.DoFn.TimerParam(END),
    ) -> Iterator[list[_Entry]]:
        entry = element[1]
        count = (documents.read() or 0) + 1
        total = (size.read() or 0) + len(entry.action.source)
        kept.add(entry)
        if _is_full(count, total, self._config):
            overdue.clear()
            yield from _emptied(kept, documents, size)
            return
        documents.write(count)
        size.write(total)
        if count == 1:
            assert self._config.keep_s is not None
            overdue.set(Timestamp(time.time() + self._config.keep_s))
            end.set(window.max_timestamp())

    @on_timer(OVERDUE)
    def on_overdue(
        self,
        kept: Any = beam.DoFn.StateParam(KEPT),
        documents: Any = beam.DoFn.StateParam(DOCUMENTS),
        size: Any = beam.DoFn.StateParam(BYTES),
    ) -> Iterator[list[_Entry]]:
        yield from _emptied(kept, documents, size)

    @on_timer(END)
    def on_end(
        self,
        kept: Any = beam.DoFn.StateParam(KEPT),
        documents: Any = beam.DoFn.StateParam(DOCUMENTS),
        size: Any = beam.DoFn.StateParam(BYTES),
    ) -> Iterator[list[_Entry]]:
        yield from _emptied(kept, documents, size)


def _is_full(documents: int, size: int, config: BulkConfig) -> bool:
    return documents >= config.bulk_documents or size >= config.bulk_bytes


def _emptied(kept: Any, documents: Any, size: Any) -> Iterator[list[_Entry]]:
    batch = list(kept.read())
    kept.clear()
    documents.clear()
    size.clear()
    if batch:
        yield batch


_Output = WindowedValue | TaggedOutput[Literal["rejected"], WindowedValue]


class _WriteFn(beam.DoFn):
    """Writes batches, several at a time; all of a bundle's are done when it ends."""

    def __init__(self, connection: ElasticsearchConfig, config: BulkConfig) -> None:
        self._connection = connection
        self._config = config

    def setup(self) -> None:
        # It has two lines for each broken connection; `Notices` has two for each outage.
        logging.getLogger("elastic_transport.node_pool").setLevel(logging.ERROR)
        self._client = connect(self._connection)
        self._in_flight: InFlight[_Entry] = InFlight(
            _writer(self._client, self._config), self._config.bulks_in_flight
        )

    def process(self, element: list[_Entry]) -> Iterator[_Output]:
        yield from _outputs(self._in_flight.add(element))

    def finish_bundle(self) -> Iterator[_Output]:
        yield from _outputs(self._in_flight.finish())

    def teardown(self) -> None:
        self._in_flight.close()
        self._client.close()


def _writer(client: Elasticsearch, config: BulkConfig) -> Callable[[Iterable[Action]], bulk.Report]:
    notices = Notices()
    read_only: set[str] = set()

    def write(actions: Iterable[Action]) -> bulk.Report:
        return bulk.write(
            client,
            list(actions),
            deadline_s=config.retry_deadline_s,
            notices=notices,
            read_only=read_only,
        )

    return write


def _outputs(requests: Iterable[Done[_Entry]]) -> Iterator[_Output]:
    for entries, report in requests:
        _count(report)
        for entry, end in zip(entries, report.ends, strict=True):
            where = entry.timestamp, (entry.window,)
            if isinstance(end, Receipt):
                yield WindowedValue(end, *where)
            else:
                refused = WindowedValue(Refused(entry.element, end), *where)
                yield TaggedOutput("rejected", refused)


def _count(report: bulk.Report) -> None:
    results = [end.result if isinstance(end, Receipt) else "rejected" for end in report.ends]
    for name in set(results):
        Metrics.counter(METRICS, name).inc(results.count(name))
    Metrics.counter(METRICS, "retried").inc(report.retried)
    Metrics.counter(METRICS, "bytes").inc(report.sent_bytes)
    Metrics.distribution(METRICS, "bulk_documents").update(len(report.ends))
    Metrics.distribution(METRICS, "bulk_bytes").update(report.sent_bytes)
    for milliseconds in report.bulk_ms:
        Metrics.distribution(METRICS, "bulk_ms").update(milliseconds)
