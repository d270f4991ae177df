"""Indices as an earlier version, or a hand, left them."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from elasticsearch import Elasticsearch

from schemas import templates
from schemas.documents import document_of
from schemas.index_names import alias
from schemas.records import Document
from tests.record_samples import NOON, placed
from transforms.elasticsearch.live_templates import modules

Body = dict[str, Any]


def make_older_index(
    client: Elasticsearch, prefix: str, name: str, change: Callable[[Body], object]
) -> None:
    """Makes an index as the templates would, but for what `change` does to its body.

    The templates of its family are gone then: they would mend it while it is made.

    Args:
        name: `articles-2026.11`.
    """
    family = name.partition("-")[0]
    body = templates.index_body(family, modules(client), templates.Choices())
    change(body)
    quiet = client.options(ignore_status=404)
    quiet.indices.delete_index_template(name=alias(prefix, family))
    client.indices.create(
        index=f"{prefix}-{name}",
        settings=body["settings"],
        mappings=body["mappings"],
        aliases={alias(prefix, family): {}},
    )


def change_common_template(client: Elasticsearch, prefix: str) -> str:
    """Changes the templates' common part by hand; returns its name."""
    name = f"{prefix}-common"
    client.cluster.put_component_template(
        name=name, template={"settings": {"index": {"refresh_interval": "9s"}}}
    )
    return name


def articles(numbers: Sequence[int], minutes: int = 0) -> list[Document]:
    """Returns an article for each number, in a version that is `minutes` newer."""
    fetched = NOON + dt.timedelta(minutes=minutes)
    return [
        document_of(placed(article_id=f"a{number}", title=f"{minutes}", fetched_at=fetched))
        for number in numbers
    ]


def versions(client: Elasticsearch, index: str) -> dict[str, tuple[int, str]]:
    """Returns the version and the title of each document, by id."""
    client.indices.refresh(index=index)
    hits = client.search(index=index, size=10_000, version=True)["hits"]["hits"]
    assert len({hit["_id"] for hit in hits}) == len(hits)
    return {hit["_id"]: (hit["_version"], hit["_source"]["title"]) for hit in hits}
