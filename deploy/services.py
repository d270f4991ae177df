"""All local services: `python -m deploy.services [start|stop]`, which `make services` calls."""

import sys

from deploy import scripts
from deploy.elasticsearch import start as elasticsearch
from deploy.flink import start as flink
from deploy.prism.install import ensure_prism


def main() -> int:
    """Starts Elasticsearch and installs Prism, or stops what was started, Flink too."""
    return scripts.run(__doc__, {"start": _start, "stop": _stop})


def _start() -> None:
    print("Elasticsearch:", elasticsearch.ensure_elasticsearch())
    print("Prism:", ensure_prism())


def _stop() -> None:
    print("Elasticsearch:", scripts.said_of(elasticsearch.stop()))
    print("Flink:", scripts.said_of(flink.stop()))


if __name__ == "__main__":
    sys.exit(main())
