"""Which job on Flink is cancelled, and what is said where none is."""

import json

import pytest

from pipeline.flink_jobs import CancelError, cancel_job
from tests.web_servers import site


def test_no_job_is_cancelled_that_may_be_another() -> None:
    ended = {"jid": "a", "name": "news", "state": "FINISHED"}
    other = {"jid": "b", "name": "old", "state": "RUNNING"}
    twins = [{"jid": jid, "name": "twin", "state": "RESTARTING"} for jid in "cd"]
    with site() as flink:
        jobs = json.dumps({"jobs": [ended, other, *twins]})
        flink.text("/jobs/overview", jobs, "application/json")
        for name, running in (("news", 0), ("twin", 2)):
            with pytest.raises(CancelError, match=f"{running} jobs of this name"):
                cancel_job(flink.url("/"), name)
        assert flink.paths() == ["/jobs/overview"] * 2


def test_what_is_no_flink_is_told() -> None:
    with site() as other:
        other.text("/jobs/overview", "{}", "application/json")
        with pytest.raises(CancelError, match="gives no answer"):
            cancel_job(other.url(""), "news")
    with pytest.raises(CancelError, match=":1 gives no answer"):
        cancel_job("127.0.0.1:1", "news")
