"""An interrupt ends the command wherever it falls."""

import signal
import subprocess
import sys

import pytest
from apache_beam.options.pipeline_options import PipelineOptions

from pipeline.graph import GraphConfig
from pipeline.interrupts import INTERRUPTS
from pipeline.run import run_until_stopped

# The signal comes while a finalizer runs, whose errors Python reports and drops.
IN_A_FINALIZER = """
import signal, sys, time
from pipeline.interrupts import INTERRUPTS

class Left:
    def __del__(self):
        signal.raise_signal(int(sys.argv[1]))

# Where nohup or a script's & runs the tests, they are ignored.
signal.signal(signal.SIGHUP, signal.SIG_DFL)
signal.signal(signal.SIGINT, signal.default_int_handler)
INTERRUPTS.hear()
Left()
time.sleep(60)
"""


# A script starts what it runs beside itself with interrupts ignored, but may end it all the same.
BESIDE_A_SCRIPT = """
import signal, sys
from pipeline.cli import main
from pipeline.commands import evaluate

evaluate.run = lambda *_: signal.raise_signal(signal.SIGTERM)
signal.signal(signal.SIGINT, signal.SIG_IGN)
sys.exit(main(["evaluate", "claims", "labelled.jsonl"]))
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupt_within_a_finalizer_is_not_lost(number: int) -> None:
    run = subprocess.run(
        [sys.executable, "-c", IN_A_FINALIZER, str(int(number))],
        check=False,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert run.stderr.splitlines()[-1] == "KeyboardInterrupt"


def test_sigterm_ends_a_command_in_one_line() -> None:
    run = subprocess.run(
        [sys.executable, "-c", BESIDE_A_SCRIPT],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (run.returncode, run.stderr.splitlines()[-1]) == (143, "newsbeam: interrupted")
    assert "Traceback" not in run.stderr


# What Beam's threads are at when the runner has gone, and how it tells that they failed.
WORK_GOES_ON = """
import signal, sys, threading, time, traceback
from concurrent.futures import ThreadPoolExecutor
from pipeline.cli import main
from pipeline.commands import evaluate

pool, gone = ThreadPoolExecutor(), threading.Event()

def work():
    while True:
        try:
            pool.submit(time.sleep, 0.01).result()
            if gone.is_set():
                raise RuntimeError("the runner has gone")
        except RuntimeError:
            print(traceback.format_exc(), file=sys.stderr)

def run(*_):
    threading.Thread(target=work, daemon=True).start()
    pool.submit(time.sleep, 40)  # a request that is not answered
    try:
        signal.raise_signal(signal.SIGTERM)
    finally:
        gone.set()
        time.sleep(0.5)  # while what is kept is written

evaluate.run = run
sys.argv[1:] = ["evaluate", "claims", "labelled.jsonl"]
sys.exit(main())
"""


def test_a_command_ends_in_one_line_while_its_threads_go_on() -> None:
    command = [sys.executable, "-c", WORK_GOES_ON]
    run = subprocess.run(command, check=False, capture_output=True, text=True, timeout=30)
    assert (run.returncode, run.stderr) == (143, "newsbeam: interrupted\n")


# Beam stops its runner, and calls the handler that it found.
RUNNER_AND_EXIT = """
import atexit, signal, sys
from pipeline.cli import main
from pipeline.commands import evaluate
from pipeline.interrupts import INTERRUPTS

def run(*_):
    found = signal.getsignal(signal.SIGINT)

    def stop(*given):
        print("stopped")
        found(*given)

    signal.signal(signal.SIGINT, stop)
    INTERRUPTS.hear()
    atexit.register(print, "at the end", flush=True)
    try:
        signal.raise_signal(signal.SIGTERM)
    except BaseException as error:
        print(type(error).__name__)
        raise

evaluate.run = run
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.argv[1:] = ["evaluate", "claims", "labelled.jsonl"]
sys.exit(main())
"""


def test_the_runner_is_stopped_once_and_all_that_is_to_be_done_at_the_end() -> None:
    command = [sys.executable, "-c", RUNNER_AND_EXIT]
    run = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert run.returncode == 143
    assert run.stdout.splitlines() == ["stopped", "KeyboardInterrupt", "at the end"]


# Its terminal has gone: what is written there is an error.
WITHOUT_A_TERMINAL = """
import os, pty, signal, sys
from pipeline.cli import main
from pipeline.commands import evaluate

signal.signal(signal.SIGHUP, signal.SIG_DFL)
ours, theirs = pty.openpty()
os.dup2(theirs, 2)

def hang_up(*_):
    os.close(ours)
    signal.raise_signal(signal.SIGHUP)

evaluate.run = hang_up
sys.exit(main(["evaluate", "claims", "labelled.jsonl"]))
"""


def test_a_command_whose_terminal_goes_has_the_status_of_its_signal() -> None:
    command = [sys.executable, "-c", WITHOUT_A_TERMINAL]
    run = subprocess.run(command, check=False, capture_output=True, timeout=60)
    assert run.returncode == 129


class Job:
    """A job on a cluster, and its pipeline."""

    cancelled = False
    options = PipelineOptions(["--runner=PortableRunner"])

    def run(self) -> "Job":
        return self

    def wait_until_finish(self) -> None:
        raise KeyboardInterrupt

    def cancel(self) -> None:
        self.cancelled = True


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_job_goes_on_where_only_this_machine_shuts_down(
    number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = Job()
    monkeypatch.setattr("pipeline.run._pipeline", lambda *_: job)
    monkeypatch.setattr("pipeline.run.build", lambda *_: None)
    monkeypatch.setattr(INTERRUPTS, "heard", number)
    with pytest.raises(KeyboardInterrupt):
        run_until_stopped(GraphConfig(), ["--runner=PortableRunner"])
    assert job.cancelled == (number == signal.SIGINT)
