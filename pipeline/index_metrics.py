"""What the index tells of feeds, outcomes and articles, as Prometheus metrics.

All is counted and dated by the documents themselves, whatever runs the graph, and also once it has
died. Reading is all that this needs: nothing is refreshed, and no clock is read.
"""

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args

from elasticsearch import Elasticsearch, NotFoundError
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily

from pipeline.clusters import reachable
from pipeline.errors import UsageError
from pipeline.said import say
from schemas.index_names import alias
from schemas.records import FAILED_POLLS, OutcomeName, PollStatus
from transforms.elasticsearch.connection import ElasticsearchConfig

MOST_NAMED = 100
"""So many feeds in trouble are named; Elasticsearch finds no more within an aggregation."""

# Steps and errors are names in the code and in the server's, some dozens of each.
_MOST_NAMES = 100
# A feed without a poll for so long, while others had some, is in no list any more: the longest
# pauses that are usual are a day, and the weekend (skipDays).
_UNPOLLED_MS = 3 * 86_400_000
# What follows from a failure, and since when, tells times: each would be a series of its own.
_TIMES = re.compile(r"( since \d{4}-\d\d-\d\d \d\d:\d\d UTC)?(;.*)?$", re.DOTALL)
# Feeds that are not to be polled.
_AWAY = {"terms": {"status": ["paused", "removed"]}}

Body = dict[str, Any]
Found = Mapping[str, Any]


class IndexCollector:
    """Asks the index for all metrics, each time that it is asked itself.

    It connects anew each time, so that new secrets and certificates are taken up. Where the cluster
    cannot be reached, or refuses, standard error says why, and `newsbeam_up`, which is 0, is the
    only metric.

    Attributes:
        answered: Whether the cluster answered when it was last asked.
    """

    def __init__(self, config: ElasticsearchConfig) -> None:
        self._config = config
        self.answered = False

    def collect(self) -> list[Metric]:
        """Returns all metrics, or that one; a time that no document has is left out."""
        try:
            with reachable(self._config) as client:
                metrics = [_up(1), *read_metrics(client, self._config.index_prefix)]
        except UsageError as error:
            say(f"newsbeam: {error}")
            metrics = [_up(0)]
            self.answered = False
        else:
            self.answered = True
        return metrics


def read_metrics(client: Elasticsearch, prefix: str) -> Iterator[Metric]:
    """Yields what the documents under `prefix` come to.

    Raises:
        elasticsearch.ApiError, elasticsearch.TransportError: the cluster cannot be asked.
    """
    index = _Index(client, prefix)
    yield from _feeds(index)
    yield from _outcomes(index)
    yield from _rejected(index)
    yield from _articles(index)


@dataclasses.dataclass(frozen=True, slots=True)
class _Index:
    client: Elasticsearch
    prefix: str

    def ask(self, family: str, aggregations: Body, query: Body | None = None) -> Found:
        """Returns what was found; nothing where the family has no index yet."""
        try:
            answer = self.client.search(
                index=alias(self.prefix, family),
                size=0,
                query=query,
                aggregations=aggregations,
                track_total_hits=True,
                allow_partial_search_results=False,
            )
        except NotFoundError:
            return {}
        return {"total": answer["hits"]["total"]["value"], **answer["aggregations"]}


def _up(value: int) -> Metric:
    return _gauge("up", "1 where Elasticsearch answered all that it was asked, else 0.", value)


def _feeds(index: _Index) -> Iterator[Metric]:
    last_ms = _last_poll_ms(index)
    since = {"gte": (last_ms or 0) - _UNPOLLED_MS, "format": "epoch_millis"}
    polled = {"bool": {"must_not": [_AWAY], "filter": [{"range": {"last_poll": since}}]}}
    silent = {"bool": {"filter": [polled, {"term": {"silent": True}}]}}
    failing = {"bool": {"filter": [polled, {"terms": {"status": sorted(FAILED_POLLS)}}]}}
    found = index.ask(
        "feeds",
        {
            "status": _terms("status"),
            "polled": _only(polled, {"pause": {"min": {"field": "interval_s"}}}),
            "silent": _only(silent, _named({"last_new_item": "asc"})),
            "failing": _only(failing, _named({"failures": "desc"})),
        },
        {"bool": {"should": [_AWAY, polled]}},
    )
    yield _counts(
        "feeds",
        "Feeds by how their last poll ended; of those paused and removed, by what the list says."
        " One not polled in the three days before the newest poll is in no list, and left out.",
        ("status",),
        {(status,): 0 for status in get_args(PollStatus)} | _counted(found, "status"),
    )
    yield _gauge(
        "silent_feeds",
        "Feeds that brought nothing new for much longer than is their habit.",
        found["silent"]["doc_count"] if found else 0,
    )
    if last_ms is not None:
        yield from _polls(last_ms / 1000, found["polled"]["pause"]["value"] or 0.0)
    yield from _feeds_in_trouble(found)


