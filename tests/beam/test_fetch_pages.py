"""FetchPages against real servers."""

import concurrent.futures
import contextlib
import dataclasses
import datetime as dt
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import apache_beam as beam
import pytest
from aiohttp import web
from apache_beam.io.watermark_estimators import ManualWatermarkEstimator
from apache_beam.runners.sdf_utils import RestrictionTrackerView, ThreadsafeRestrictionTracker
from apache_beam.testing.test_pipeline import TestPipeline
from apache_beam.transforms.window import TimestampedValue

from schemas.ids import milliseconds
from schemas.records import Fetched, Item, Origin, Outcome, Page
from tests.beam.kept import Kept, keep, load
from tests.web_servers import Site, Slow, Until, site
from transforms.fetch_pages import FetchPages, _FetchBatchFn
from transforms.page_batches import Failed, PageBatch, PagesLeft, PagesLeftTracker, Wanted
from transforms.restrictions import RestrictionCoder
from transforms.web.clock import now
from transforms.web.exchanges import page_or_outcome
from transforms.web.http_config import FetchConfig
from transforms.web.under_way import Answers

AT = dt.datetime(2026, 11, 2, 8, tzinfo=dt.UTC)
LOOPBACK = FetchConfig(allow_networks=("127.0.0.0/8",), host_delay_s=0, backoff_s=0.01)


@pytest.fixture
def served() -> Iterator[Site]:
    with site() as one:
        yield one


def item(
    url: str | None, feed: str = "https://gazette.example/rss", at: dt.datetime = AT, **fields: Any
) -> Item:
    origin = Origin(source="Gazette", feed=feed)
    return Item(key=url or "none", origin=origin, url=url, title="Dam", fetched_at=at, **fields)


def fetch(
    tmp_path: Path, items: Sequence[Item], config: FetchConfig = LOOPBACK, *, live: bool = False
) -> list[Kept]:
    timed_items = [TimestampedValue(one, milliseconds(one.fetched_at) / 1000) for one in items]
    with TestPipeline(runner="FnApiRunner") as pipeline:
        given = pipeline | beam.Create(timed_items)
        timed = given | beam.Map(lambda one: one)
        keep(timed | FetchPages(config, live=live), tmp_path / "kept")
    return list(load(tmp_path / "kept"))


def named(kept: list[Kept], name: str) -> list[Any]:
    return [one.element for one in kept if one.name == name]


@pytest.mark.parametrize("live", [False, True])
def test_every_item_ends_once(served: Site, tmp_path: Path, live: bool) -> None:
    served.text("/robots.txt", "User-agent: *\nDisallow: /closed", "text/plain")
    served.text("/a", "<p>body", "text/html; charset=utf-8")
    served.status("/moved", 301, Location="/a")
    served.text("/pdf", b"%PDF", "application/pdf")
    paths = ["/a", "/moved", "/missing", "/closed", "/pdf"]
    asked = [item(served.url(path)) for path in paths]
    refused = item("http://10.0.0.1/a")
    complete = [item(None, text="whole"), item(served.url("/a2"), html="<p>whole")]
    kept = fetch(tmp_path, [*asked, refused, *complete], live=live)

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


@pytest.mark.parametrize("live", [False, True])
def test_pages_have_the_time_of_their_fetch(served: Site, tmp_path: Path, live: bool) -> None:
    served.text("/a", "<p>body")
    kept = fetch(tmp_path, [item(served.url("/a"))], live=live)
    (page,) = (one for one in kept if one.name == "pages")
    assert page.micros == milliseconds(page.element.fetched_at) * 1000
    assert page.element.fetched_at > AT


@pytest.mark.parametrize("live", [False, True])
def test_hosts_do_not_wait_for_each_other(tmp_path: Path, live: bool) -> None:
    with contextlib.ExitStack() as stack:
        served = [stack.enter_context(site(f"127.0.0.{number}")) for number in range(2, 22)]
        half_asked = Until(lambda: sum(bool(one.paths()) for one in served) >= 10)
        slow = [Slow(0.01, half_asked) for _ in served]
        for one, answer in zip(served, slow, strict=True):
            for path in range(5):
                one.answers[f"/{path}"] = answer
        # All of one host first, then all of the next: as feeds come.
        items = [item(one.url(f"/{path}")) for one in served for path in range(5)]
        kept = fetch(tmp_path, items, live=live)
    assert half_asked.came
    assert len(named(kept, "pages")) == 100
    assert {answer.most for answer in slow} == {1}


