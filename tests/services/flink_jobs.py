"""What a Flink cluster says of its jobs."""

import json
import urllib.request
from typing import Any

from deploy.flink.start import Endpoints


def answer(url: str, body: dict[str, Any] | None = None) -> Any:
    """What the REST API answers, asked with a body or without."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.load(response)


def alive(flink: Endpoints) -> list[str]:
    """The ids of the jobs that run, or will again."""
    jobs = answer(f"{flink.rest_url}/jobs")["jobs"]
    return [job["id"] for job in jobs if job["status"] in {"RUNNING", "RESTARTING"}]


def checkpoints(flink: Endpoints, what: str) -> int:
    """How many checkpoints of the jobs alive are `completed`, or `restored`."""
    told = (answer(f"{flink.rest_url}/jobs/{job}/checkpoints")["counts"] for job in alive(flink))
    return sum(counts[what] for counts in told)
