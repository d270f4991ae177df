"""A backfill that is interrupted says so in one line, and goes on when it is started again."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.cli import main
from tests.beam.test_backfill_resumed import done, inputs


@pytest.fixture(params=["in-process", "Prism"])
def runner(request: pytest.FixtureRequest) -> tuple[str, ...]:
    if request.param == "in-process":
        return ()
    prism = request.getfixturevalue("prism")
    return ("--runner=PrismRunner", f"--prism_location={prism}", "--environment_type=LOOPBACK")


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
    with pytest.raises(ProcessLookupError):  # its runner has gone with it
        os.killpg(process.pid, 0)
    lines = [line for line in said.splitlines() if "Prism" not in line and "prism" not in line]
    assert lines[-1].startswith("newsbeam: interrupted; the same command goes on")
    assert all(line.startswith("slice ") for line in lines[:-1])
    assert main(command) == 0
    assert "of 3 inputs were done by an earlier backfill" in capsys.readouterr().err
    assert done(out) == 3
