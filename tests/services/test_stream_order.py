"""A stream on Prism takes articles in the order of their times, whichever come to hand first."""

import asyncio
import contextlib
import itertools
import json
import multiprocessing
import pathlib
import time
from collections.abc import Iterator, Sequence
from typing import Any

import apache_beam as beam
import psutil
import pytest
from aiohttp import web
from apache_beam.options.pipeline_options import PipelineOptions, StandardOptions

from benchmarks.polling import prism_flags
from pipeline.prism import fit_for_prism
from schemas.ids import milliseconds
from schemas.records import Item, Page
from tests.web_servers import Site, site
from transforms.fetch_pages import FetchPages
from transforms.in_order import InOrderFn, Kept, Order
from transforms.read_feeds import ReadFeeds
from transforms.web.feed_lists import Feed
from transforms.web.feeds_config import FeedsConfig
from transforms.web.http_config import FetchConfig

HOSTS, POLLS = 10, 10
FULL_TEXT = " ".join(f"word{number}" for number in range(200))


class _TakenFn(InOrderFn[Item | Page], stage="Taken"):
    """Writes the times of what is taken, a line each time."""

    def __init__(self, order: Order, path: pathlib.Path) -> None:
        super().__init__(order)
        self._path = path

    def rank(self, element: Item | Page) -> tuple[Any, ...]:
        return (element.fetched_at, element.key)

    def take(self, key: str, elements: list[Item | Page], kept: Kept) -> Iterator[Any]:
        line = json.dumps([milliseconds(element.fetched_at) for element in elements])
        with self._path.open("a", encoding="ascii") as file:
            file.write(f"{line}\n")
        return iter(())


def stream(feeds: Sequence[str], path: pathlib.Path, prism: pathlib.Path) -> None:
    """Polls, and fetches pages, until it is killed."""
    fetch = FetchConfig(
        allow_networks=("127.0.0.0/8",),
        host_delay_s=0,
        obey_robots=False,
        attempts=1,
        page_retry_s=1,
    )
    config = FeedsConfig(min_interval_s=2, max_interval_s=2, fetch=fetch)
    options = PipelineOptions(prism_flags(str(prism)))
    options.view_as(StandardOptions).streaming = True
    pipeline = beam.Pipeline(options=fit_for_prism(options))
    listed = [Feed(url=url, source=url) for url in feeds]
    read = pipeline | ReadFeeds(listed, config, joint_watermark=True)
    fetched = read.items | FetchPages(fetch, live=True, joint_watermark=True)
    _ = (
        (fetched.items, fetched.pages)
        | beam.Flatten()
        | beam.Map(lambda one: ("all", one))
        | beam.ParDo(_TakenFn(Order(release_s=0.1), path))
    )
    pipeline.run().wait_until_finish()


def publish(outlet: Site, *, pages: bool) -> None:
    """Lets a site have one more article at each poll: its text on a page, or in the feed.

    Each fourth page fails when it is first asked for, the second one always.
    """
    numbers = itertools.count()
    failed: set[str] = set()

    def feed(_: web.Request) -> web.Response:
        url = outlet.url(f"/{next(numbers)}")
        item = {"id": url, "url": url, "title": "News"}
        item |= {} if pages else {"content_text": FULL_TEXT}
        body = {"version": "https://jsonfeed.org/version/1.1", "title": "News", "items": [item]}
        return web.Response(text=json.dumps(body), content_type="application/feed+json")

    async def page(request: web.Request) -> web.Response:
        number = int(request.path[1:])
        if number == 1 or (number % 4 == 2 and request.path not in failed):
            failed.add(request.path)
            return web.Response(status=503)
        await asyncio.sleep(number % 4 * 0.3)
        return web.Response(text=f"<html><p>{FULL_TEXT}</p></html>", content_type="text/html")

    outlet.answers["/feed"] = feed
    outlet.answers |= {f"/{number}": page for number in range(100 * POLLS)}


@pytest.fixture
def outlets() -> Iterator[list[Site]]:
    with contextlib.ExitStack() as stack:
        served = [stack.enter_context(site(f"127.0.0.{2 + host}")) for host in range(HOSTS)]
        for at, outlet in enumerate(served):
            publish(outlet, pages=at % 2 == 0)
        yield served


def test_nothing_is_taken_after_what_is_newer(
    outlets: list[Site], prism: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    path = tmp_path / "taken"
    path.touch()
    feeds = [outlet.url("/feed") for outlet in outlets]
    # No daemon: it has Prism for a child.
    streaming = multiprocessing.get_context("spawn").Process(
        target=stream, args=(feeds, path, prism)
    )
    streaming.start()
    process = psutil.Process(streaming.pid)
    end = time.monotonic() + 300
    try:
        while len(taken := times_in(path)) < HOSTS * POLLS:
            assert streaming.is_alive() and time.monotonic() < end
            time.sleep(0.5)
    finally:
        for one in [*process.children(True), process]:
            one.kill()
        streaming.join()
    assert taken == sorted(taken)
    # Of the pages that failed the first ones have come.
    assert all(outlet.paths().count("/2") == 2 for outlet in outlets[::2])
    assert all(outlet.paths().count("/1") > 2 for outlet in outlets[::2])


def times_in(path: pathlib.Path) -> list[int]:
    """The times of all that was taken, in that order; the last line may be half there."""
    lines = path.read_text(encoding="ascii").split("\n")[:-1]
    return [at for line in lines for at in json.loads(line)]
