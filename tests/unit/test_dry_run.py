"""The processes of a dry run."""

import os
import re
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from pipeline.dry_run import Plan, plan_of, print_plan
from schemas.records import OutcomeName
from tests.file_samples import NOW
from transforms.files.memory import FolderMemoryConfig
from transforms.inputs.content import InputFile
from transforms.inputs.parts import Part
from transforms.read_files import FileConfig


def plan(folder: Path) -> Plan:
    files = [InputFile(path=str(folder / name), modified_at=NOW) for name in "abc"]
    parts = [Part(file=file, size=0) for file in files]
    memory = FolderMemoryConfig(str(folder / "none"))
    return plan_of(parts, FileConfig(now=NOW), memory, fetches=False, done=0)


def test_no_more_processes_read_than_there_are_cores_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(*_: object) -> Iterator[object]:
        (tmp_path / str(os.getpid())).touch()
        return iter(())

    monkeypatch.setattr("pipeline.dry_run.records_in", read)
    monkeypatch.setattr("pipeline.dry_run.usable_cores", lambda: 1)
    assert plan(tmp_path).inputs == 3
    assert len(list(tmp_path.iterdir())) == 1


@pytest.fixture
def pythons_interrupt() -> Iterator[None]:
    """Python's own handler: that of a command which other tests ran here silences the log."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("pythons_interrupt")
def test_an_interrupt_does_not_wait_for_what_is_being_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(*_: object) -> Iterator[object]:
        (tmp_path / "begun").touch()
        time.sleep(300)
        return iter(())

    def interrupt() -> None:
        while not (tmp_path / "begun").exists():
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr("pipeline.dry_run.records_in", read)
    interrupting = threading.Thread(target=interrupt)
    interrupting.start()
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        plan(tmp_path)
    interrupting.join()
    assert time.monotonic() - began < 200


@pytest.mark.parametrize("outcome", sorted({*get_args(OutcomeName), "fetch"} - {"reprint"}))
def test_every_end_that_is_planned_is_printed(
    outcome: str, capsys: pytest.CaptureFixture[str]
) -> None:
    print_plan(Plan(counts={outcome: 7}, errors={}, examples={}, inputs=1, done=0))
    assert re.search(r"^would .* 7$", capsys.readouterr().out, re.MULTILINE)


def test_what_a_file_is_called_steers_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    examples = {"NotJson": "a\x1b[2J\x9bm.jsonl, line 1: no JSON"}
    told = Plan(counts={"rejected": 1}, errors={"NotJson": 1}, examples=examples, inputs=1, done=0)
    print_plan(told)
    assert "  NotJson: 1, e.g. a [2J m.jsonl, line 1: no JSON\n" in capsys.readouterr().out
