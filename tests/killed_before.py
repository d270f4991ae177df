"""Runs `newsbeam` until it is about to do something, and kills it there.

Who looks out for that moment from another process comes too late on a machine that stalls, and
finds the run a step further, or at its end.
"""

import itertools
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from typing import Any, NamedTuple

from pipeline.cli import main


class Moment(NamedTuple):
    """An event that Python audits, `open`, `os.rename`, `http.client.send`, with such arguments.

    Attributes:
        text: what the arguments have, as they are printed.
        time: which of these events it is, from 1.
    """

    event: str
    text: str
    time: int = 1


def appended_to(family: str, time: int = 1) -> Moment:
    """The moment at which lines of a family are about to be written."""
    return Moment("open", f"{family}.jsonl', 'a+'", time)


def killed_before(moment: Moment, command: Sequence[str]) -> None:
    """Runs the command, which SIGKILL ends at that moment."""
    name, text, time = moment
    started = [sys.executable, "-m", "tests.killed_before", name, text, str(time), *command]
    ended = subprocess.run(started, stderr=subprocess.PIPE, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()


def _kill_before(moment: Moment) -> None:
    times = itertools.count(1)

    def hear(event: str, arguments: tuple[Any, ...]) -> None:
        is_it = event == moment.event and moment.text in str(arguments)
        if is_it and next(times) == moment.time:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hear)


if __name__ == "__main__":
    _kill_before(Moment(sys.argv[1], sys.argv[2], int(sys.argv[3])))
    sys.exit(main(sys.argv[4:]))
