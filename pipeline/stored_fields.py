"""All documents of a family, some of their fields: for checks that look at every one."""

import pathlib
from collections.abc import Iterator, Sequence
from typing import Any

from elasticsearch import Elasticsearch, NotFoundError

from pipeline.clusters import reachable
from schemas.templates import alias
from transforms.elasticsearch.connection import ElasticsearchConfig
from transforms.files.lines import SUFFIX, read

_PAGE = 2000
_KEEP_ALIVE = "2m"

Fields = dict[str, Any]


def stored_fields(
    where: ElasticsearchConfig | pathlib.Path, family: str, names: Sequence[str]
) -> Iterator[Fields]:
    """Yields the named fields of each document of `family`, in no particular order.

    Args:
        where: a cluster, or a folder of `<family>.jsonl` files; what is not there is empty.
    Raises:
        UsageError: the cluster cannot be reached, or refuses.
    """
    if isinstance(where, pathlib.Path):
        for document in read(where / f"{family}{SUFFIX}"):
            yield {name: document[name] for name in names if name in document}
        return
    with reachable(where) as client:
        try:
            client.indices.refresh(index=alias(where.index_prefix, family))
        except NotFoundError:
            return
        yield from _scanned(client, alias(where.index_prefix, family), names)


def _scanned(client: Elasticsearch, index: str, names: Sequence[str]) -> Iterator[Fields]:
    pit = client.open_point_in_time(index=index, keep_alive=_KEEP_ALIVE)["id"]
    after: list[Any] | None = None
    try:
        while True:
            answer = client.search(
                pit={"id": pit, "keep_alive": _KEEP_ALIVE},
                source_includes=list(names),
                size=_PAGE,
                sort=["_shard_doc"],
                search_after=after,
                track_total_hits=False,
            )
            hits, pit = answer["hits"]["hits"], answer["pit_id"]
            yield from (hit["_source"] for hit in hits)
            if len(hits) < _PAGE:
                return
            after = hits[-1]["sort"]
    finally:
        client.close_point_in_time(id=pit)
