"""FetchPages against real servers."""

import asyncio
import datetime as dt
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import apache_beam as beam
import pytest
from aiohttp import web
from apache_beam.testing.test_pipeline import TestPipeline
from apache_beam.transforms.window import TimestampedValue

from schemas.ids import milliseconds
from schemas.records import Fetched, Item, Origin, Outcome, Page
from tests.beam.kept import Kept, keep, load
from tests.web_servers import Site, site
from transforms.fetch_pages import FetchConfig, FetchPages
from transforms.web.exchanges import page_or_outcome

AT = dt.datetime(2026, 11, 2, 8, tzinfo=dt.UTC)
LOOPBACK = FetchConfig(allow_networks=("127.0.0.0/8",), host_delay_s=0, backoff_s=0.01)


@pytest.fixture
def served() -> Iterator[Site]:
    with site() as one:
        yield one


def item(url: str | None, **fields: Any) -> Item:
    origin = Origin(source="Gazette", feed="https://gazette.example/rss")
    return Item(key=url or "none", origin=origin, url=url, title="Dam", fetched_at=AT, **fields)


def fetch(tmp_path: Path, items: Sequence[Item], config: FetchConfig = LOOPBACK) -> list[Kept]:
    at = milliseconds(AT) / 1000
    with TestPipeline(runner="FnApiRunner") as pipeline:
        given = pipeline | beam.Create([TimestampedValue(one, at) for one in items])
        timed = given | beam.Map(lambda one: one)
        keep(timed | FetchPages(config), tmp_path / "kept")
    return list(load(tmp_path / "kept"))


def named(kept: list[Kept], name: str) -> list[Any]:
    return [one.element for one in kept if one.name == name]


def test_every_item_ends_once(served: Site, tmp_path: Path) -> None:
    served.text("/robots.txt", "User-agent: *\nDisallow: /closed", "text/plain")
    served.text("/a", "<p>body", "text/html; charset=utf-8")
    served.status("/moved", 301, Location="/a")
    served.text("/pdf", b"%PDF", "application/pdf")
    paths = ["/a", "/moved", "/missing", "/closed", "/pdf"]
    asked = [item(served.url(path)) for path in paths]
    refused = item("http://10.0.0.1/a")
    complete = [item(None, text="whole"), item(served.url("/a2"), html="<p>whole")]
    kept = fetch(tmp_path, [*asked, refused, *complete])

    assert named(kept, "items") == complete
    pages: list[Page] = named(kept, "pages")
    assert {page.key for page in pages} == {served.url("/a"), served.url("/moved")}
    for page in pages:
        assert (page.url, page.body) == (served.url("/a"), b"<p>body")
        assert page.content_type == "text/html; charset=utf-8"
        assert page.item in asked
    outcomes: list[Outcome] = named(kept, "outcomes")
    assert {one.key.rpartition("/")[2]: (one.outcome, one.reason) for one in outcomes} == {
        "missing": ("fetch_failed", "HTTP 404"),
        "closed": ("not_fetched", "robots.txt"),
        "pdf": ("fetch_failed", "content type application/pdf"),
        "a": ("not_fetched", "10.0.0.1 is no public address (--allow_networks permits some)"),
    }
    exchanges: list[Fetched] = named(kept, "exchanges")
    assert sorted(map(str, (page_or_outcome(one) for one in exchanges))) == sorted(
        map(str, [*pages, *outcomes])
    )


def test_pages_have_the_time_of_their_fetch(served: Site, tmp_path: Path) -> None:
    served.text("/a", "<p>body")
    kept = fetch(tmp_path, [item(served.url("/a"))])
    (page,) = (one for one in kept if one.name == "pages")
    assert page.micros == milliseconds(page.element.fetched_at) * 1000
    assert page.element.fetched_at > AT


def test_hosts_do_not_wait_for_each_other(tmp_path: Path) -> None:
    async def slow(_: web.Request) -> web.StreamResponse:
        await asyncio.sleep(0.5)
        return web.Response(body=b"x", content_type="text/html")

    sites = [site(f"127.0.0.{number}") for number in range(2, 22)]
    served = [one.__enter__() for one in sites]
    for one in served:
        one.answers["/a"] = slow
    try:
        started = time.monotonic()
        kept = fetch(tmp_path, [item(one.url("/a")) for one in served])
        took_s = time.monotonic() - started
    finally:
        for one in sites:
            one.__exit__(None, None, None)
    assert len(named(kept, "pages")) == 20
    assert took_s < 20 * 0.5 / 2