@pytest.mark.parametrize("live", [False, True])
def test_a_slow_host_holds_up_nobody(served: Site, tmp_path: Path, live: bool) -> None:
    with site("127.0.0.2") as other:
        quick_asked = Until(lambda: len(other.paths()) == 8)
        for number in range(8):
            served.answers[f"/{number}"] = Slow(0, quick_asked)
            other.text(f"/{number}", "quick")
        items = [item(one.url(f"/{n}")) for one in (served, other) for n in range(8)]
        kept = fetch(tmp_path, items, live=live)
    assert quick_asked.came
    assert len(named(kept, "pages")) == 16


@pytest.mark.parametrize("live", [False, True])
def test_two_of_them_in_one_process_have_their_own_pages(
    served: Site, tmp_path: Path, live: bool
) -> None:
    served.text("/a", "<p>body")
    with TestPipeline(runner="FnApiRunner") as pipeline:
        for desk in ("politics", "sports"):
            named_there = item(served.url("/a"), feed=f"https://gazette.example/{desk}")
            given = pipeline | f"Give{desk}" >> beam.Create([named_there])
            fetched = given | f"Fetch{desk}" >> FetchPages(LOOPBACK, live=live)
            keep(fetched, tmp_path / desk)
    for desk in ("politics", "sports"):
        kept = list(load(tmp_path / desk))
        assert len(named(kept, "pages")) == 1
        assert not named(kept, "outcomes")


def test_what_a_lost_worker_had_asked_for_is_asked_again(served: Site) -> None:
    for path in ("/a", "/b", "/c"):
        served.text(path, "body")
    wanted = tuple(Wanted(item(served.url(path)), 0) for path in ("/a", "/b", "/c"))
    batch = PageBatch(host="127.0.0.1", wanted=wanted)
    first = collected(batch, PagesLeft((0, 1, 2)), claims=1)
    # The first page was given out; the worker and its answers are gone.
    second = collected(batch, PagesLeft((1, 2)), claims=2)
    assert [one.requested_url for one in first + second] == [one.item.url for one in wanted]


def collected(batch: PageBatch, left: PagesLeft, claims: int) -> list[Fetched]:
    """Looks after a batch in a worker of its own, until it gave out so many pages."""
    worker = _FetchBatchFn(LOOPBACK)
    worker.setup()
    out: list[Fetched] = []
    tracker = Counting(left, claims)
    while len(out) < claims:
        out += [one.value for one in worker.process(batch, tracker, ManualWatermarkEstimator(None))]
        time.sleep(0.01)
    worker.teardown()
    return out


class Counting(PagesLeftTracker):
    """Grants some claims, as a runner that takes the rest away; defers nothing."""

    def __init__(self, left: PagesLeft, claims: int) -> None:
        super().__init__(left)
        self._grants = claims

    def try_claim(self, position: int) -> bool:
        if not self._grants or not super().try_claim(position):
            return False
        self._grants -= 1
        return True

    def defer_remainder(self, _: object) -> None:
        self._left = PagesLeft(self._unclaimed())


def test_a_batch_left_in_part() -> None:
    tracker = PagesLeftTracker(PagesLeft((0, 2, 5)))
    assert tracker.try_claim(2) and not tracker.try_claim(3)
    with pytest.raises(ValueError, match="neither"):
        tracker.check_done()
    split = tracker.try_split(0)
    rest = PagesLeft((0, 5))
    assert split == (PagesLeft((2,)), rest)
    assert tracker.check_done() and tracker.try_split(0) is None and not tracker.try_claim(0)
    assert RestrictionCoder().decode(RestrictionCoder().encode(rest)) == rest


