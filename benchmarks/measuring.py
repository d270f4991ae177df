"""Time and memory of a process of its own."""

import os
import subprocess
import sys
import time
from typing import NamedTuple

_QUIET = {"HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1", "TQDM_DISABLE": "1"}


class Usage(NamedTuple):
    """Wall time of a process, and the most memory that it, or one of its children, held."""

    seconds: float
    peak_mb: float


def measured(*arguments: str) -> Usage:
    """Runs a Python module to its end; ends the program where it fails."""
    started = time.monotonic()
    command = [sys.executable, "-m", *arguments]
    # What it held counts from the moment of its fork, so that this process must stay the smaller.
    process = subprocess.Popen(command, stdout=sys.stderr, env={**os.environ, **_QUIET})
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{arguments[0]} ended with status {process.returncode}")
    return Usage(time.monotonic() - started, used.ru_maxrss / 1024)
