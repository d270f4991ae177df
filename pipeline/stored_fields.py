"""All documents of a family, some of their fields: for checks that look at every one."""

import pathlib
from collections.abc import Iterator, Sequence
from typing import Any

from elasticsearch import NotFoundError

from pipeline.clusters import reachable
from schemas.index_names import alias
from transforms.elasticsearch.connection import ElasticsearchConfig
from transforms.elasticsearch.paging import pages
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
        index = alias(where.index_prefix, family)
        found = pages(
            client, index, size=_PAGE, keep_alive=_KEEP_ALIVE, source_includes=list(names)
        )
        for page in found:
            yield from (hit["_source"] for hit in page)
