"""Documents written into an index as the graph writes them."""

import functools
from collections.abc import Iterable
from typing import Any

from elasticsearch import Elasticsearch

from schemas.records import Document
from transforms.elasticsearch import bulk
from transforms.elasticsearch.bulk_config import BulkConfig
from transforms.elasticsearch.connection import ElasticsearchConfig
from transforms.elasticsearch.documents import action_of
from transforms.write_to_elasticsearch import WriteToElasticsearch


def write_documents(
    client: Elasticsearch, prefix: str, documents: Iterable[Document], **options: Any
) -> bulk.Report:
    """Writes `documents` in one request."""
    return bulk.write(client, [action_of(each, prefix) for each in documents], **options)


def sink(config: ElasticsearchConfig, bulks: BulkConfig | None = None) -> WriteToElasticsearch:
    """The transform that writes the graph's documents."""
    to_action = functools.partial(action_of, prefix=config.index_prefix)
    return WriteToElasticsearch(config, to_action, bulks)
