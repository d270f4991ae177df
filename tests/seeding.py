"""Documents written into an index as the graph writes them."""

from collections.abc import Iterable
from typing import Any

from elasticsearch import Elasticsearch

from schemas.records import Document
from transforms.elasticsearch import bulk
from transforms.elasticsearch.documents import action_of


def write_documents(
    client: Elasticsearch, prefix: str, documents: Iterable[Document], **options: Any
) -> bulk.Report:
    """Writes `documents` in one request."""
    return bulk.write(client, [action_of(each, prefix) for each in documents], **options)