def test_a_place_that_failed_stays_with_its_time() -> None:
    tracker = PagesLeftTracker(PagesLeft((0, 2, 5), (Failed(2, 1, 70),)))
    assert tracker.try_claim(0) and tracker.try_claim(Failed(2, 2, 90))
    assert tracker.try_claim(Failed(5, 1, 80)) and not tracker.try_claim(Failed(3, 1, 80))
    rest = PagesLeft((2, 5), (Failed(2, 2, 90), Failed(5, 1, 80)))
    assert tracker.try_split(0) == (PagesLeft((0,)), rest)
    assert not tracker.try_claim(Failed(2, 3, 99))
    assert RestrictionCoder().decode(RestrictionCoder().encode(rest)) == rest
    # As a savepoint has it that is older than this.
    assert RestrictionCoder().decode(b'["pages", [0, 5]]') == PagesLeft((0, 5))


@pytest.mark.parametrize("live", [False, True])
def test_a_page_whose_server_fails_comes_later(served: Site, tmp_path: Path, live: bool) -> None:
    asked = 0

    def answer(_: web.Request) -> web.Response:
        nonlocal asked
        asked += 1
        return web.Response(status=503) if asked < 4 else web.Response(text="<p>body")

    served.answers["/failing"] = answer
    served.text("/a", "<p>body")
    config = dataclasses.replace(LOOPBACK, attempts=1, page_retry_s=0.02)
    items = [item(served.url(path), at=now()) for path in ("/failing", "/a", "/missing")]
    kept = fetch(tmp_path, items, config, live=live)
    pages = {page.key for page in named(kept, "pages")}
    failures = [(one.key, one.passing) for one in named(kept, "outcomes")]
    assert len(named(kept, "exchanges")) == 3
    missing = (served.url("/missing"), False)
    if live:
        assert pages == {served.url("/failing"), served.url("/a")}
        assert failures == [missing]
        assert asked == 4 and served.paths().count("/missing") == 1
    else:
        assert pages == {served.url("/a")}
        assert sorted(failures) == sorted([missing, (served.url("/failing"), True)])


@pytest.mark.parametrize("joint", [False, True])
def test_a_page_that_rests_holds_up_nobody(served: Site, joint: bool) -> None:
    served.status("/failing", 503, Retry_After="600")
    came_ms = milliseconds(now())
    wanted = Wanted(item(served.url("/failing"), at=now()), came_ms * 1000)
    batch = PageBatch(host="127.0.0.1", wanted=(wanted,))
    worker = _FetchBatchFn(dataclasses.replace(LOOPBACK, attempts=1), joint=joint)
    watermark = ManualWatermarkEstimator(None)
    worker.setup()
    try:
        rest, left = None, worker.initial_restriction(batch)
        while not left.failed:
            inner = ThreadsafeRestrictionTracker(worker.create_tracker(left))
            assert not [*worker.process(batch, RestrictionTrackerView(inner), watermark)]
            deferred = inner.deferred_status()
            assert deferred is not None
            left, rest = deferred
            time.sleep(0.01)
    finally:
        worker.teardown()
    ((place, times, due_ms),) = left.failed
    assert (place, times) == (0, 1)
    assert came_ms + 600_000 <= due_ms < milliseconds(now()) + 600_000
    told_ms = watermark.current_watermark().micros // 1000
    # Prism would take a later one for the time of all that is still to come to this step.
    assert came_ms <= told_ms < milliseconds(now()) if joint else told_ms == due_ms
    assert rest is not None and (rest <= 1 if joint else 590 < rest <= 601)


def test_answers_that_nobody_asks_after_are_dropped() -> None:
    now = 0.0
    answers: Answers[int] = Answers(lambda: now)
    works = {name: concurrent.futures.Future[int]() for name in "abc"}
    for name, work in works.items():
        assert answers.collect(name, lambda work=work: work) is None
    works["a"].set_result(1)
    now = 100.0
    assert answers.collect("a", lambda: pytest.fail("was started")) is works["a"]
    assert answers.collect("b", lambda: pytest.fail("was started")) is None
    now = 150.0
    assert answers.collect("b", lambda: pytest.fail("was started")) is None
    assert len(answers) == 1
