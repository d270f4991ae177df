"""Pages that two feeds name, against a real server."""

import asyncio
import dataclasses
import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from schemas.records import Fetched, Item, Origin
from tests.web_servers import Site, site
from transforms.web import recent_pages
from transforms.web.exchanges import REPEATED
from transforms.web.http import Client
from transforms.web.http_config import FetchConfig
from transforms.web.recent_pages import RecentPages

AT = dt.datetime(2026, 11, 2, 8, tzinfo=dt.UTC)
LOOPBACK = FetchConfig(allow_networks=("127.0.0.0/8",), host_delay_s=0, attempts=1)


@pytest.fixture
def served() -> Iterator[Site]:
    with site() as one:
        one.text("/dam", "<p>held")
        one.text("/robots.txt", "", "text/plain")
        yield one


def item(served: Site, feed: str, path: str = "/dam", **fields: Any) -> Item:
    url = served.url(path)
    origin = Origin(source=feed, feed=f"https://{feed}.example/rss")
    return Item(key=url, origin=origin, url=url, title="Dam", fetched_at=AT, **fields)


class At:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.time = AT

    def __call__(self) -> dt.datetime:
        return self.time


def ask(rounds: list[list[Item]], pause: dt.timedelta = dt.timedelta()) -> list[Fetched]:
    """Asks for the items of a round at the same time, with a pause before the next round."""

    async def run() -> list[Fetched]:
        clock, answers = At(), list[Fetched]()
        pages = RecentPages(clock)
        async with Client(LOOPBACK, now=clock) as client:
            for items in rounds:
                answers += await asyncio.gather(*(pages.ask(client, one) for one in items))
                clock.time += pause
        return answers

    return asyncio.run(run())


def asked(served: Site) -> int:
    return sum(path != "/robots.txt" for _, path, _ in served.asked)


@pytest.mark.parametrize("together", [True, False])
def test_two_feeds_one_request(served: Site, together: bool) -> None:
    first, second = item(served, "front"), item(served, "city")
    rounds = [[first, second]] if together else [[first], [second]]
    page, repeated = ask(rounds)
    assert asked(served) == 1
    assert (page.status, page.item, page.error) == (200, first, "")
    assert repeated.item == second
    assert repeated.error.startswith(REPEATED) and "https://front.example/rss" in repeated.error


def test_a_feed_that_names_it_again_has_seen_a_change(served: Site) -> None:
    front, city = item(served, "front"), item(served, "city")
    answers = ask([[front], [city], [city]])
    assert [one.status for one in answers] == [200, 0, 200]


def test_a_later_time_than_the_page_s_is_a_change(served: Site) -> None:
    later = item(served, "city", published_at=AT + dt.timedelta(seconds=1))
    assert [one.status for one in ask([[item(served, "front")], [later]])] == [200, 200]


def test_after_a_quarter_of_an_hour_it_is_fetched_anew(served: Site) -> None:
    rounds = [[item(served, "front")], [item(served, "city")]]
    assert [one.status for one in ask(rounds, dt.timedelta(minutes=16))] == [200, 200]


def test_beyond_the_cap_the_one_asked_for_longest_ago_is_fetched_anew(
    served: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recent_pages, "_MOST", 1)
    served.text("/weir", "<p>held")
    front = [item(served, "front"), item(served, "front", "/weir")]
    city = [item(served, "city", "/weir"), item(served, "city")]
    answers = ask([[one] for one in (*front, *city)])
    assert [one.status for one in answers] == [200, 200, 0, 200]


def test_a_page_that_did_not_come_is_asked_for_again(served: Site) -> None:
    rounds = [[item(served, "front", "/missing"), item(served, "city", "/missing")]]
    assert [one.status for one in ask(rounds)] == [404, 404]
    assert asked(served) == 2


def test_what_files_name_is_not_shared(served: Site) -> None:
    named = item(served, "front")
    filed = dataclasses.replace(named, origin=Origin(source="front", file="a.jsonl", position="1"))
    assert [one.status for one in ask([[named], [filed]])] == [200, 200]
