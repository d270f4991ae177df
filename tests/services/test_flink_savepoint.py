"""A stream on Flink, stopped with a savepoint and started from it, as an upgrade is."""

import pathlib
import time

import pytest

from deploy.flink.start import Endpoints
from examples.newsroom import serve_newsroom
from tests.newsroom import backfill, differences, documents
from tests.services.flink_jobs import alive, answer
from tests.services.test_runners import (
    ADDED,
    CORRECTED,
    WANTED,
    Still,
    ids_in,
    streaming,
    wait_for,
)
from transforms.files.lines import compact


@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_stream_goes_on_from_its_savepoint(flink: Endpoints, tmp_path: pathlib.Path) -> None:
    out, flags = tmp_path / "out", flink.flags()
    with serve_newsroom(port=0) as site:
        with streaming(site, tmp_path, *flags) as process:
            wait_for(process, lambda: len(ids_in(out / "outcomes.jsonl")) > WANTED // 2, 240)
            [job] = alive(flink)
            savepoint = stopped_with_savepoint(flink, job)
            assert process.wait(60) == 0
        site.publish_corrections()
        with streaming(site, tmp_path, *flags, f"--savepoint_path={savepoint}") as process:
            wait_for(process, lambda: len(ids_in(out / "revisions.jsonl")) == CORRECTED, 240)
            wait_for(process, lambda: len(ids_in(out / "outcomes.jsonl")) == WANTED + ADDED, 240)
            wait_for(process, Still(process, out), 400)
            [job] = alive(flink)
            restored = answer(f"{flink.rest_url}/jobs/{job}/checkpoints")["latest"]
            assert restored["restored"]["is_savepoint"]
    compact(out)
    assert not differences(documents(out), backfill(tmp_path / "archive", tmp_path / "replayed"))


def stopped_with_savepoint(flink: Endpoints, job: str) -> str:
    """Does what `flink stop JOB` does; returns where the savepoint lies."""
    asked = answer(f"{flink.rest_url}/jobs/{job}/stop", {"drain": False})["request-id"]
    while True:
        said = answer(f"{flink.rest_url}/jobs/{job}/savepoints/{asked}")
        if said["status"]["id"] == "COMPLETED":
            return str(said["operation"]["location"])
        time.sleep(0.5)
