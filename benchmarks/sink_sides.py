"""One side of the sink's benchmark, in a process of its own: `benchmarks.sink` runs it.

    python -m benchmarks.sink_sides SIDE FILE DOCUMENTS URL INDEX [SETTINGS]

Writes the seconds that it took, from the first document to the last, to FILE.
"""

import collections
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import apache_beam as beam
import orjson
from elasticsearch import Elasticsearch, OrjsonSerializer, helpers

from benchmarks.bulk_articles import articles
from transforms.elasticsearch.actions import Action
from transforms.elasticsearch.connection import ElasticsearchConfig
from transforms.write_to_elasticsearch import WriteToElasticsearch

VERSION = 1_700_000_000_000


def parallel_bulk(documents: int, url: str, index: str, settings: dict[str, Any]) -> None:
    """elasticsearch-py's own helper, with the fastest serialiser that it knows."""
    head = {"_op_type": "index", "version": VERSION, "version_type": "external_gte"}
    actions = (
        {"_index": index, "_id": article["article_id"], **head, "_source": article}
        for article in articles(0, documents)
    )
    with Elasticsearch(url, serializer=OrjsonSerializer(), request_timeout=120) as client:
        done = helpers.parallel_bulk(client, actions, **settings)
        collections.deque(done, maxlen=0)


def ours(documents: int, url: str, index: str, _: dict[str, Any]) -> None:
    """`WriteToElasticsearch` on Beam's in-process runner, as it comes."""

    def action_of(article: dict[str, Any]) -> Action:
        source = orjson.dumps(article)
        return Action(index=index, id=article["article_id"], source=source, version=VERSION)

    sink = WriteToElasticsearch(ElasticsearchConfig(urls=(url,)), action_of)
    _run(documents, sink)


def counting(documents: int, *_: Any) -> None:
    """A sink that serialises and counts: what Beam costs by itself."""
    _run(documents, beam.Map(orjson.dumps) | beam.combiners.Count.Globally())


def _run(documents: int, sink: beam.PTransform[Any, Any]) -> None:
    def generate(_: None) -> Iterator[dict[str, Any]]:
        return articles(0, documents)

    with beam.Pipeline("FnApiRunner") as pipeline:
        _ = pipeline | beam.Create([None], reshuffle=False) | beam.FlatMap(generate) | sink


SIDES: dict[str, Callable[..., None]] = {
    "parallel_bulk": parallel_bulk,
    "ours": ours,
    "counting": counting,
}


def main(side: str, file: str, documents: str, url: str, index: str, settings: str = "{}") -> None:
    """Runs one side."""
    started = time.monotonic()
    SIDES[side](int(documents), url, index, json.loads(settings))
    Path(file).write_text(json.dumps(time.monotonic() - started))


if __name__ == "__main__":
    main(*sys.argv[1:])
