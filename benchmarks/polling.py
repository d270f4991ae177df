"""Ten thousand feeds held by one process, and an hour's polls: `python -m benchmarks.polling`.

ReadFeeds on Prism polls feeds on as many addresses of 127/8, which a process of its own serves: ten
entries each, with an ETag, so that all polls but the first are answered by 304. The server tells
when each feed was asked; how late a poll is, is how much longer than the interval it came after
the one before. Memory is that of the Python process (and of Prism, which is another), sampled.

Then as many polls as 1,000 feeds make in an hour, one each 5 minutes, are made in minutes: by 500
feeds of short intervals. Memory should be flat from the time that each was polled twice.
"""

import argparse
import bisect
import contextlib
import itertools
import multiprocessing
import os
import statistics
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import NamedTuple

import apache_beam as beam
import psutil
from aiohttp import web
from apache_beam.options.pipeline_options import PipelineOptions, StandardOptions
from rich.console import Console
from rich.table import Table

from benchmarks.serving import serve_until_killed
from benchmarks.tables import table_with
from deploy.prism.install import ensure_prism
from pipeline.prism import fit_for_prism
from transforms.read_feeds import ReadFeeds
from transforms.web.feed_lists import Feed
from transforms.web.feeds_config import FeedsConfig
from transforms.web.http_config import FetchConfig

_ENTRY = (
    "<item><title>News {0} of a long day in the harbour</title><link>/{0}</link>"
    "<description>What was known of it by noon, and who said so.</description></item>"
)
BODY = (
    "<rss version='2.0'><channel><title>Bench</title>"
    + "".join(_ENTRY.format(number) for number in range(10))
    + "</channel></rss>"
).encode()


HOUR_POLLS = 12_000
HOUR_FEEDS, HOUR_INTERVAL_S = 500, 8.0


class Polls(NamedTuple):
    """What the server saw since it was asked last.

    Attributes:
        polls: requests. feeds: that were asked at least once since the start.
        late_s: how late the polls were, the latest last; of those with one before them.
    """

    polls: int
    feeds: int
    late_s: list[float]


class Sample(NamedTuple):
    """Memory of the Python process and of Prism, in MB, after some seconds, and the polls since."""

    at_s: float
    python_mb: float
    prism_mb: float
    seen: Polls


def serve(interval_s: float, asked: Connection) -> None:
    """Serves feeds on every address of 127/8; answers each message on `asked` with Polls."""
    last: dict[str, float] = {}
    polls = 0
    late_s: list[float] = []

    async def feed(request: web.Request) -> web.Response:
        nonlocal polls
        now, host = time.monotonic(), request.host
        if host in last:
            late_s.append(now - last[host] - interval_s)
        last[host] = now
        polls += 1
        if request.headers.get("If-None-Match") == '"1"':
            return web.Response(status=304, headers={"ETag": '"1"'})
        return web.Response(body=BODY, content_type="application/rss+xml", headers={"ETag": '"1"'})

    def told() -> Polls:
        nonlocal polls, late_s
        seen = Polls(polls, len(last), sorted(late_s))
        polls, late_s = 0, []
        return seen

    serve_until_killed(feed, ["0.0.0.0"], told, asked, keepalive_timeout=1.0)


def prism_flags(prism: str) -> list[str]:
    """Flags for the Prism of this path, with this process for a worker."""
    return ["--runner=PrismRunner", f"--prism_location={prism}", "--environment_type=LOOPBACK"]


def poll(feeds: int, interval_s: float, port: int, prism: str) -> None:
    """Polls until it is killed."""
    hosts = (f"127.{1 + n // 62_500}.{n // 250 % 250}.{1 + n % 250}" for n in range(feeds))
    listed = [Feed(url=f"http://{host}:{port}/rss", source=host) for host in hosts]
    fetch = FetchConfig(allow_networks=("127.0.0.0/8",), host_delay_s=0)
    config = FeedsConfig(min_interval_s=interval_s, max_interval_s=interval_s, fetch=fetch)
    options = PipelineOptions(prism_flags(prism))
    options.view_as(StandardOptions).streaming = True
    pipeline = beam.Pipeline(options=fit_for_prism(options))
    _ = pipeline | ReadFeeds(listed, config, joint_watermark=True)
    pipeline.run().wait_until_finish()


