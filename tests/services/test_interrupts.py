"""A backfill that is interrupted says so in one line, and goes on when it is started again."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from pipeline.cli import main
from tests.beam.test_backfill_resumed import done, inputs


@pytest.fixture(params=["in-process", "Prism"])
def runner(request: pytest.FixtureRequest) -> tuple[str, ...]:
    if request.param == "in-process":
        return ()
    flags: tuple[str, ...] = request.getfixturevalue("prism_flags")
    return flags


def runs_in(group: int) -> list[int]:
    """The processes of a group that have not ended."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError):
            if os.getpgid(process.pid) == group and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.pid)
    return found


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_line_and_on_it_goes(
    number: int, runner: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    command = ["backfill", str(inputs(tmp_path / "in")), "--output_dir", str(out)]
    command += ["--slice_mb", "0.001", *runner]
    newsbeam = Path(sys.executable).with_name("newsbeam")
    with subprocess.Popen(
        [newsbeam, *command], stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        while not done(out):
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(number)
        _, said = process.communicate(timeout=120)
    assert process.returncode == 128 + number
    until = time.monotonic() + 30
    while runs_in(process.pid):  # its runner goes with it
        assert time.monotonic() < until
        time.sleep(0.05)
    lines = [line for line in said.splitlines() if "Prism" not in line and "prism" not in line]
    assert lines[-1].startswith("newsbeam: interrupted; the same command goes on")
    assert all(line.startswith("slice ") for line in lines[:-1])
    assert main(command) == 0
    assert "of 3 inputs were done by an earlier backfill" in capsys.readouterr().err
    assert done(out) == 3
