"""A stream on Flink, killed at random times, ends with the undisturbed index.

Killed are the TaskManager, and the Python process that runs the stages' code.
"""

import contextlib
import functools
import os
import pathlib
import random
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from deploy.flink.start import Endpoints, kill_task_manager
from deploy.processes import free_ports
from examples.newsroom import serve_newsroom
from tests.newsroom import Documents, mixed_stories, poll, stories_by_name
from tests.services.flink_jobs import checkpoints
from tests.services.test_runners import (
    ADDED,
    CORRECTED,
    WANTED,
    everything,
    ids_in,
    streaming,
    wait_for,
)

KILLS = 3
SEED = random.SystemRandom().randrange(1_000_000)


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("victim", ["task manager", "python worker"])
def test_what_is_killed_changes_nothing(
    victim: str,
    flink: Endpoints,
    client: Elasticsearch,
    cluster: tuple[str, ...],
    index_prefix: str,
    tmp_path: pathlib.Path,
) -> None:
    sys.stderr.write(f"seed {SEED}\n")
    pauses = random.Random(SEED)
    flags, out = [*cluster], tmp_path / "out"
    with contextlib.ExitStack() as stack:
        kill: Callable[[], None] = kill_task_manager
        flags += flink.flags()
        if victim == "python worker":
            pool, own = stack.enter_context(workers())
            kill = functools.partial(kill_children, pool)
            flags += own
        site = stack.enter_context(serve_newsroom(port=0))
        process = stack.enter_context(streaming(site, tmp_path, *flags))
        wait_for(process, lambda: checkpoints(flink, "completed") > 0, 240)
        for number in range(KILLS):
            if number == 1:
                site.publish_corrections()
            time.sleep(pauses.uniform(2, 25))
            kill()
            before = checkpoints(flink, "completed")
            wait_for(process, lambda before=before: checkpoints(flink, "completed") > before, 240)
        wait_for(process, lambda: len(ids_in(out / "outcomes.jsonl")) == WANTED + ADDED, 240)
        wait_for(process, lambda: len(ids_in(out / "revisions.jsonl")) >= CORRECTED, 120)
        wait_for(process, lambda: settled(client, index_prefix), 240)
        undisturbed = tmp_path / "undisturbed"
        undisturbed.mkdir()
        wanted = poll(site, undisturbed)
        found = everything(client, index_prefix)
        assert shape(found) == shape(wanted)
        assert not mixed_stories(stories_by_name(found, site))
    assert not disagreements(found)


@contextlib.contextmanager
def workers() -> Iterator[tuple[int, list[str]]]:
    """A pool of Python workers, each a process of its own: its id, and the flags that name it."""
    [port] = free_ports(1)
    python = pathlib.Path(sys.executable)
    command = [python, "-m", "apache_beam.runners.worker.worker_pool_main"]
    # It calls for `python`.
    path = {**os.environ, "PATH": f"{python.parent}:{os.environ['PATH']}"}
    with subprocess.Popen([*command, f"--service_port={port}"], env=path) as pool:
        try:
            flags = ["--environment_type=EXTERNAL", f"--environment_config=localhost:{port}"]
            yield pool.pid, flags
        finally:
            kill_children(pool.pid)
            pool.kill()


def kill_children(parent: int) -> None:
    """Kills the processes that a process has started, with SIGKILL."""
    for task in pathlib.Path(f"/proc/{parent}/task").iterdir():
        for child in (task / "children").read_text(encoding="ascii").split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(child), signal.SIGKILL)


def settled(client: Elasticsearch, prefix: str) -> bool:
    """Whether the index stays as it is for longer than from one checkpoint to the next."""
    before = everything(client, prefix)
    time.sleep(40)
    return everything(client, prefix) == before


def shape(found: Documents) -> dict[str, Any]:
    """What does not depend on the order of fetching, which is another in each run.

    Which of two copies is the original does, and whether a story is found in one piece.
    """
    articles = found["articles"].values()
    return {
        "texts": {(a["key"], a["title"], a["body"]) for a in articles},
        "reprints": sum("reprint_of" in a for a in articles),
        "endings": len(found["outcomes"]),
    }


def disagreements(found: Documents) -> list[str]:
    """Where what an index says of one thing in two places is not the same."""
    said: dict[tuple[str, str], set[str]] = defaultdict(set)
    for stance in found["stances"].values():
        if stance["current"] and not stance["uncertain"]:
            own = found["claims"][stance["claim_id"]]["source"]
            if (stance["label"], stance["source"]) != ("supports", own):
                said[stance["claim_id"], stance["label"]].add(stance["source"])
    labels = {"supporting": "supports", "denying": "denies", "discussing": "discusses"}
    wrong = [
        f"claim {name}: {claim[counted]} {counted}, and {said[name, label]}"
        for name, claim in found["claims"].items()
        for counted, label in labels.items()
        if claim[counted] != len(said[name, label])
    ]
    stories = {a["article_id"]: a["story_id"] for a in found["articles"].values()}
    wrong += [
        f"claim {name} is in another story than its article"
        for name, claim in found["claims"].items()
        if stories[claim["article_id"]] != claim["story_id"]
    ]
    return wrong
