"""Starts Flink on loopback: `python -m deploy.flink.start [start|stop|flags]`.

A JobManager, a TaskManager and Beam's job server, each a process of its own, from Maven Central.
`flags` prints what a pipeline needs to be submitted to them.
"""

import dataclasses
import hashlib
import json
import pathlib
import shutil
import socket
import sys
import urllib.error
import urllib.request

from deploy import common, java, processes, scripts

VERSION = "1.19-2.62.0"  # of Flink's API and of Beam's runner
# Of all jars: `digest_of`.
SHA512 = (
    "fd6ff17c19ab4b8eee860e03dff173d75eb482c3de92b1b80af907b1288caa01"
    "acbd600adb718560b3729d97bb87439712b9eaacac16ff934d5dcfd1597ccaf0"
)
_JAVA = (17, 11, 21)
_OPENS = ("lang", "net", "util", "io", "nio", "time", "math", "text", "lang.invoke")
_TASK_MANAGER = "org.apache.flink.runtime.taskexecutor.TaskManagerRunner"
_JOB_MANAGER = "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint"
_JOB_SERVER = "org.apache.beam.runners.flink.FlinkJobServerDriver"
# Started by hand, a TaskManager must be told every size, or it dies without saying which it lacks.
# With this runner each poll stays in the heap (beam#27648): 256 MB were full after some 3,000.
_MEMORY = {
    "taskmanager.cpu.cores": "2",
    "taskmanager.memory.framework.heap.size": "128m",
    "taskmanager.memory.task.heap.size": "1024m",
    "taskmanager.memory.managed.size": "64m",
    "taskmanager.memory.network.min": "128m",
    "taskmanager.memory.network.max": "128m",
    "taskmanager.memory.framework.off-heap.size": "128m",
    "taskmanager.memory.task.off-heap.size": "64m",
    "taskmanager.memory.jvm-metaspace.size": "256m",
    "taskmanager.memory.jvm-overhead.min": "128m",
    "taskmanager.memory.jvm-overhead.max": "128m",
}
_CONFIG = """\
jobmanager.rpc.address: 127.0.0.1
jobmanager.rpc.port: {rpc}
jobmanager.bind-host: 127.0.0.1
taskmanager.host: 127.0.0.1
taskmanager.bind-host: 127.0.0.1
taskmanager.numberOfTaskSlots: 4
parallelism.default: 1
rest.address: 127.0.0.1
rest.bind-address: 127.0.0.1
rest.port: {rest}
io.tmp.dirs: {folder}/tmp
state.checkpoints.dir: file://{folder}/checkpoints
state.savepoints.dir: file://{folder}/savepoints
# Otherwise the second job on a cluster hangs without an error.
classloader.resolve-order: parent-first
classloader.check-leaked-classloader: false
"""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """Where the cluster answers.

    Attributes:
        rest_url: Flink's REST API: jobs, checkpoints, savepoints.
        job, artifact: `host:port` of Beam's job server.
    """

    rest_url: str
    job: str
    artifact: str

    def flags(self) -> list[str]:
        """Returns what submits a pipeline of this process to the cluster.

        A bundle that ends with a checkpoint must end before it, or what it put out comes behind the
        watermark. Without the last flag a polling source spins once others have ended.
        """
        return [
            "--runner=PortableRunner",
            f"--job_endpoint={self.job}",
            f"--artifact_endpoint={self.artifact}",
            f"--flink_master={self.rest_url}",
            "--environment_type=LOOPBACK",
            "--checkpointing_interval=5000",
            "--min_pause_between_checkpoints=5000",
            "--finish_bundle_before_checkpointing",
            "--shutdown_sources_after_idle_ms=1000000000",
        ]


def ensure_flink() -> Endpoints:
    """Returns the endpoints of a running cluster; starts one where none runs.

    Raises:
        common.ServiceError: it cannot be had; one line says what is missing and how to get it.
    """
    with common.locked("flink"):
        state = common.read_state("flink")
        if state:
            endpoints = Endpoints(**state["endpoints"])  # type: ignore[arg-type]
            if _ready(endpoints):
                return endpoints
            _stop()
        return _start()


def stop() -> bool:
    """Stops the cluster that `ensure_flink` started; says whether there was one."""
    with common.locked("flink"):
        return _stop()


def kill_task_manager() -> None:
    """Kills the TaskManager of the running cluster with SIGKILL, and starts another one.

    Jobs go on from their last checkpoints once it has registered.
    """
    with common.locked("flink"):
        state = common.read_state("flink")
        folder, pids = pathlib.Path(str(state["mark"])), list(state["pids"])  # type: ignore[call-overload]
        processes.kill_process(pids[1], str(folder))
        pids[1] = _spawn(folder, folder / "jars", "task-manager", _task_manager(folder))
        common.write_state("flink", {**state, "pids": pids})


def _task_manager(folder: pathlib.Path) -> tuple[str, int, list[str]]:
    return (_TASK_MANAGER, 1152, ["--configDir", str(folder / "conf"), *_dynamic(_MEMORY)])


