"""Starts a real Elasticsearch on loopback: `python -m deploy.elasticsearch.start [start|stop|url]`.

The server is Elastic's own from Maven Central (`integ-test-zip`): security is off and only loopback
listens. It is for the demo, the tests and CI; production brings its own cluster.
"""

import os
import sys

from deploy import common, processes, scripts
from deploy.elasticsearch import install
from deploy.elasticsearch.server import Server, healthy
from deploy.elasticsearch.temporary import remove_left_over


def ensure_elasticsearch() -> str:
    """Returns the URL of a running Elasticsearch; starts one where none runs.

    `NEWSBEAM_ELASTICSEARCH_URL` names one's own cluster and short-cuts everything;
    `NEWSBEAM_ELASTICSEARCH_VERSION` asks for 9.5.3 or 8.19.21. A server that this function started
    before is used again, with its data.

    Raises:
        common.ServiceError: it cannot be had; one line says what is missing and how to get it.
    """
    if own := os.environ.get("NEWSBEAM_ELASTICSEARCH_URL"):
        return own
    version = install.choose(os.environ.get("NEWSBEAM_ELASTICSEARCH_VERSION", ""))
    with common.locked("elasticsearch"):
        state = common.read_state("elasticsearch")
        url = str(state.get("url", ""))
        if url and state.get("version") == version and healthy(url):
            return url
        _stop()
        return _start(version)


def stop() -> bool:
    """Stops the server that `ensure_elasticsearch` started; says whether there was one.

    Removes temporary servers that nobody owns any more, too.
    """
    with common.locked("elasticsearch"):
        left_over = remove_left_over()
        return _stop() or left_over > 0


def _start(version: str) -> str:
    server = Server(install.folder_of(version), version, port=processes.free_port(9200))
    try:
        server.start()
    finally:  # where it is too slow, `stop` still finds it
        state = {"url": server.url, "pid": server.pid, "version": version, "mark": server.mark}
        common.write_state("elasticsearch", state)
    return server.url


def _stop() -> bool:
    state = common.read_state("elasticsearch")
    pid = state.get("pid")
    common.forget_state("elasticsearch")
    if not isinstance(pid, int) or not processes.is_running(pid, str(state["mark"])):
        return False
    processes.stop_process(pid, str(state["mark"]))
    return True


def main() -> int:
    """Runs the command line."""
    actions = {
        "start": lambda: print(ensure_elasticsearch()),
        "stop": lambda: print(scripts.said_of(stop()), file=sys.stderr),
        "url": lambda: print(common.read_state("elasticsearch").get("url", "")),
    }
    return scripts.run(__doc__, actions)


if __name__ == "__main__":
    sys.exit(main())
