"""The graph gives the same documents on every runner, and in a real index as in files."""

import contextlib
import json
import os
import pathlib
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from elasticsearch import Elasticsearch, helpers

from examples.newsroom import NewsSite, serve_newsroom
from tests.newsroom import EXPECTED, NEWS, Documents, backfill, differences, documents, poll
from tests.services.flink_jobs import alive
from transforms.files.lines import compact


class Archived(NamedTuple):
    """A poll of the newsroom: its archive, and what the in-process runner made of it."""

    folder: pathlib.Path
    documents: Documents


@pytest.fixture(scope="module")
def archived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archived]:
    folder = tmp_path_factory.mktemp("archived")
    with serve_newsroom(port=0) as site:
        yield Archived(folder / "archive", poll(site, folder))


def test_prism_gives_the_same_documents(
    archived: Archived, prism_flags: tuple[str, ...], tmp_path: pathlib.Path
) -> None:
    assert not differences(backfill(archived.folder, tmp_path, *prism_flags), archived.documents)


def test_a_run_on_prism_outlives_the_job_server_timeout(
    prism_flags: tuple[str, ...], tmp_path: pathlib.Path
) -> None:
    inputs, out = pathlib.Path("examples/archive"), tmp_path / "out"
    short = ("--job_server_timeout=1", "--max_rejected", "1")
    assert backfill(inputs, out, *prism_flags, *short)["claims"]


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("runner", ["prism", "flink"])
def test_a_stream_gives_the_documents_that_its_archive_gives(
    runner: str,
    request: pytest.FixtureRequest,
    client: Elasticsearch,
    cluster: tuple[str, ...],
    index_prefix: str,
    tmp_path: pathlib.Path,
) -> None:
    flags = [] if runner == "prism" else [*request.getfixturevalue(runner).flags(), *OFTEN]
    flags += cluster
    out = tmp_path / "out"
    with serve_newsroom(port=0) as site, streaming(site, tmp_path, *flags) as process:
        wait_for(process, lambda: len(ids_in(out / "outcomes.jsonl")) == WANTED, 600)
        site.publish_corrections()
        wait_for(process, lambda: len(ids_in(out / "revisions.jsonl")) == CORRECTED, 400)
        wait_for(process, lambda: len(ids_in(out / "outcomes.jsonl")) == WANTED + ADDED, 400)
        wait_for(process, Still(process, out), 600)
    if runner == "flink":
        assert not alive(request.getfixturevalue(runner))
    compact(tmp_path / "out")
    replayed = backfill(tmp_path / "archive", tmp_path / "replayed")
    assert not differences(documents(tmp_path / "out"), replayed)
    assert not differences(everything(client, index_prefix), replayed)


# As many bundles as can be end with a checkpoint.
OFTEN = ("--checkpointing_interval=1000", "--min_pause_between_checkpoints=500")
ADDED = sum(entry["edition"] == "later" for entry in EXPECTED["articles"])
WANTED = len(EXPECTED["articles"]) - ADDED + len(EXPECTED["others"])
CORRECTED = sum("after_corrections" in entry for entry in EXPECTED["articles"])


@contextlib.contextmanager
def streaming(
    site: NewsSite, folder: pathlib.Path, *flags: str
) -> Iterator[subprocess.Popen[bytes]]:
    """Runs `newsbeam stream` until the block ends."""
    (folder / "feeds.opml").write_text(site.opml, encoding="utf-8")
    command = [
        *(pathlib.Path(sys.executable).with_name("newsbeam"), "stream"),
        *("--feeds", folder / "feeds.opml", "--min_interval_s", "3", "--max_interval_s", "3"),
        *("--output_dir", folder / "out", "--archive_dir", folder / "archive"),
        *("--allow_networks", "127.0.0.0/8", "--host_delay_s", "0", *flags),
    ]
    process = subprocess.Popen([str(part) for part in command])
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def wait_for(
    process: subprocess.Popen[bytes], condition: Callable[[], bool], timeout_s: float
) -> None:
    """Waits until `condition` holds."""
    end = time.monotonic() + timeout_s
    while not condition():
        assert process.poll() is None, "the stream ended by itself"
        assert time.monotonic() < end, f"not within {timeout_s} s"
        time.sleep(1)


class Still:
    """Whether a stream has had nothing to do for half a minute but to poll its feeds.

    A slow model may be at one bundle for longer, and writes nothing meanwhile; polls go on.
    """

    def __init__(self, process: subprocess.Popen[bytes], folder: pathlib.Path) -> None:
        self._pid = process.pid
        self._files = [folder / f"{family}.jsonl" for family in ("claims", "stances", "stories")]
        self._used: list[tuple[float, float]] = []

    def __call__(self) -> bool:
        """Says so; to be asked each second."""
        now = time.time()
        self._used.append((now, cpu_s(self._pid)))
        before = [used for at, used in self._used if at < now - _STILL_S]
        if not before or not all(file.exists() for file in self._files):
            return False
        written = max(file.stat().st_mtime for file in self._files)
        return now - written > _STILL_S and self._used[-1][1] - before[-1] < _STILL_S / 3


_STILL_S = 30.0


def cpu_s(pid: int) -> float:
    """CPU seconds that a process has used, by all of its threads."""
    fields = (
        pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    )
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def ids_in(path: pathlib.Path) -> set[str]:
    """The ids of a file that is being written; a line may be half there."""
    lines = path.read_text(encoding="utf-8").split("\n")[:-1] if path.exists() else []
    return {json.loads(line)["_id"] for line in lines}


def everything(client: Elasticsearch, prefix: str) -> Documents:
    """What the index holds, in the form of the files."""
    client.indices.refresh(index=f"{prefix}-*")
    return {family: indexed(client, f"{prefix}-{family}") for family in NEWS}


def indexed(client: Elasticsearch, alias: str) -> dict[str, dict[str, Any]]:
    """The documents of an index, in the form of the files; none where nothing was written."""
    hits = helpers.scan(client, index=alias, query={"version": True}, ignore_unavailable=True)
    return {h["_id"]: {"_id": h["_id"], "_version": h["_version"], **h["_source"]} for h in hits}
