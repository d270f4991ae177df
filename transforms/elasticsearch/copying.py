"""Copies an index document by document, each with its version.

The copy is made here and not by the server's `_reindex`: that one goes on when its caller is
killed, and small servers lack it.
"""

from collections.abc import Callable, Iterator
from typing import Any

from elasticsearch import Elasticsearch, helpers

from transforms.elasticsearch.paging import pages

Progress = Callable[[int, int], object]
"""Called with the number of documents copied so far and of all."""

Body = dict[str, Any]

# Bounds the memory here and on the server: an article may have megabytes.
_PAGE = 200
_BULK_BYTES = 5_000_000
_KEEP_ALIVE = "5m"


class MigrationError(RuntimeError):
    """The old index stays in place, open for writing; the message says why."""


def checkpoint(client: Elasticsearch, index: str) -> int:
    """Returns a sequence number up to which each shard has done all that it was sent."""
    stats = client.indices.stats(index=index, level="shards")["indices"][index]["shards"]
    return min(
        copy["seq_no"]["local_checkpoint"]
        for shard in stats.values()
        for copy in shard
        if copy["routing"]["primary"]
    )


def copy(
    client: Elasticsearch,
    old: str,
    new: str,
    progress: Progress = lambda done, total: None,
    *,
    above: int = -1,
) -> None:
    """Copies the documents whose last change has a sequence number over `above`.

    Documents keep their versions; an older one never overwrites a newer one.

    Args:
        new: an alias; were it an index that another process has removed, the server would make one.
    Raises:
        MigrationError: a document cannot be taken over, for it does not fit the new mapping.
    """
    client.indices.refresh(index=old)
    changed = {"range": {"_seq_no": {"gt": above}}}
    total = count(client, old, changed)
    written = helpers.streaming_bulk(
        client,
        _actions(client, old, new, changed),
        chunk_size=_PAGE,
        max_chunk_bytes=_BULK_BYTES,
        raise_on_error=False,
        max_retries=8,
        initial_backoff=1,
        max_backoff=30,
        require_alias=True,
    )
    for done, (is_good, item) in enumerate(written, 1):
        if not is_good:
            raise MigrationError(_refusal(old, item["index"]))
        if done % _PAGE == 0 or done == total:
            progress(done, total)


def _refusal(old: str, item: Body) -> str:
    error = item.get("error", {})
    cause = error.get("caused_by", {}).get("reason", "")
    reason = ": ".join(part for part in (error.get("reason", ""), cause) if part)
    return f"{old} was left as it is: its document {item['_id']} cannot be taken over ({reason})"


def _actions(client: Elasticsearch, old: str, new: str, query: Body) -> Iterator[Body]:
    found = pages(client, old, size=_PAGE, keep_alive=_KEEP_ALIVE, query=query, version=True)
    for page in found:
        for hit in page:
            yield {
                "_op_type": "index",
                "_index": new,
                "_id": hit["_id"],
                "version": hit["_version"],
                "version_type": "external_gte",
                "_source": hit["_source"],
            }


def count(client: Elasticsearch, index: str, query: Body | None = None) -> int:
    """Returns how many documents can be found."""
    return int(client.count(index=index, query=query)["count"])
