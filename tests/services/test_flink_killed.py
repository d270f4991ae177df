"""A stream on Flink whose TaskManager is killed at random times ends with the undisturbed index."""

import json
import pathlib
import random
import sys
import time
import urllib.request
from collections import defaultdict
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from deploy.flink.start import Endpoints, kill_task_manager
from examples.newsroom import serve_newsroom
from tests.newsroom import Documents, mixed_stories, poll, stories_by_name
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
def test_a_killed_task_manager_changes_nothing(
    flink: Endpoints,
    elasticsearch_url: str,
    client: Elasticsearch,
    index_prefix: str,
    tmp_path: pathlib.Path,
) -> None:
    sys.stderr.write(f"seed {SEED}\n")
    pauses = random.Random(SEED)
    flags = [*flink.flags(), "--elasticsearch_url", elasticsearch_url]
    flags += ["--index_prefix", index_prefix]
    out = tmp_path / "out"
    with serve_newsroom(port=0) as site, streaming(site, tmp_path, *flags) as process:
        wait_for(process, lambda: checkpoints(flink) > 0, 240)
        for number in range(KILLS):
            if number == 1:
                site.publish_corrections()
            time.sleep(pauses.uniform(2, 25))
            kill_task_manager()
            before = checkpoints(flink)
            wait_for(process, lambda before=before: checkpoints(flink) > before, 240)
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


def checkpoints(flink: Endpoints) -> int:
    """How many checkpoints the cluster's running jobs have completed."""
    done = 0
    for job in answer(f"{flink.rest_url}/jobs")["jobs"]:
        if job["status"] in {"RUNNING", "RESTARTING"}:
            done += answer(f"{flink.rest_url}/jobs/{job['id']}/checkpoints")["counts"]["completed"]
    return done


def answer(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=10) as response:
        return json.load(response)


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
