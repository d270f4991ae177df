"""All that a search finds, page by page."""

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

from elasticsearch import ApiError, Elasticsearch, TransportError

from transforms.elasticsearch.patience import patiently

Hit = dict[str, Any]


def pages(
    client: Elasticsearch, index: str, *, size: int, keep_alive: str, **search: Any
) -> Iterator[Sequence[Hit]]:
    """Yields the hits of a search in the order of the shards, at most `size` at a time.

    A point in time holds what is found, so that what is written meanwhile shifts no page.

    Args:
        keep_alive: the longest pause between two pages, such as `2m`.
        search: further arguments of the client's `search`: the query, which fields, versions.
    Raises:
        elasticsearch.ApiError: the cluster refused, or stayed busy for two minutes; NotFoundError
            where there is no such index.
        elasticsearch.ConnectionError: it could not be reached for as long.
    """
    pit = patiently(client.open_point_in_time, index=index, keep_alive=keep_alive)["id"]
    after: list[Any] | None = None
    try:
        while True:
            answer = patiently(
                client.search,
                pit={"id": pit, "keep_alive": keep_alive},
                size=size,
                sort=["_shard_doc"],
                search_after=after,
                track_total_hits=False,
                allow_partial_search_results=False,
                **search,
            )
            hits, pit = answer["hits"]["hits"], answer["pit_id"]
            yield hits
            if len(hits) < size:
                return
            after = hits[-1]["sort"]
    finally:
        # A favour to the server, which closes it by itself, and may have done so.
        with contextlib.suppress(ApiError, TransportError):
            client.close_point_in_time(id=pit)
