"""The cores that this process may use, and work spread over them."""

from __future__ import annotations

import concurrent.futures
import functools
import os
import pathlib
import threading
from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")

# What a container may use of its machine: "MICROSECONDS PERIOD", or "max PERIOD"
# (https://docs.kernel.org/admin-guide/cgroup-v2.html).
_QUOTA = pathlib.Path("/sys/fs/cgroup/cpu.max")


def usable_cores(quota: pathlib.Path = _QUOTA) -> int:
    """How many cores this process may keep busy: its affinity and its container's share, 1 or more.

    Args:
        quota: the container's `cpu.max`; no such file means no bound.
    """
    affinity = getattr(os, "sched_getaffinity", None)
    here = len(affinity(0)) if affinity else os.cpu_count() or 1
    try:
        allowed, period = quota.read_text().split()
        share = int(allowed) / int(period)
    except (OSError, ValueError):
        return here
    return max(1, min(here, round(share)))


def on_all_cores(work: Callable[[T], None], items: Iterable[T]) -> None:
    """Does `work` on each item, by this thread and what is idle of the process's others.

    However many threads of a runner call this at once, no more items are worked on than there are
    cores. An error of one item is raised when the others are done.
    """
    source, lock = iter(items), threading.Lock()

    def run() -> None:
        while True:
            with lock:
                item = next(source, _END)
            if item is _END:
                return
            with _places():
                work(item)  # type: ignore[arg-type]

    helpers = [_helpers().submit(run) for _ in range(usable_cores() - 1)]
    try:
        run()
    finally:
        concurrent.futures.wait(helpers)
    for helper in helpers:
        helper.result()


_END = object()


@functools.cache
def _places() -> threading.BoundedSemaphore:
    return threading.BoundedSemaphore(usable_cores())


@functools.cache
def _helpers() -> concurrent.futures.ThreadPoolExecutor:
    """Started with the first work, so that a process that forks before has its own."""
    return concurrent.futures.ThreadPoolExecutor(max(1, usable_cores() - 1), "newsbeam-models")
