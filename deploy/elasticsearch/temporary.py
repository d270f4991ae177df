"""Servers that live as long as the process that wants them: for tests and benchmarks."""

import contextlib
import json
import os
import pathlib
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping

from deploy import common, processes
from deploy.elasticsearch import install
from deploy.elasticsearch.server import HEAP, PID_FILE, Server, healthy, mark_of

_OWNER = "owner.json"


@contextlib.contextmanager
def temporary_server(
    name: str,
    version: str = "",
    *,
    url: str = "http://127.0.0.1:{port}",
    settings: Mapping[str, object] | None = None,
    ready: Callable[[str], bool] = healthy,
    heap: str = HEAP,
    quick: bool = True,
) -> Iterator[Server]:
    """Gives a server with a port and an empty folder of its own, not yet started.

    At the end it is killed and removed with its data. Where this process is killed before, the
    next temporary server, or `python -m deploy.elasticsearch.start stop`, removes it.

    Args:
        name: for its folder.
        version: empty for NEWSBEAM_ELASTICSEARCH_VERSION, or else the newest that can run here.
        url, settings, ready, heap, quick: as of `Server`.
    Raises:
        common.ServiceError: no JDK runs it, or it cannot be downloaded.
    """
    version = install.choose(version or os.environ.get("NEWSBEAM_ELASTICSEARCH_VERSION", ""))
    install.install(version)
    remove_left_over()
    folder = pathlib.Path(
        tempfile.mkdtemp(prefix=f"elasticsearch-{version}-{name}-", dir=common.home())
    )
    folder.chmod(0o755)
    (folder / _OWNER).write_text(json.dumps(os.getpid()))
    server = Server(
        folder, version, url=url, settings=settings, ready=ready, heap=heap, quick=quick
    )
    try:
        yield server
    finally:
        server.remove()


def remove_left_over() -> int:
    """Removes the temporary servers whose owner is gone; returns how many there were."""
    count = 0
    for note in common.home().glob(f"elasticsearch-*/{_OWNER}"):
        with contextlib.suppress(OSError, ValueError):  # another process may be removing it
            if processes.is_running(int(json.loads(note.read_text()))):
                continue
            pid_file = note.parent / PID_FILE
            if pid_file.exists():
                processes.kill_process(int(pid_file.read_text()), mark_of(note.parent))
            shutil.rmtree(note.parent, ignore_errors=True)
            count += 1
    return count