def _last_poll_ms(index: _Index) -> int | None:
    last = {"max": {"field": "last_poll"}}
    found = index.ask("feeds", {"last": last}, {"bool": {"must_not": [_AWAY]}})
    return None if not found or found["last"]["value"] is None else int(found["last"]["value"])


def _polls(last: float, pause_s: float) -> Iterator[Metric]:
    yield _gauge(
        "last_poll_timestamp_seconds", "Time of the newest poll that the index knows of.", last
    )
    yield _gauge(
        "next_poll_timestamp_seconds",
        "When a stream's next poll is due at the latest: the newest one's time and the shortest"
        " pause that a feed has.",
        last + pause_s,
    )


def _feeds_in_trouble(found: Found) -> Iterator[Metric]:
    failing = GaugeMetricFamily(
        "newsbeam_feed_failures",
        "Failed polls in a row of each feed whose last one brought no feed (failing, unreadable,"
        f" gone), 0 where what came was none; of more than {MOST_NAMED} those that failed most.",
        labels=("feed", "source", "status", "reason"),
    )
    for fields in _hits(found, "failing"):
        labels = [_text(fields, name) for name in ("feed", "source", "status")]
        failing.add_metric([*labels, _reason(fields)], fields["failures"][0])
    yield failing
    silent = GaugeMetricFamily(
        "newsbeam_silent_feed_last_new_item_timestamp_seconds",
        "Time of the last new item of each feed that is silent; of more than"
        f" {MOST_NAMED} those silent for longest.",
        labels=("feed", "source", "reason"),
    )
    for fields in _hits(found, "silent"):
        labels = [_text(fields, name) for name in ("feed", "source")]
        silent.add_metric([*labels, _reason(fields)], int(fields["last_new_item"][0]) / 1000)
    yield silent


def _outcomes(index: _Index) -> Iterator[Metric]:
    found = index.ask("outcomes", {"outcome": _terms("outcome")})
    yield _counts(
        "outcomes",
        "URLs and file records by how they have ended so far.",
        ("outcome",),
        {(name,): 0 for name in get_args(OutcomeName)} | _counted(found, "outcome"),
    )


def _rejected(index: _Index) -> Iterator[Metric]:
    found = index.ask("rejected", {"step": _terms("step", {"error": _terms("error")})})
    yield _counts(
        "rejected",
        "Records and documents that were rejected; they stay when a replay has mended them.",
        ("step", "error"),
        {
            (step["key"], error): count
            for step in _buckets(found, "step")
            for (error,), count in _counted(step, "error").items()
        },
    )


def _articles(index: _Index) -> Iterator[Metric]:
    found = index.ask("articles", {"last": {"max": {"field": "fetched_at"}}})
    yield _gauge("articles", "Articles that can be searched.", found.get("total", 0))
    if found and (last_ms := found["last"]["value"]) is not None:
        yield _gauge(
            "last_article_timestamp_seconds",
            "Time of fetch of the newest text of an article.",
            last_ms / 1000,
        )


def _gauge(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(f"newsbeam_{name}", about, value=value)


def _counts(
    name: str, about: str, labels: Sequence[str], counts: Mapping[tuple[str, ...], int]
) -> Metric:
    gauge = GaugeMetricFamily(f"newsbeam_{name}", about, labels=labels)
    for values, count in counts.items():
        gauge.add_metric(values, count)
    return gauge


def _terms(field: str, aggregations: Body | None = None) -> Body:
    terms: Body = {"terms": {"field": field, "size": _MOST_NAMES}}
    return terms | ({"aggs": aggregations} if aggregations else {})


def _only(query: Body, aggregations: Body) -> Body:
    return {"filter": query, "aggs": aggregations}


def _named(order: Body) -> Body:
    """Feeds, the first ones in this order. Their poll states are large: no source is read."""
    times = {"field": "last_new_item", "format": "epoch_millis"}
    hits = {
        "size": MOST_NAMED,
        "sort": [order, {"feed": "asc"}],
        "_source": False,
        "docvalue_fields": ["feed", "source", "status", "quiet", "failures", times],
    }
    return {"named": {"top_hits": hits}}


def _buckets(found: Found, name: str) -> Sequence[Found]:
    return found[name]["buckets"] if found else ()


def _counted(found: Found, name: str) -> dict[tuple[str, ...], int]:
    return {(bucket["key"],): bucket["doc_count"] for bucket in _buckets(found, name)}


def _hits(found: Found, name: str) -> Iterator[Mapping[str, Sequence[Any]]]:
    for hit in found[name]["named"]["hits"]["hits"] if found else ():
        yield hit["fields"]


def _text(fields: Mapping[str, Sequence[Any]], name: str) -> str:
    """Returns a label; none of what is too long to be indexed."""
    return str(fields[name][0]) if name in fields else ""


def _reason(fields: Mapping[str, Sequence[Any]]) -> str:
    return _TIMES.sub("", _text(fields, "quiet"), count=1)
