"""All local services: `python -m deploy.services [start|stop]`, which `make services` calls."""

import argparse
import sys

from deploy.common import ServiceError
from deploy.elasticsearch import start as elasticsearch
from deploy.flink import start as flink
from deploy.prism.install import ensure_prism


def main() -> int:
    """Starts Elasticsearch and installs Prism, or stops what was started, Flink too."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("action", nargs="?", default="start", choices=["start", "stop"])
    try:
        if parser.parse_args().action == "stop":
            print("Elasticsearch:", "stopped" if elasticsearch.stop() else "nothing to stop")
            print("Flink:", "stopped" if flink.stop() else "nothing to stop")
            return 0
        print("Elasticsearch:", elasticsearch.ensure_elasticsearch())
        print("Prism:", ensure_prism())
    except ServiceError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
