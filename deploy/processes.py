"""Servers as processes that outlive the command that started them."""

import contextlib
import os
import pathlib
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from typing import Any

from deploy.common import Account, ServiceError


def spawn(
    command: list[str], *, log: pathlib.Path, env: dict[str, str], as_user: Account | None = None
) -> int:
    """Starts `command` in a session of its own, so that it outlives us; returns its process id."""
    who: dict[str, Any] = {}
    if as_user is not None and as_user.uid is not None:
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
    # At first it has no command line, and would pass for one that has ended.
    while process.poll() is None and not _command_line(process.pid):
        time.sleep(0.001)
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
    return bool(command := _command_line(pid)) and mark in command


def _command_line(pid: int) -> str:
    """Returns the command line of a process, "" where there is none."""
    if pathlib.Path("/proc/self").exists():  # slim containers have no ps
        with contextlib.suppress(OSError):
            return pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        return ""
    question = ["ps", "-ww", "-p", str(pid), "-o", "command="]
    return subprocess.run(question, capture_output=True, text=True, check=False).stdout.strip()


def stop_process(pid: int, mark: str, limit_s: float = 20) -> None:
    """Ends process `pid` if `mark` shows that it is still ours; kills it when it lingers."""
    for sign, patience_s in ((signal.SIGTERM, limit_s), (signal.SIGKILL, 5.0)):
        end = time.monotonic() + patience_s
        if is_running(pid, mark):
            os.killpg(pid, sign)  # a launcher may have started the server as its child
        while is_running(pid, mark) and time.monotonic() < end:
            time.sleep(0.1)


def kill_process(pid: int, mark: str, limit_s: float = 10) -> None:
    """Kills process `pid` and all of its group with SIGKILL if `mark` shows that it is ours."""
    end = time.monotonic() + limit_s
    if is_running(pid, mark):
        os.killpg(pid, signal.SIGKILL)
    while is_running(pid, mark) and time.monotonic() < end:
        time.sleep(0.02)


def wait_for_port(port: int, limit_s: float = 20) -> None:
    """Waits until nobody listens on `port` any more.

    Raises:
        ServiceError: somebody still does.
    """
    end = time.monotonic() + limit_s
    while free_port(port) != port:
        if time.monotonic() > end:
            raise ServiceError(f"port {port} is still in use after {limit_s:.0f} s")
        time.sleep(0.05)


def free_port(preferred: int) -> int:
    """Returns `preferred` if nobody listens there, else a free port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", preferred))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def free_ports(count: int) -> list[int]:
    """Returns `count` free ports, each another one."""
    with contextlib.ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]
