"""A stream that is killed at random times and started again ends with the undisturbed index."""

import contextlib
import itertools
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from elasticsearch import ApiError, Elasticsearch

from tests.beam.test_backfill_resumed import records
from tests.feeds_of_texts import publish
from tests.newsroom import Documents, backfill, differences
from tests.services.test_runners import everything
from tests.web_servers import Site, site

# Long enough to stand without a page; copies among them.
TEXTS = [record for record in records() if len(record["text"]) > 700]
CORRECTED = TEXTS[0] | {"text": TEXTS[0]["text"] + "\n\nNobody was hurt, police said on Friday."}
KILLS = 4
# A feed's article says where it came from, and a file's.
PLACES = ("key", "feed", "file", "position", "published_from")


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_killed_at_random_times_it_ends_as_if_undisturbed(
    seed: int,
    prism: pathlib.Path,
    client: Elasticsearch,
    cluster: tuple[str, ...],
    index_prefix: str,
    tmp_path: pathlib.Path,
) -> None:
    times = random.Random(seed)
    with site() as served:
        command = ["stream", "--feeds", *[served.url(f"/{n}.rss") for n in range(len(TEXTS))]]
        command += ["--min_interval_s", "1", "--max_interval_s", "1", "--host_delay_s", "0"]
        command += ["--allow_networks", "127.0.0.0/8", "--state_dir", str(tmp_path / "state")]
        command += cluster
        todo = iter([*enumerate(TEXTS), (0, CORRECTED)])
        for number in range(len(TEXTS)):
            publish(served, number, None)
        for _ in range(KILLS):
            with running(command) as process:
                wait_for_poll(served, process)
                # Some of the news while it runs, and some shortly before it is killed.
                for number, text in itertools.islice(todo, times.randrange(1, 4)):
                    publish(served, number, text)
                    time.sleep(times.uniform(0, 6))
        for number, text in todo:
            publish(served, number, text)
        with running(command):
            found = settled(client, index_prefix, len(TEXTS))
        assert not unfinished(client, index_prefix)
        assert found["stances"] and found["revisions"] and reprints(found)
        wanted = backfill(texts_of(found, tmp_path / "texts.jsonl"), tmp_path / "undisturbed")
        assert not differences(placeless(found), placeless(wanted))


@contextlib.contextmanager
def running(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """Runs `newsbeam`; at the end it and its runner are killed with SIGKILL."""
    newsbeam = pathlib.Path(sys.executable).with_name("newsbeam")
    with subprocess.Popen([newsbeam, *command], start_new_session=True) as process:
        try:
            yield process
            assert process.poll() is None, "it ended by itself"
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait_for_poll(served: Site, process: subprocess.Popen[bytes]) -> None:
    """Until each feed was polled by a process that has just begun."""
    before = len(served.asked)
    end = time.monotonic() + 120
    while len(served.asked) < before + len(TEXTS):
        assert process.poll() is None, "it ended by itself"
        assert time.monotonic() < end, "nothing was polled"
        time.sleep(0.05)


def settled(client: Elasticsearch, prefix: str, articles: int) -> Documents:
    """The index once each article has ended, and nothing has changed for a while."""
    end = time.monotonic() + 400
    before: Documents = {}
    while time.monotonic() < end:
        time.sleep(20)
        with contextlib.suppress(ApiError):  # an index that has just been made
            found = everything(client, prefix)
            if len(found["outcomes"]) == articles and found["revisions"] and found == before:
                return found
            before = found
    raise AssertionError(f"not settled: { {name: len(some) for name, some in before.items()} }")


def unfinished(client: Elasticsearch, prefix: str) -> int:
    return int(client.count(index=f"{prefix}-articles", q="unfinished:true")["count"])


def reprints(found: Documents) -> list[str]:
    return [name for name, one in found["articles"].items() if "reprint_of" in one]


def texts_of(found: Documents, path: pathlib.Path) -> pathlib.Path:
    """All texts of the index as a file, each with the time at which it was fetched at last."""
    urls = {name: article["url"] for name, article in found["articles"].items()}
    former = [{**r, "url": urls[r["article_id"]]} for r in found["revisions"].values()]
    texts = [
        {
            "url": one["url"],
            "source": one["source"],
            "title": one["title"],
            "text": one["body"],
            "fetched_at": one.get("seen_at") or one["fetched_at"],
        }
        for one in [*found["articles"].values(), *former]
    ]
    path.write_text("\n".join(map(json.dumps, texts)) + "\n", encoding="utf-8")
    return path


def placeless(found: Documents) -> Documents:
    """The documents without where they came from; an outcome is that of its article."""
    return {
        family: {
            one.get("article_id", name) if family == "outcomes" else name: {
                field: value
                for field, value in one.items()
                if field not in PLACES and not (family == "outcomes" and field == "_id")
            }
            for name, one in sorted(documents.items(), key=lambda pair: pair[1]["_version"])
        }
        for family, documents in found.items()
        if family in {"articles", "revisions", "claims", "stances", "stories", "outcomes"}
    } | {"rejected": {}}
