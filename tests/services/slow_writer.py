"""A process that writes outcomes slowly, to be killed: `python -m tests.services.slow_writer`."""

import dataclasses
import sys
import time

import apache_beam as beam

from schemas.documents import document_of
from schemas.records import Document
from tests.record_samples import OUTCOME
from tests.seeding import sink
from transforms.elasticsearch.bulk_config import BulkConfig
from transforms.elasticsearch.connection import ElasticsearchConfig

COUNT = 60


def documents() -> list[Document]:
    """Returns what the process writes."""
    keys = (f"https://a.example/{number}" for number in range(COUNT))
    return [document_of(dataclasses.replace(OUTCOME, key=key)) for key in keys]


def write(config: ElasticsearchConfig, pause_s: float) -> None:
    """Writes `documents`, two in a bulk, with a pause before each document."""

    def slowly(document: Document) -> Document:
        time.sleep(pause_s)
        return document

    with beam.Pipeline("FnApiRunner") as pipeline:
        slow = pipeline | beam.Create(documents()) | beam.Map(slowly)
        slow | sink(config, BulkConfig(bulk_documents=2))


if __name__ == "__main__":
    write(ElasticsearchConfig(urls=(sys.argv[1],), index_prefix=sys.argv[2]), float(sys.argv[3]))
