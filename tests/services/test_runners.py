"""The graph gives the same documents on every runner, and in a real index as in files."""

import contextlib
import json
import pathlib
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest
from elasticsearch import Elasticsearch, helpers

from examples.newsroom import NewsSite, serve_newsroom
from pipeline.cli import main
from schemas.documents import FAMILIES
from tests.newsroom import EXPECTED, Documents, backfill, documents, news, poll, rounded
from transforms.write_to_files import compact


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
    archived: Archived, prism: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    flags = ("--runner=PrismRunner", f"--prism_location={prism}", "--environment_type=LOOPBACK")
    assert news(backfill(archived.folder, tmp_path, *flags)) == news(archived.documents)


@pytest.mark.timeout(400)
@pytest.mark.parametrize("runner", ["prism", "flink"])
def test_a_stream_gives_the_documents_that_its_archive_gives(
    runner: str, request: pytest.FixtureRequest, tmp_path: pathlib.Path
) -> None:
    flags = () if runner == "prism" else request.getfixturevalue(runner).flags()
    with serve_newsroom(port=0) as site, streaming(site, tmp_path, *flags) as process:
        wait_for(lambda: outcomes(tmp_path / "out") == WANTED, process, 240)
        site.publish_corrections()
        wait_for(lambda: revisions(tmp_path / "out") == CORRECTED, process, 120)
    compact(tmp_path / "out")
    lived = news(documents(tmp_path / "out"))
    assert lived == news(backfill(tmp_path / "archive", tmp_path / "replayed"))


WANTED = len(EXPECTED["articles"]) + len(EXPECTED["others"])
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
    condition: Callable[[], bool], process: subprocess.Popen[bytes], timeout_s: float
) -> None:
    """Waits until `condition` holds, twice five seconds apart, so that what is late shows."""
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        assert process.poll() is None, "the stream ended by itself"
        if condition():
            time.sleep(5)
            if condition():
                return
        time.sleep(1)
    raise AssertionError(f"not within {timeout_s} s")


def outcomes(folder: pathlib.Path) -> int:
    """How many URLs have an outcome."""
    return len(ids_in(folder / "outcomes.jsonl"))


def revisions(folder: pathlib.Path) -> int:
    """How many texts were replaced."""
    return len(ids_in(folder / "revisions.jsonl"))


def ids_in(path: pathlib.Path) -> set[str]:
    """The ids of a file that is being written; a line may be half there."""
    lines = path.read_text(encoding="utf-8").split("\n")[:-1] if path.exists() else []
    return {json.loads(line)["_id"] for line in lines}


def test_elasticsearch_holds_the_same_documents(
    archived: Archived, elasticsearch_url: str, client: Elasticsearch, index_prefix: str
) -> None:
    cluster = ("--elasticsearch_url", elasticsearch_url, "--index_prefix", index_prefix)
    assert main(["setup", *cluster]) == 0
    for _ in range(2):  # the second run changes nothing
        assert main(["backfill", str(archived.folder), *cluster]) == 0
        client.indices.refresh(index=f"{index_prefix}-*")
        for family, wanted in news(archived.documents).items():
            assert family in FAMILIES
            hits = helpers.scan(client, index=f"{index_prefix}-{family}", version=True)
            found = {
                hit["_id"]: rounded(
                    {"_id": hit["_id"], "_version": hit["_version"], **hit["_source"]}
                )
                for hit in hits
            }
            assert found == wanted, family
