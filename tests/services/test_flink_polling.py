"""Hundreds of feeds on Flink, each polled at its own time, also through a TaskManager's death."""

import itertools
import statistics
import sys
import time
from collections.abc import Callable, Iterator

import apache_beam as beam
import pytest
from apache_beam.options.pipeline_options import PipelineOptions, StandardOptions

from deploy.flink.start import Endpoints, kill_task_manager
from pipeline.flink_jobs import cancel_job
from tests.services.flink_jobs import checkpoints
from tests.web_servers import Site
from transforms.read_feeds import ReadFeeds
from transforms.web.feed_lists import Feed
from transforms.web.feeds_config import FeedsConfig
from transforms.web.http_config import FetchConfig

FEEDS, INTERVAL_S = 300, 10.0
RSS = (
    "<rss version='2.0'><channel><title>G</title><item><title>A bridge is closed</title>"
    "<link>https://gazette.example/bridge</link></item></channel></rss>"
)


class Outlets(Site):
    """One server for all hosts of 127/8, each of which is a feed; it never answers 304."""

    def __init__(self) -> None:
        super().__init__("0.0.0.0")
        self.text("/rss", RSS, "application/rss+xml", ETag='"1"')

    def feeds(self) -> list[Feed]:
        port = self.url("").rpartition(":")[2]
        hosts = (f"127.9.{n // 250}.{1 + n % 250}" for n in range(FEEDS))
        return [Feed(url=f"http://{host}:{port}/rss", source=host) for host in hosts]

    def polls(self, since: float = 0.0) -> dict[str, list[tuple[float, bool]]]:
        """Time of each poll since then, and whether it was of a feed that knows its last body."""
        polls: dict[str, list[tuple[float, bool]]] = {}
        for at, _, headers in list(self.asked):
            if at > since:
                knows = "If-None-Match" in headers
                polls.setdefault(headers["Host"], []).append((at, knows))
        return polls


@pytest.fixture
def outlets() -> Iterator[Outlets]:
    with Outlets() as served:
        yield served


def wait_for(condition: Callable[[], bool], timeout_s: float = 300) -> None:
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end, f"not within {timeout_s} s"
        time.sleep(0.5)


def all_polled(outlets: Outlets, times: int, since: float = 0.0) -> bool:
    polls = outlets.polls(since)
    return len(polls) == FEEDS and min(map(len, polls.values())) >= times


def gaps(outlets: Outlets, since: float) -> list[float]:
    """Returns how far apart each feed's polls since then were, all feeds' together, sorted."""
    polls = outlets.polls(since).values()
    pairs = (pair for one in polls for pair in itertools.pairwise(at for at, _ in one))
    return sorted(later - earlier for earlier, later in pairs)


def told(name: str, found: list[float]) -> None:
    late = [gap - INTERVAL_S for gap in found]
    sys.stderr.write(
        f"{name}: {len(late)} polls, late by {statistics.median(late):.2f} s in the median, "
        f"{late[int(len(late) * 0.99)]:.2f} s of 99 %, {late[-1]:.2f} s at most\n"
    )


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_each_feed_keeps_its_times_through_the_death_of_a_task_manager(
    flink: Endpoints, outlets: Outlets
) -> None:
    fetch = FetchConfig(allow_networks=("127.0.0.0/8",), host_delay_s=0)
    config = FeedsConfig(min_interval_s=INTERVAL_S, max_interval_s=INTERVAL_S, fetch=fetch)
    options = PipelineOptions([*flink.flags(), "--job_name=polling"])
    options.view_as(StandardOptions).streaming = True
    pipeline = beam.Pipeline(options=options)
    _ = pipeline | ReadFeeds(outlets.feeds(), config)
    pipeline.run()
    try:
        wait_for(lambda: all_polled(outlets, 2))
        begun = time.monotonic()
        wait_for(lambda: all_polled(outlets, 4, begun) and checkpoints(flink, "completed") > 0)
        undisturbed = gaps(outlets, begun)
        told("undisturbed", undisturbed)
        assert undisturbed[0] > INTERVAL_S - 0.5, "a feed was asked before its time"

        kill_task_manager()
        killed = time.monotonic()
        # Until Flink misses it, and a moment longer, what the process has planned is still asked.
        wait_for(lambda: checkpoints(flink, "restored") > 0)
        restored = time.monotonic()
        wait_for(lambda: all_polled(outlets, 4, restored))
        told("after the kill", gaps(outlets, restored))
        assert gaps(outlets, restored)[0] > INTERVAL_S - 0.5, "a feed was asked before its time"
        since = outlets.polls(killed)
        assert all(knows for one in since.values() for _, knows in one), "poll state was lost"
        sys.stderr.write(f"longest silence: {longest_silence(outlets, begun):.1f} s\n")
    finally:
        cancel_job(flink.rest_url, "polling")


def longest_silence(outlets: Outlets, since: float) -> float:
    """Returns the longest time in which no feed was asked."""
    times = sorted(at for one in outlets.polls(since).values() for at, _ in one)
    return max(later - earlier for earlier, later in itertools.pairwise(times))
