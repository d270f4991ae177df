"""What the start scripts of Elasticsearch, Prism and Flink have in common.

Everything that they download or write lies under `.services/` in the repository (under /var/tmp
where the repository lies in a folder that only root may enter and the server must not be root).
"""

import contextlib
import dataclasses
import fcntl
import hashlib
import json
import os
import pathlib
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import time
from collections.abc import Callable, Iterator
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parent.parent
# Maven 3.8 would pick a plugin version of its own that fails on this goal.
MAVEN_DEPENDENCY_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1"


class ServiceError(RuntimeError):
    """A service cannot be had; the message says in one line what is missing and how to get it."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Whom a server runs as; both None for the current user."""

    uid: int | None = None
    gid: int | None = None


def account() -> Account:
    """Returns the current user, or `nobody` for root: Elasticsearch refuses to run as root."""
    if os.geteuid() != 0:
        return Account()
    nobody = pwd.getpwnam("nobody")
    return Account(uid=nobody.pw_uid, gid=nobody.pw_gid)


def home() -> pathlib.Path:
    """Returns the folder of all services, made where it does not exist."""
    folder = ROOT / ".services"
    if account().uid is not None and not _open_to_all(ROOT):
        name = hashlib.sha256(str(ROOT).encode()).hexdigest()[:12]
        folder = pathlib.Path("/var/tmp") / f"newsbeam-services-{name}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _open_to_all(folder: pathlib.Path) -> bool:
    return all(path.stat().st_mode & stat.S_IXOTH for path in (folder, *folder.parents))


@contextlib.contextmanager
def locked(name: str) -> Iterator[None]:
    """Keeps two processes from installing or starting the service `name` at the same time."""
    with (home() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def maven() -> str:
    """Returns the Maven command.

    Raises:
        ServiceError: it is not installed.
    """
    command = shutil.which("mvn")
    if command is None:
        raise ServiceError("Maven is missing: apt-get install maven (or brew install maven)")
    return command


def java_homes() -> dict[int, pathlib.Path]:
    """Returns the JDKs found on this machine, by major version."""
    named = [os.environ.get(name) for name in ("ES_JAVA_HOME", "JAVA_HOME")]
    folders = [pathlib.Path(name) for name in named if name]
    if on_path := shutil.which("java"):
        folders.append(pathlib.Path(on_path).resolve().parent.parent)
    for parent in ("/usr/lib/jvm", "~/.sdkman/candidates/java", "/opt"):
        folders.extend(sorted(pathlib.Path(parent).expanduser().glob("*")))
    folders.extend(pathlib.Path("/Library/Java/JavaVirtualMachines").glob("*/Contents/Home"))
    found: dict[int, pathlib.Path] = {}
    for folder in folders:
        if (folder / "bin" / "java").exists() and (major := _java_major(folder)):
            found.setdefault(major, folder)
    return found


def _java_major(folder: pathlib.Path) -> int:
    with contextlib.suppress(OSError, ValueError):
        for line in (folder / "release").read_text().splitlines():
            name, _, value = line.partition("=")
            if name == "JAVA_VERSION":
                return int(value.strip('"').split(".")[0].split("-")[0])
    return 0


def fetch(artifact: str, file_name: str, sha512: str) -> pathlib.Path:
    """Returns the file of a Maven artifact, downloaded once and checked.

    Args:
        artifact: `group:name:version:packaging`.
        sha512: expected checksum, hex.
    Raises:
        ServiceError: the download failed, or is not the file that the checksum was made of.
    """
    target = home() / "downloads" / file_name
    if not target.exists():
        fresh = target.parent / "fresh"
        options = [f"-Dartifact={artifact}", f"-DoutputDirectory={fresh}"]
        run(
            [maven(), "-q", "-B", f"{MAVEN_DEPENDENCY_PLUGIN}:copy", *options],
            f"download {artifact}",
        )
        (fresh / file_name).replace(target)
    with target.open("rb") as file:
        if hashlib.file_digest(file, "sha512").hexdigest() == sha512:
            return target
    target.unlink()
    raise ServiceError(
        f"{file_name} does not have the expected checksum; removed, please try again"
    )


def run(command: list[str], purpose: str) -> None:
    """Runs `command` to its end.

    Raises:
        ServiceError: it failed; its last lines are in the message.
    """
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        last = " | ".join((done.stdout + done.stderr).strip().splitlines()[-3:])
        raise ServiceError(f"could not {purpose}: {last}")


def free_port(preferred: int) -> int:
    """Returns `preferred` if nobody listens there, else a free port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", preferred))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def spawn(
    command: list[str], *, log: pathlib.Path, env: dict[str, str], as_user: Account = Account()
) -> int:
    """Starts `command` in a session of its own, so that it outlives us; returns its process id."""
    who: dict[str, Any] = {}
    if as_user.uid is not None:
        who = {"user": as_user.uid, "group": as_user.gid, "extra_groups": []}
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=env,
            start_new_session=True,
            cwd=log.parent,
            **who,
        )
    return int(process.pid)


def wait_until(
    ready: Callable[[], bool], what: str, *, pid: int, log: pathlib.Path, limit_s: float
) -> None:
    """Waits until `ready`, while process `pid` lives.

    Raises:
        ServiceError: the process died or the time is over; the message names its log.
    """
    end = time.monotonic() + limit_s
    while not ready():
        if not is_running(pid):
            raise ServiceError(f"{what} ended while it started; see {log}")
        if time.monotonic() > end:
            raise ServiceError(f"{what} did not answer within {limit_s:.0f} s; see {log}")
        time.sleep(0.2)


def is_running(pid: int, mark: str = "") -> bool:
    """Says whether process `pid` lives and has `mark` in its command line."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)  # a child that ended looks alive until it is waited for
    question = ["ps", "-p", str(pid), "-o", "command="]
    shown = subprocess.run(question, capture_output=True, text=True, check=False)
    return bool(shown.stdout.strip()) and mark in shown.stdout


def stop_process(pid: int, mark: str, limit_s: float = 20) -> None:
    """Ends process `pid` if `mark` shows that it is still ours; kills it when it lingers."""
    for sign, patience_s in ((signal.SIGTERM, limit_s), (signal.SIGKILL, 5.0)):
        end = time.monotonic() + patience_s
        if is_running(pid, mark):
            os.killpg(pid, sign)  # a launcher may have started the server as its child
        while is_running(pid, mark) and time.monotonic() < end:
            time.sleep(0.1)


def read_state(name: str) -> dict[str, object]:
    """Returns what `write_state` kept of the service `name`; empty where there is nothing."""
    with contextlib.suppress(OSError, ValueError):
        return dict(json.loads((home() / f"{name}.json").read_text()))
    return {}


def write_state(name: str, state: dict[str, object]) -> None:
    """Keeps where the service `name` runs, for the next call and for `stop`."""
    (home() / f"{name}.json").write_text(json.dumps(state))


def forget_state(name: str) -> None:
    """Removes what `write_state` kept."""
    (home() / f"{name}.json").unlink(missing_ok=True)
