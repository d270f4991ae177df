"""Where a run's documents go, and what is there of earlier runs."""

import dataclasses
import pathlib

from schemas import ids
from schemas.memory import MemoryConfig
from transforms.elasticsearch.bulk_config import BulkConfig
from transforms.elasticsearch.connection import ElasticsearchConfig
from transforms.elasticsearch.memory import ElasticsearchMemoryConfig
from transforms.files.memory import FolderMemoryConfig


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Sinks:
    """Where the documents go: a cluster, a folder, or both; `bulk` says how to the cluster.

    Attributes:
        staging_dir: where set, they only go there, until all of a run's are complete
            (`pipeline.staged_run`).
        commit_dir: where set, a stream's documents go to the sinks by way of files in it
            (`CommitDocuments`), so that a killed one leaves no article without its claims.
        refusals_dir: where set, what tells of refused documents is staged there, to be written
            later.
    """

    elasticsearch: ElasticsearchConfig | None = None
    bulk: BulkConfig = dataclasses.field(default_factory=BulkConfig)
    output_dir: str | None = None
    staging_dir: str | None = None
    commit_dir: str | None = None
    refusals_dir: str | None = None


def memory_of(sinks: Sinks) -> MemoryConfig:
    """Returns what the sinks remember: the cluster where there is one, else the folder."""
    if sinks.elasticsearch is not None:
        return ElasticsearchMemoryConfig(sinks.elasticsearch)
    return FolderMemoryConfig(str(sinks.output_dir))


def told_places(sinks: Sinks) -> str:
    """Returns the places that the documents go to, for people."""
    cluster, folder = sinks.elasticsearch, sinks.output_dir
    places = [f"{cluster.index_prefix}-* of the cluster"] if cluster else []
    return " and ".join([*places, folder] if folder else places)


def sinks_name(sinks: Sinks) -> str:
    """Returns what stands for the places that the documents go to."""
    cluster = sinks.elasticsearch
    where = ""
    if cluster:
        where = f"{cluster.cloud_id or ','.join(cluster.urls)} {cluster.index_prefix}"
    # However it is spelled, and wherever the command is started.
    folder = str(pathlib.Path(sinks.output_dir).resolve()) if sinks.output_dir else ""
    return ids.digest("sinks", where, folder)
