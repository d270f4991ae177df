"""What a job on Prism needs of the machine that it is started on."""

import errno
import os
from pathlib import Path

import pytest
from apache_beam.options.pipeline_options import PipelineOptions, PrismRunnerOptions
from apache_beam.runners.portability.prism_runner import PrismJobServer

from pipeline.prism import fit_for_prism, reach_own_machine


@pytest.fixture
def prism(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Prism on a disk that cannot be written to."""
    program = tmp_path / "prism"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)

    def refuse(*_: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(os, "chmod", refuse)
    monkeypatch.setenv("NEWSBEAM_PRISM", str(program))
    return program


def test_the_prism_of_the_environment_is_taken_where_the_runner_is_named(prism: Path) -> None:
    options = fit_for_prism(PipelineOptions(["--runner=PrismRunner"]))
    assert options.view_as(PrismRunnerOptions).prism_location == str(prism)


def test_one_that_a_flag_names_goes_first(prism: Path, tmp_path: Path) -> None:
    flags = ["--runner=PrismRunner", f"--prism_location={tmp_path / 'own'}"]
    options = fit_for_prism(PipelineOptions(flags))
    assert options.view_as(PrismRunnerOptions).prism_location == str(tmp_path / "own")


def test_it_is_started_from_a_disk_that_cannot_be_written_to(prism: Path) -> None:
    options = fit_for_prism(PipelineOptions(["--runner=PrismRunner"]))
    command, _ = PrismJobServer(options).subprocess_cmd_and_endpoint()
    assert command[0] == str(prism)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, {"no_proxy": "localhost,127.0.0.1"}),
        ({"no_proxy": "corp.example"}, {"no_proxy": "corp.example,localhost,127.0.0.1"}),
        ({"no_proxy": "*"}, {"no_proxy": "*", "no_grpc_proxy": "localhost,127.0.0.1"}),
        (
            {"no_proxy": "*", "no_grpc_proxy": "*"},
            {"no_proxy": "*", "no_grpc_proxy": "*,localhost,127.0.0.1"},
        ),
        (
            {"NO_PROXY": "corp.example"},
            {"NO_PROXY": "corp.example", "no_proxy": "corp.example,localhost,127.0.0.1"},
        ),
        (
            {"no_grpc_proxy": "a.example"},
            {
                "no_grpc_proxy": "a.example,localhost,127.0.0.1",
                "no_proxy": "localhost,127.0.0.1",
            },
        ),
    ],
)
def test_this_machine_is_asked_directly(before: dict[str, str], after: dict[str, str]) -> None:
    reach_own_machine(before)
    assert before == after
    reach_own_machine(before)
    assert before == after
