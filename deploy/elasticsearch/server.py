"""One Elasticsearch server on loopback: its folder, its port, its process.

Several may run at once, of one version or of two, each in a folder of its own.
"""

import json
import os
import pathlib
import random
import shutil
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping

from deploy import common, processes
from deploy.elasticsearch import install

HEAP = "512m"
PID_FILE = "pid"
_QUICK = "-XX:TieredStopAtLevel=1"
# Below the ports that systems give to outgoing connections: while a server is down, a client's
# attempt could otherwise come from the very port that it goes to, and so connect to itself.
_PORTS = range(20_000, 32_000)


def healthy(url: str) -> bool:
    """Says whether an open server answers there and holds its indices."""
    address = f"{url}/_cluster/health?wait_for_status=yellow&timeout=1s"
    try:
        with urllib.request.urlopen(address, timeout=5) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def mark_of(folder: pathlib.Path) -> str:
    """Returns what the command line of the server in `folder` has, and no other's."""
    return str(folder / "logs")


def free_server_port() -> int:
    """Returns a port that nobody uses."""
    while True:
        port = random.choice(_PORTS)
        if processes.free_port(port) == port:
            return port


class Server:
    """A server that can be started, stopped, killed and started again on its port and data.

    Attributes:
        folder: of its configuration, data and logs; nobody else's.
        config: the folder of its configuration; files put there before `start` are kept.
        mark: what the command line of its launcher has, and no other's.
        pid: of the launcher, whose process group holds the server; 0 while it does not run.
        url: `http(s)://host:port`.
    """

    def __init__(
        self,
        folder: pathlib.Path,
        version: str,
        *,
        port: int = 0,
        url: str = "http://127.0.0.1:{port}",
        settings: Mapping[str, object] | None = None,
        ready: Callable[[str], bool] = healthy,
        heap: str = HEAP,
        quick: bool = False,
    ) -> None:
        """Makes the folder; starts nothing.

        Args:
            version: one of `install.SHA512`.
            port: 0 for one that is free; kept by each later start.
            url: as users write it; `{port}` is filled in.
            settings: of elasticsearch.yml, beside or instead of the usual ones.
            ready: says, given the URL, whether the server can be used.
            quick: up in half of the time, and slower then.
        """
        self.folder = folder
        self.config = folder / "config"
        self.mark = mark_of(folder)
        self.version = version
        self.port = port or free_server_port()
        self.url = url.format(port=self.port)
        self.pid = 0
        self._java_options = f"-Xms{heap} -Xmx{heap}" + (f" {_QUICK}" if quick else "")
        self._ready = ready
        self._settings = {**_usual_settings(folder, self.port), **(settings or {})}
        for name in ("config", "data", "logs", "tmp"):
            (folder / name).mkdir(parents=True, exist_ok=True)

    def start(self, limit_s: float = 180) -> None:
        """Starts it and waits until it can be used.

        Raises:
            common.ServiceError: it cannot be had, or did not come up.
        """
        home = install.install(self.version)
        self._configure(home)
        log = self.folder / "logs" / "start.log"
        self.pid = processes.spawn(
            [str(home / "bin" / "elasticsearch"), f"-Epath.logs={self.mark}"],
            log=log,
            env=self._environment(),
            as_user=common.account(),
        )
        (self.folder / PID_FILE).write_text(str(self.pid))
        processes.wait_until(
            lambda: self._ready(self.url),
            f"Elasticsearch {self.version}",
            pid=self.pid,
            log=log,
            limit_s=limit_s,
        )

    def kill(self) -> None:
        """Kills it with SIGKILL, as a crash would; data and port are kept for `start`."""
        if self.pid:
            processes.kill_process(self.pid, self.mark)
            self._gone()

    def stop(self) -> None:
        """Ends it in good order; data are kept."""
        if self.pid:
            processes.stop_process(self.pid, self.mark)
            self._gone()

    def remove(self) -> None:
        """Kills it and removes its folder, data included."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _gone(self) -> None:
        processes.wait_for_port(self.port)
        self.pid = 0

    def _configure(self, home: pathlib.Path) -> None:
        for path in (home / "config").iterdir():
            if path.is_file() and not (self.config / path.name).exists():
                shutil.copyfile(path, self.config / path.name)
        # JSON is YAML, and quotes what must be quoted.
        lines = (f"{name}: {json.dumps(value)}\n" for name, value in self._settings.items())
        (self.config / "elasticsearch.yml").write_text("".join(lines))
        common.give_away(*(path for path in self.folder.iterdir() if path.name != "server"))

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ.get("PATH", ""),
            "HOME": str(self.folder),
            "ES_JAVA_HOME": str(install.java_home(self.version)),
            "ES_JAVA_OPTS": self._java_options,
            "ES_PATH_CONF": str(self.config),
            "ES_TMPDIR": str(self.folder / "tmp"),
        }


def _usual_settings(folder: pathlib.Path, port: int) -> dict[str, object]:
    return {
        "cluster.name": "newsbeam",
        "node.name": "newsbeam",
        "discovery.type": "single-node",
        "network.host": "127.0.0.1",
        "http.port": port,
        "path.data": str(folder / "data"),
        "xpack.security.enabled": False,
        # A developer's disk is often fuller than the watermarks allow.
        "cluster.routing.allocation.disk.threshold_enabled": False,
    }