def sampled(
    feeds: int,
    interval_s: float,
    seconds: float,
    every_s: float,
    enough: Callable[[Polls], bool] = lambda _: False,
) -> list[Sample]:
    """Runs server and poller, and looks at them every `every_s` seconds, until it saw `enough`."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    prism = str(ensure_prism())
    server = spawn.Process(target=serve, args=(interval_s, theirs), daemon=True)
    server.start()
    port = ours.recv()
    # No daemon: it has Prism for a child.
    poller = spawn.Process(target=poll, args=(feeds, interval_s, port, prism))
    poller.start()
    process = psutil.Process(poller.pid)
    samples: list[Sample] = []
    started = time.monotonic()
    try:
        while time.monotonic() - started < seconds and poller.is_alive():
            time.sleep(every_s)
            ours.send(None)
            at_s = time.monotonic() - started
            memory = _mb(process), _mb(*process.children(True))
            samples.append(Sample(at_s, *memory, ours.recv()))
            if enough(samples[-1].seen):
                break
    finally:
        with contextlib.suppress(psutil.NoSuchProcess):
            for one in [*process.children(True), process]:
                one.kill()
        server.kill()
    return samples


def _mb(*processes: psutil.Process) -> float:
    return sum(process.memory_info().rss for process in processes) / 2**20


def table_of(samples: list[Sample], feeds: int, interval_s: float) -> Table:
    """A row for each sample."""
    table = Table(title=f"{feeds} feeds, each polled every {interval_s:g} s", title_justify="left")
    for name in ("after, s", "polled", "polls a second", "late, median s", "late, most s"):
        table.add_column(name, justify="right")
    for name in ("Python, MB", "Prism, MB"):
        table.add_column(name, justify="right")
    before_s = 0.0
    for sample in samples:
        seen = sample.seen
        pace = seen.polls / (sample.at_s - before_s)
        late = seen.late_s or [0.0]
        told = f"{statistics.median(late):.2f}", f"{late[-1]:.2f}"
        memory = f"{sample.python_mb:.0f}", f"{sample.prism_mb:.0f}"
        table.add_row(f"{sample.at_s:.0f}", str(seen.feeds), f"{pace:.1f}", *told, *memory)
        before_s = sample.at_s
    load, cores = os.getloadavg()[0], os.cpu_count()
    table.caption = f"load {load:.1f} on {cores} cores"
    return table


def hour_table(samples: list[Sample]) -> Table:
    """Memory at the start, in the middle and at the end of an hour's polls.

    Ends the program where fewer came.
    """
    polls = [sample.seen.polls for sample in samples]
    totals = list(itertools.accumulate(polls))
    begin = bisect.bisect_left(totals, 2 * HOUR_FEEDS)
    end = bisect.bisect_left(totals, totals[begin] + HOUR_POLLS) if begin < len(totals) else begin
    if end == len(totals):
        sys.exit(f"too few polls: {sum(polls)}")
    title = f"An hour of 1,000 feeds: {totals[end] - totals[begin]} polls"
    table = table_with(title, "", "after, s", "polls", "Python, MB", "Prism, MB")
    for name, at in (("start", begin), ("middle", (begin + end) // 2), ("end", end)):
        memory = f"{samples[at].python_mb:.0f}", f"{samples[at].prism_mb:.0f}"
        table.add_row(name, f"{samples[at].at_s:.0f}", str(totals[at]), *memory)
    return table


def main() -> None:
    """Runs the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=10_000, metavar="N")
    parser.add_argument("--interval_s", type=float, default=300.0, metavar="S")
    parser.add_argument("--seconds", type=float, default=900.0, metavar="S")
    parser.add_argument("--every_s", type=float, default=60.0, metavar="S")
    args = parser.parse_args()
    samples = sampled(args.feeds, args.interval_s, args.seconds, args.every_s)
    console = Console(width=120)
    console.print(table_of(samples, args.feeds, args.interval_s))
    # A minute more, to start and for what lies between the samples.
    seconds = 60 + (2 * HOUR_FEEDS + HOUR_POLLS) * HOUR_INTERVAL_S / HOUR_FEEDS
    console.print(hour_table(sampled(HOUR_FEEDS, HOUR_INTERVAL_S, seconds, 10.0)))


if __name__ == "__main__":
    main()
