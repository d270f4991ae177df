"""What earlier runs left in the index (`schemas.memory`)."""

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

from elasticsearch import Elasticsearch, NotFoundError

from schemas.index_names import alias
from transforms.elasticsearch.connection import ElasticsearchConfig, connect
from transforms.elasticsearch.paging import pages
from transforms.elasticsearch.patience import patiently

# The server allows 65,536 terms in a query, and 10,000 documents in an answer.
_TERMS = 1_000
_PAGE = 500
_KEEP_ALIVE = "2m"


@dataclasses.dataclass(frozen=True, slots=True)
class ElasticsearchMemoryConfig:
    """Looks documents up in the cluster that `config` names."""

    config: ElasticsearchConfig

    def open(self) -> "ElasticsearchMemory":
        """Connects; see `connection.connect` for what it raises."""
        return ElasticsearchMemory(connect(self.config), self.config.index_prefix)


class ElasticsearchMemory:
    """A lookup over an open client, which it owns.

    A family's first lookup refreshes its indices, so that all is found that was written before. An
    index that does not exist is empty.
    """

    def __init__(self, client: Elasticsearch, prefix: str) -> None:
        self._client = client
        self._prefix = prefix
        self._refreshed: set[str] = set()

    def find(
        self,
        family: str,
        field: str,
        values: Sequence[str],
        *,
        fetched_ms: tuple[int, int] | None = None,
    ) -> Iterator[dict[str, Any]]:
        """Yields documents; see `schemas.memory.Memory.find`.

        Raises:
            elasticsearch.ApiError: the cluster refused, or stayed busy for two minutes.
            elasticsearch.ConnectionError: it could not be reached for as long.
        """
        filters: list[dict[str, Any]] = []
        if fetched_ms:
            span = {"gte": fetched_ms[0], "lte": fetched_ms[1], "format": "epoch_millis"}
            filters.append({"range": {"fetched_at": span}})
        unfinished = [] if field == "unfinished" else [{"term": {"unfinished": True}}]
        if not self._is_there(family):
            return
        for start in range(0, len(values), _TERMS):
            terms = {"terms": {field: list(values[start : start + _TERMS])}}
            query = {"bool": {"filter": [terms, *filters], "must_not": unfinished}}
            index = alias(self._prefix, family)
            found = pages(self._client, index, size=_PAGE, keep_alive=_KEEP_ALIVE, query=query)
            for page in found:
                yield from (hit["_source"] for hit in page)

    def close(self) -> None:
        """Closes the client."""
        self._client.close()

    def _is_there(self, family: str) -> bool:
        if family not in self._refreshed:
            try:
                patiently(self._client.indices.refresh, index=alias(self._prefix, family))
            except NotFoundError:
                return False
            self._refreshed.add(family)
        return True
