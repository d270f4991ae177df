"""A process that writes documents slice by slice, to be killed and started again.

    python -m tests.services.fire_writer URL PREFIX DOCUMENTS PROGRESS_FILE

What a slice is to this process, a bundle is to a runner: one that did not end is run again.
"""

import functools
import pathlib
import sys
from collections.abc import Iterator
from typing import Any

import apache_beam as beam
import orjson

from benchmarks.bulk_articles import articles
from transforms.elasticsearch.actions import Action
from transforms.elasticsearch.bulk_config import BulkConfig
from transforms.elasticsearch.connection import ElasticsearchConfig
from transforms.write_to_elasticsearch import Refused, WriteToElasticsearch

SLICE = 4_000
# Of so many documents one has an older version, given before it or long after it.
_OLDER = 5
# Of so many documents one is refused.
_BAD = 500


def is_bad(number: int) -> bool:
    """Whether the server's mapping refuses the document."""
    return number % _BAD == 7


def actions(first: int, end: int, index: str) -> Iterator[Action]:
    """Yields what is written: version 2 of each document, and version 1 of some."""
    late: list[Action] = []
    for number, article in enumerate(articles(first, end), first):
        newer = _action(index, article, 2, bad=is_bad(number))
        older = _action(index, {**article, "title": "older"}, 1, bad=is_bad(number))
        if number % (2 * _OLDER) == 0:
            yield older
        elif number % _OLDER == 0:
            late.append(older)
        yield newer
    yield from late


def _action(index: str, article: dict[str, Any], version: int, *, bad: bool) -> Action:
    document = {**article, "no_such_field": 1} if bad else article
    return Action(
        index=index, id=article["article_id"], source=orjson.dumps(document), version=version
    )


def refusal(refused: Refused, index: str) -> Action:
    """Returns the document that tells of a refusal."""
    why = refused.refusal
    source = orjson.dumps({"error": why.error, "reason": why.reason})
    return Action(index=index, id=f"{why.action.id}-{why.action.version}", source=source)


def write_slice(config: ElasticsearchConfig, first: int, end: int) -> None:
    """Writes some documents, and what is refused of them."""
    index = f"{config.index_prefix}-articles-2026.11"
    refusals = functools.partial(refusal, index=f"{config.index_prefix}-refusals-all")
    bulks = BulkConfig(bulk_documents=500)
    with beam.Pipeline("FnApiRunner") as pipeline:
        written = (
            pipeline
            | beam.Create([None])
            | beam.FlatMap(lambda _: actions(first, end, index))
            | WriteToElasticsearch(config, lambda action: action, bulks)
        )
        _ = written.rejected | "Refusals" >> WriteToElasticsearch(config, refusals, bulks)


def main(url: str, prefix: str, documents: str, progress: str) -> None:
    """Writes all documents, from where an earlier process left off."""
    done = pathlib.Path(progress)
    config = ElasticsearchConfig(urls=(url,), index_prefix=prefix, request_timeout_s=20)
    for first in range(int(done.read_text()), int(documents), SLICE):
        end = min(first + SLICE, int(documents))
        write_slice(config, first, end)
        done.write_text(str(end))


if __name__ == "__main__":
    main(*sys.argv[1:])
