"""What the sinks of a run hold of earlier runs."""

from pipeline.graph import Sinks
from schemas.memory import MemoryConfig
from transforms.elasticsearch.memory import ElasticsearchMemoryConfig
from transforms.files.memory import FolderMemoryConfig


def memory_of(sinks: Sinks) -> MemoryConfig:
    """Returns what the sinks remember: the cluster where there is one, else the folder."""
    if sinks.elasticsearch is not None:
        return ElasticsearchMemoryConfig(sinks.elasticsearch)
    return FolderMemoryConfig(str(sinks.output_dir))