def _start() -> Endpoints:
    folder = common.home() / f"flink-{VERSION}"
    jars = _install(folder)
    shutil.rmtree(folder / "tmp", ignore_errors=True)
    for name in ("tmp", "logs", "conf"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    rpc, rest, job, artifact, expansion = processes.free_ports(5)
    endpoints = Endpoints(
        rest_url=f"http://127.0.0.1:{rest}",
        job=f"127.0.0.1:{job}",
        artifact=f"127.0.0.1:{artifact}",
    )
    config = _CONFIG.format(rpc=rpc, rest=rest, folder=folder)
    (folder / "conf" / "config.yaml").write_text(config)
    configured = ["--configDir", str(folder / "conf")]
    job_server = [
        f"--flink-master=127.0.0.1:{rest}",
        f"--flink-conf-dir={folder / 'conf'}",
        f"--artifacts-dir={folder / 'tmp' / 'artifacts'}",
        "--job-host=127.0.0.1",
        f"--job-port={job}",
        f"--artifact-port={artifact}",
        f"--expansion-port={expansion}",
    ]
    servers = {
        "job-manager": (_JOB_MANAGER, 256, configured),
        "task-manager": _task_manager(folder),
        "job-server": (_JOB_SERVER, 256, job_server),
    }
    pids = [_spawn(folder, jars, name, server) for name, server in servers.items()]
    common.write_state(
        "flink",
        {"endpoints": dataclasses.asdict(endpoints), "pids": pids, "mark": str(folder)},
    )
    log = folder / "logs" / "task-manager.log"
    processes.wait_until(lambda: _ready(endpoints), "Flink", pid=pids[1], log=log, limit_s=120)
    return endpoints


def _install(folder: pathlib.Path) -> pathlib.Path:
    jars = folder / "jars"
    if not jars.exists():
        fresh = folder / "fresh"
        shutil.rmtree(fresh, ignore_errors=True)
        pom = common.ROOT / "deploy" / "flink" / "pom.xml"
        goal = f"{java.MAVEN_DEPENDENCY_PLUGIN}:copy-dependencies"
        options = ["-DincludeScope=runtime", f"-DoutputDirectory={fresh}"]
        # Not -C, as in `java.fetch`.
        command = [java.maven(), "-q", "-B", "-f", str(pom), goal, *options]
        java.run(command, "download Flink")
        if digest_of(fresh) != SHA512:
            raise common.ServiceError(f"the jars in {fresh} are not those expected; remove it")
        fresh.rename(jars)
    return jars


def digest_of(folder: pathlib.Path) -> str:
    """Returns one checksum of all files of `folder`, names and contents."""
    whole = hashlib.sha512()
    for path in sorted(folder.iterdir()):
        with path.open("rb") as file:
            whole.update(path.name.encode() + hashlib.file_digest(file, "sha512").digest())
    return whole.hexdigest()


def _spawn(
    folder: pathlib.Path,
    jars: pathlib.Path,
    name: str,
    server: tuple[str, int, list[str]],
) -> int:
    main_class, heap_mb, arguments = server
    opens = [f"--add-opens=java.base/java.{package}=ALL-UNNAMED" for package in _OPENS]
    command = [
        str(_java_home() / "bin" / "java"),
        f"-Xmx{heap_mb}m",
        f"-Djava.io.tmpdir={folder / 'tmp'}",
        *opens,
        "-cp",
        f"{jars}/*",
        main_class,
        *arguments,
    ]
    return processes.spawn(command, log=folder / "logs" / f"{name}.log", env={})


def _java_home() -> pathlib.Path:
    homes = java.java_homes()
    for major in _JAVA:
        if major in homes:
            return homes[major]
    raise common.ServiceError("a JDK 17 is missing: apt-get install openjdk-17-jdk-headless")


def _dynamic(settings: dict[str, str]) -> list[str]:
    return [f"-D{name}={value}" for name, value in settings.items()]


def _ready(endpoints: Endpoints) -> bool:
    host, _, port = endpoints.job.partition(":")
    try:
        with urllib.request.urlopen(f"{endpoints.rest_url}/overview", timeout=5) as response:
            registered = json.load(response)["taskmanagers"]
        with socket.create_connection((host, int(port)), timeout=5):
            return bool(registered)
    except (urllib.error.URLError, OSError, ValueError):
        return False


def _stop() -> bool:
    state = common.read_state("flink")
    common.forget_state("flink")
    pids = state.get("pids")
    if not isinstance(pids, list):
        return False
    for pid in reversed(pids):
        processes.stop_process(pid, str(state["mark"]))
    return True


def main() -> int:
    """Runs the command line."""
    actions = {
        "start": lambda: print(ensure_flink().rest_url),
        "stop": lambda: print(scripts.said_of(stop()), file=sys.stderr),
        "flags": lambda: print("\n".join(ensure_flink().flags())),
    }
    return scripts.run(__doc__, actions)


if __name__ == "__main__":
    sys.exit(main())
