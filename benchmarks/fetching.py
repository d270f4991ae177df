"""Pages a second from many hosts at once, through FetchPages: `python -m benchmarks.fetching`.

The hosts are addresses of 127/8, served by a process of its own; each answers a page after a
second, and takes one request at a time. Beside it: what one request after the other would give,
and the bound, one page a second for each host. Then once more with hosts that never answer. Seconds
count from the first request that came to the server. With `--live` pages are fetched as in a
stream, on Prism; flags of Beam name another runner.
"""

import argparse
import asyncio
import collections
import datetime as dt
import math
import multiprocessing
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

import apache_beam as beam
from aiohttp import web
from apache_beam.options.pipeline_options import PipelineOptions, StandardOptions
from rich.console import Console

from benchmarks.polling import prism_flags
from benchmarks.serving import serve_until_killed
from benchmarks.tables import table_with
from deploy.prism.install import ensure_prism
from pipeline.prism import fit_for_prism
from schemas.records import Fetched, Item, Origin
from transforms.fetch_pages import FetchPages
from transforms.web.http_config import FetchConfig

AT = dt.datetime(2026, 11, 2, tzinfo=dt.UTC)


class Measured(NamedTuple):
    """When pages came, in seconds since the first request, by host; how many requests failed."""

    arrivals: dict[str, list[float]]
    failed: int


def serve(hosts: list[str], delay_s: float, asked: Connection) -> None:
    """Answers each page after `delay_s`; paths that begin with /dead never.

    Each message on `asked` is answered with the time of the first request since the one before.
    """
    page = b"<html><p>" + b"words " * 5000
    first = math.inf

    async def answer(request: web.Request) -> web.Response:
        nonlocal first
        first = min(first, time.time())
        if request.path == "/robots.txt":
            return web.Response(status=404)
        await asyncio.sleep(3600 if request.path.startswith("/dead") else delay_s)
        return web.Response(body=page, content_type="text/html")

    def told() -> float:
        nonlocal first
        seen, first = first, math.inf
        return seen

    serve_until_killed(answer, hosts, told, asked)


class _NoteFn(beam.DoFn):
    """Writes down when each answer came out of the transform."""

    def __init__(self, path: str) -> None:
        self._path = path

    def process(self, fetched: Fetched) -> None:
        line = f"{time.time()} {fetched.requested_url} {fetched.status}\n"
        with Path(self._path).open("a", encoding="utf-8") as file:
            file.write(line)


def measure(
    items: list[Item], server: Connection, *, live: bool, options: PipelineOptions
) -> Measured:
    """Fetches the pages of `items`; `server` is the other end of what `serve` listens to."""
    config = FetchConfig(
        allow_networks=("127.0.0.0/8",), host_delay_s=0, timeout_s=5, attempts=1, backoff_s=0
    )
    options.view_as(StandardOptions).streaming = live
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "came"
        path.touch()
        with beam.Pipeline(options=fit_for_prism(options)) as pipeline:
            given = pipeline | beam.Create(items, reshuffle=False)
            fetched = given | FetchPages(config, live=live, joint_watermark=live)
            _ = fetched.exchanges | beam.ParDo(_NoteFn(str(path)))
        lines = [line.split() for line in path.read_text("utf-8").splitlines()]
    arrivals: dict[str, list[float]] = collections.defaultdict(list)
    for at, url, status in lines:
        if status == "200":
            arrivals[url.split("/")[2]].append(float(at))
    server.send(None)
    begin = server.recv()
    since = {host: [at - begin for at in times] for host, times in arrivals.items()}
    return Measured(since, sum(status != "200" for *_, status in lines))


def wanted(hosts: list[str], port: int, pages: int, path: str = "page") -> list[Item]:
    """Items of all hosts, one host after the other, as feeds come."""
    urls = [f"http://{host}:{port}/{path}/{page}" for host in hosts for page in range(pages)]
    origin = Origin(source="b", feed="http://b.example/")
    return [Item(key=url, origin=origin, url=url, title="", fetched_at=AT) for url in urls]


def main() -> None:
    """Serves, measures, prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hosts", type=int, default=64)
    parser.add_argument("--pages", type=int, default=20, help="of each host")
    parser.add_argument("--dead", type=int, default=16, help="hosts that never answer")
    parser.add_argument("--live", action="store_true", help="as a stream fetches them")
    args, rest = parser.parse_known_args()
    hosts = [f"127.0.1.{number}" for number in range(1, args.hosts + args.dead + 1)]
    alive, dead = hosts[: args.hosts], hosts[args.hosts :]
    here, there = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(hosts, 1.0, there), daemon=True)
    server.start()
    port = here.recv()
    usual = prism_flags(str(ensure_prism())) if args.live else ["--runner=FnApiRunner"]
    flags = rest or usual
    runner = PipelineOptions(flags).view_as(StandardOptions).runner
    title = f"{args.hosts} hosts, a second a page, {args.pages} pages each, on {runner}"
    table = table_with(title, "", "pages", "seconds", "pages/s", "failed")
    table.add_row("one after the other (bound)", *_row(args.hosts * args.pages, 1.0))
    table.add_row("one a host at a time (bound)", *_row(args.hosts * args.pages, args.hosts))
    for name, more in (("FetchPages", []), (f"  and {args.dead} dead hosts", dead)):
        items = [*wanted(more, port, 3, "dead"), *wanted(alive, port, args.pages)]
        found = measure(items, here, live=args.live, options=PipelineOptions(flags))
        count = sum(map(len, found.arrivals.values()))
        last_s = max(max(times) for times in found.arrivals.values())
        row = (str(count), f"{last_s:.1f}", f"{count / last_s:.1f}", str(found.failed))
        table.add_row(name, *row)
    Console().print(table)
    server.terminate()


def _row(pages: int, pace: float) -> tuple[str, ...]:
    return str(pages), f"{pages / pace:.1f}", f"{pace:.1f}", ""


if __name__ == "__main__":
    main()
