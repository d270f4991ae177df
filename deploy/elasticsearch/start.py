"""Starts a real Elasticsearch on loopback: `python -m deploy.elasticsearch.start [start|stop|url]`.

The server is Elastic's own from Maven Central (`integ-test-zip`): security is off and only loopback
listens. It is for the demo, the tests and CI; production brings its own cluster.
"""

import argparse
import os
import pathlib
import shutil
import sys
import urllib.error
import urllib.request
import zipfile

from deploy import common, java, processes

SHA512 = {
    "9.5.3": "ae57654932de854d755af63f2a63667621967870b79ec449407618075c13dc12"
    "012317388e0a232071e4f2a65c9d973bb681d978fac56445a0790443df0823d1",
    "8.19.21": "cf6b0a93860d329937ae7f913ec5073b0c726c77639764b93fc83a304aa1dd9d"
    "4defcfa2849948eea3b0b47c2065f994908603939fc2a4774c9c4d868c5ec1dd",
}
OLDEST_JAVA = {"9.5.3": 21, "8.19.21": 17}
HEAP = "512m"
_ARTIFACT = "org.elasticsearch.distribution.integ-test-zip:elasticsearch:{version}:zip"
_CONFIG = """\
cluster.name: newsbeam
node.name: newsbeam
discovery.type: single-node
network.host: 127.0.0.1
http.port: {port}
path.data: {folder}/data
path.logs: {folder}/logs
xpack.security.enabled: false
# A developer's disk is often fuller than the watermarks allow.
cluster.routing.allocation.disk.threshold_enabled: false
"""


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
    version, java_home = _choose()
    with common.locked("elasticsearch"):
        state = common.read_state("elasticsearch")
        url = str(state.get("url", ""))
        if url and state.get("version") == version and _healthy(url):
            return url
        _stop()
        return _start(version, java_home)


def stop() -> bool:
    """Stops the server that `ensure_elasticsearch` started; says whether there was one."""
    with common.locked("elasticsearch"):
        return _stop()


def _choose() -> tuple[str, pathlib.Path]:
    wanted = os.environ.get("NEWSBEAM_ELASTICSEARCH_VERSION", "")
    if wanted and wanted not in SHA512:
        raise common.ServiceError(f"NEWSBEAM_ELASTICSEARCH_VERSION: one of {', '.join(SHA512)}")
    homes = java.java_homes()
    for version in [wanted] if wanted else SHA512:
        fitting = [major for major in homes if major >= OLDEST_JAVA[version]]
        if fitting:
            return version, homes[min(fitting)]
    needed = OLDEST_JAVA[wanted or "8.19.21"]
    raise common.ServiceError(
        f"a JDK {needed} or later is missing: apt-get install openjdk-{needed}-jdk-headless,"
        " or set NEWSBEAM_ELASTICSEARCH_URL to a cluster of your own"
    )


def _install(version: str) -> pathlib.Path:
    folder = common.home() / f"elasticsearch-{version}"
    if not (folder / "server" / "bin").exists():
        archive = java.fetch(
            _ARTIFACT.format(version=version), f"elasticsearch-{version}.zip", SHA512[version]
        )
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(folder / "unpacking")
        unpacked = folder / "unpacking" / f"elasticsearch-{version}"
        for command in (unpacked / "bin").iterdir():
            command.chmod(0o755)
        unpacked.rename(folder / "server")
    return folder


def _start(version: str, java_home: pathlib.Path) -> str:
    folder, who = _install(version), common.account()
    port = processes.free_port(9200)
    for name in ("data", "logs", "tmp"):
        (folder / name).mkdir(exist_ok=True)
    config = _CONFIG.format(port=port, folder=folder)
    (folder / "server" / "config" / "elasticsearch.yml").write_text(config)
    _give_to(folder, who)
    command = [str(folder / "server" / "bin" / "elasticsearch")]
    log = folder / "logs" / "start.log"
    pid = processes.spawn(command, log=log, env=_environment(folder, java_home), as_user=who)
    url = f"http://127.0.0.1:{port}"
    common.write_state(
        "elasticsearch", {"url": url, "pid": pid, "version": version, "mark": str(folder)}
    )
    processes.wait_until(
        lambda: _healthy(url), f"Elasticsearch {version}", pid=pid, log=log, limit_s=180
    )
    return url


def _environment(folder: pathlib.Path, java_home: pathlib.Path) -> dict[str, str]:
    return {
        "PATH": os.environ.get("PATH", ""),
        "HOME": str(folder),
        "ES_JAVA_HOME": str(java_home),
        "ES_JAVA_OPTS": f"-Xms{HEAP} -Xmx{HEAP}",
        "ES_TMPDIR": str(folder / "tmp"),
    }


def _give_to(folder: pathlib.Path, who: common.Account) -> None:
    if who.uid is None or who.gid is None:
        return
    for path in [folder, *folder.rglob("*")]:
        shutil.chown(path, who.uid, who.gid)


def _healthy(url: str) -> bool:
    address = f"{url}/_cluster/health?wait_for_status=yellow&timeout=1s"
    try:
        with urllib.request.urlopen(address, timeout=5) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


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
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("action", nargs="?", default="start", choices=["start", "stop", "url"])
    action = parser.parse_args().action
    try:
        if action == "stop":
            print("stopped" if stop() else "nothing to stop", file=sys.stderr)
        elif action == "url":
            print(common.read_state("elasticsearch").get("url", ""))
        else:
            print(ensure_elasticsearch())
    except common.ServiceError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
