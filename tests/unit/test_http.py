"""The client against real servers: what it takes, what it refuses, and how long it waits."""

import asyncio
import datetime as dt
import gzip
import ipaddress
import pickle
import socket
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from itertools import pairwise
from typing import Any

import pytest
from aiohttp import web

from tests.bad_servers import bad_server, says
from tests.web_servers import Site, Slow, Until, site
from transforms.web import robots
from transforms.web.addresses import RefusedAddress, check_address, check_url
from transforms.web.fetching import acquire, release
from transforms.web.hosts import HostRests, Hosts
from transforms.web.http import Client
from transforms.web.http_config import FetchConfig, FetchFailed, NotFetched, Response
from transforms.web.robots import Robots

LOOPBACK = FetchConfig(
    allow_networks=("127.0.0.0/8",), host_delay_s=0, backoff_s=0.01, contact="me@x.org"
)


@pytest.fixture
def served() -> Iterator[Site]:
    with site() as one:
        yield one


def using(config: FetchConfig, work: Callable[[Client], Coroutine[Any, Any, Any]]) -> Any:
    async def run() -> Any:
        async with Client(config) as client:
            return await work(client)

    return asyncio.run(run())


def get(url: str, config: FetchConfig = LOOPBACK, **how: Any) -> Response:
    return using(config, lambda client: client.get(url, **how))


def changed(**fields: Any) -> FetchConfig:
    return FetchConfig(
        **{name: getattr(LOOPBACK, name) for name in LOOPBACK.__slots__ if name not in fields},
        **fields,
    )


def test_a_page(served: Site) -> None:
    served.text("/a", "<p>ä", "text/html; charset=utf-8", ETag='"1"')
    response = get(served.url("/a"), headers={"If-None-Match": '"0"'})
    assert (response.status, response.body, response.moved_url) == (200, "<p>ä".encode(), "")
    assert dict(response.headers)["Etag"] == '"1"'
    assert response.fetched_at.microsecond % 1000 == 0
    headers = served.asked[0][2]
    assert headers["User-Agent"] == "Newsbeam/0.1 (+me@x.org)"
    assert headers["If-None-Match"] == '"0"'


def test_not_modified_has_no_body(served: Site) -> None:
    served.status("/a", 304)
    assert (get(served.url("/a")).status, get(served.url("/a")).body) == (304, b"")


@pytest.mark.parametrize("status", [404, 410, 403, 500])
def test_lasting_statuses_are_not_tried_again(served: Site, status: int) -> None:
    served.status("/a", status)
    with pytest.raises(FetchFailed) as raised:
        get(served.url("/a"))
    assert (raised.value.reason, raised.value.status) == (f"HTTP {status}", status)
    assert len(served.asked) == 1


def test_passing_failures_are_tried_again(served: Site) -> None:
    answers = iter([503, 502, 200])
    served.answers["/a"] = lambda _: web.Response(status=next(answers))
    assert get(served.url("/a")).status == 200
    assert len(served.asked) == 3


def test_retry_after_is_waited_for(served: Site) -> None:
    answers = iter([web.Response(status=429, headers={"Retry-After": "1"}), web.Response()])
    served.answers["/a"] = lambda _: next(answers)
    started = time.monotonic()
    assert get(served.url("/a")).status == 200
    assert time.monotonic() - started > 0.9


def test_a_long_retry_after_is_handed_on(served: Site) -> None:
    served.status("/a", 503, Retry_After="3600")
    with pytest.raises(FetchFailed) as raised:
        get(served.url("/a"))
    assert raised.value.retry_after_s == 3600
    assert len(served.asked) == 1


def test_redirects_are_followed_and_permanent_ones_told(served: Site) -> None:
    served.status("/a", 301, Location="/b")
    served.status("/b", 308, Location=served.url("/c"))
    served.status("/c", 302, Location="/d#part")
    served.text("/d", "there")
    response = get(served.url("/a"))
    assert (response.requested_url, response.url) == (served.url("/a"), served.url("/d"))
    assert (response.moved_url, response.body) == (served.url("/c"), b"there")


def test_a_circle_of_redirects_ends(served: Site) -> None:
    served.status("/a", 302, Location="/a")
    with pytest.raises(FetchFailed, match="more than 10 redirects"):
        get(served.url("/a"))


def test_a_redirect_in_another_encoding_goes_where_it_says() -> None:
    moved = b"HTTP/1.1 302 Found\r\nLocation: /caf\xe9/a\r\nContent-Length: 0\r\n\r\n"
    with bad_server(says(moved)) as url, pytest.raises(FetchFailed, match="redirects") as raised:
        get(url)
    assert raised.value.url.endswith("/caf%E9/a")


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "http://10.0.0.1/", "http://[::1]/", "http://169.254.169.254/"]
)
def test_redirects_do_not_pass_the_guard(served: Site, target: str) -> None:
    served.status("/a", 302, Location=target)
    with pytest.raises(NotFetched):
        get(served.url("/a"))


@pytest.mark.parametrize(
    "url",
    [
        *("ftp://example.com/", "file:///etc/passwd", "http:///a", "http://127.0.0.1/"),
        *("http://localhost/", "http://127.1/", "http://2130706433/", "http://0x7f000001/"),
        *("http://[::ffff:127.0.0.1]/", "http://[64:ff9b::7f00:1]/", "http://0.0.0.0/"),
        *("http://100.64.0.1/", "http://224.0.0.1/", "http://192.168.1.1:80/", "http://a:b/"),
        *("http://168.63.129.16/", "http://[::ffff:168.63.129.16]/"),
    ],
)
def test_refused_addresses(url: str) -> None:
    with pytest.raises(NotFetched):
        get(url, FetchConfig(attempts=1))


def test_public_addresses_pass_the_guard() -> None:
    assert check_url("https://Example.com/a", ()) == "example.com"
    check_address(ipaddress.ip_address("93.184.216.34"), ())
    with pytest.raises(RefusedAddress):
        check_address(ipaddress.ip_address("2002:7f00:1::"), ())


def test_too_large_also_after_decompression(served: Site) -> None:
    served.text("/a", b"x" * 100_001)
    bomb = gzip.compress(b"\0" * 50_000_000)
    served.text("/b", bomb, Content_Encoding="gzip")
    for path in ("/a", "/b"):
        with pytest.raises(FetchFailed, match="more than 100000 bytes"):
            get(served.url(path), changed(max_bytes=100_000))


def test_compressed_bodies_are_decoded(served: Site) -> None:
    served.text("/a", gzip.compress(b"plain"), Content_Encoding="gzip")
    served.text("/b", b"no gzip at all", Content_Encoding="gzip")
    assert get(served.url("/a")).body == b"plain"
    with pytest.raises(FetchFailed):
        get(served.url("/b"))


def test_content_types(served: Site) -> None:
    served.text("/a", b"%PDF", "application/pdf")
    with pytest.raises(FetchFailed, match="content type application/pdf"):
        get(served.url("/a"), content_types=("text/html",))


async def drip(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    for _ in range(100):
        await response.write(b"x")
        await asyncio.sleep(0.1)
    return response


def test_a_dripping_server_is_cut_off(served: Site) -> None:
    served.answers["/a"] = drip
    with pytest.raises(FetchFailed, match=r"no answer within 0\.3 s"):
        get(served.url("/a"), changed(timeout_s=0.3, attempts=1))


def test_a_dead_host_rests(served: Site) -> None:
    served.answers["/a"] = drip

    async def work(client: Client) -> list[str]:
        tasks = (client.get(served.url("/a")) for _ in range(4))
        return [str(e) for e in await asyncio.gather(*tasks, return_exceptions=True)]

    reasons = using(changed(timeout_s=0.1, attempts=3), work)
    assert len(served.asked) <= 4
    assert any("left alone" in reason for reason in reasons)


def test_robots(served: Site) -> None:
    served.text("/robots.txt", "User-agent: newsbeam\nDisallow: /private", "text/plain")
    served.text("/open", "yes")
    served.text("/private/a", "no")

    async def work(client: Client) -> list[Any]:
        urls = [served.url(path) for path in ("/open", "/private/a", "/open")]
        tasks = (client.get(url, robots=True) for url in urls)
        return await asyncio.gather(*tasks, return_exceptions=True)

    first, second, third = using(LOOPBACK, work)
    assert (first.body, third.body) == (b"yes", b"yes")
    assert (type(second), second.reason) == (NotFetched, "robots.txt")
    assert [path for _, path, _ in served.asked].count("/robots.txt") == 1
    assert get(served.url("/private/a")).body == b"no"


def test_a_byte_order_mark_hides_no_rule(served: Site) -> None:
    served.text("/robots.txt", b"\xef\xbb\xbfUser-agent: *\nDisallow: /private", "text/plain")
    with pytest.raises(NotFetched, match=r"robots\.txt"):
        get(served.url("/private/a"), robots=True)


def test_rules_of_sites_that_write_much_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(robots, "_MAX_HELD_BYTES", 2_000)
    asked = []

    async def ask(url: str) -> Response:
        asked.append(url.removesuffix(".example/robots.txt"))
        body = b"User-agent: *\nDisallow: /" + b"a" * (1_200 if "long" in url else 200)
        now = dt.datetime.now(dt.UTC)
        return Response(
            requested_url=url,
            url=url,
            moved_url="",
            status=200,
            headers=(),
            body=body,
            fetched_at=now,
        )

    async def work() -> None:
        rules = Robots(LOOPBACK, ask, time.monotonic)
        for name in ("short", "long-1", "short", "long-2", "long-2", "long-1", "short"):
            await rules.rules(f"https://{name}.example/a")

    asyncio.run(work())
    order = ("short", "long-1", "long-2", "long-1", "short")
    assert asked == [f"https://{name}" for name in order]


def test_a_failing_robots_closes_the_site(served: Site) -> None:
    served.status("/robots.txt", 500)
    served.text("/a", "page")
    with pytest.raises(FetchFailed, match=r"robots\.txt: HTTP 500"):
        get(served.url("/a"), robots=True)


@pytest.mark.parametrize("status", [500, 302])
def test_a_page_that_robots_withholds_has_a_time_of_its_own(served: Site, status: int) -> None:
    served.status("/robots.txt", status, Location="ftp://a.example/robots.txt")

    async def work(client: Client) -> list[Any]:
        urls = [served.url(path) for path in ("/a", "/b")]
        return [
            (await asyncio.gather(client.get(url, robots=True), return_exceptions=True))[0]
            for url in urls
        ]

    first, second = using(LOOPBACK, work)
    assert (type(first), first.reason) == (type(second), second.reason)
    assert first.reason.startswith("robots.txt: ")
    assert second.at > first.at


def test_one_at_a_time_for_a_host_and_hosts_do_not_wait_for_each_other(served: Site) -> None:
    with site("127.0.0.2") as other:
        sites = (served, other)
        both_asked = Until(lambda: all(one.asked for one in sites))
        slow = [Slow(0.05, both_asked) for _ in sites]
        for one, answer in zip(sites, slow, strict=True):
            one.answers["/a"] = answer

        async def work(client: Client) -> None:
            urls = [one.url("/a") for one in sites for _ in range(3)]
            await asyncio.gather(*(client.get(url) for url in urls))

        using(changed(host_delay_s=0.1), work)
    assert both_asked.came
    assert [answer.most for answer in slow] == [1, 1]
    for one in sites:
        times = [at for at, _, _ in one.asked]
        assert len(times) == 3
        assert all(after - before >= 0.1 for before, after in pairwise(times))


def test_a_turn_keeps_the_longer_pause() -> None:
    slept: list[float] = []
    now = 0.0

    async def sleep(seconds: float) -> None:
        nonlocal now
        slept.append(seconds)
        now += seconds

    async def work() -> None:
        hosts = Hosts(1.0, lambda: now, sleep)
        for delay_s in (0.0, 5.0, 0.0):
            async with hosts.turn("a", delay_s):
                pass
        hosts.hold("a", 30.0)
        async with hosts.turn("a"):
            pass

    asyncio.run(work())
    assert slept == [1.0, 5.0, 30.0]


def test_errors_travel() -> None:
    at = dt.datetime(2026, 11, 2, tzinfo=dt.UTC)
    failed = pickle.loads(pickle.dumps(FetchFailed("HTTP 404", "http://x/", at, 404)))
    assert (failed.reason, failed.status) == ("HTTP 404", 404)


def test_a_config_without_sense() -> None:
    with pytest.raises(ValueError, match="caps"):
        FetchConfig(timeout_s=0)
    with pytest.raises(ValueError, match="nonsense"):
        FetchConfig(allow_networks=("nonsense",))


def test_a_process_shares_one_client(served: Site) -> None:
    served.text("/a", "shared")
    first, second = acquire(LOOPBACK), acquire(changed())
    assert first is second
    release(first)
    assert second.submit(second.client.get(served.url("/a"))).result().body == b"shared"
    release(second)
    third = acquire(LOOPBACK)
    assert third is not first
    release(third)


def test_hosts_at_rest_refuse_at_once_and_come_back() -> None:
    now = 0.0

    async def sleep(seconds: float) -> None:
        raise AssertionError(f"waited {seconds} s")

    async def work() -> None:
        nonlocal now
        hosts = Hosts(0.0, lambda: now, sleep)
        for _ in range(3):
            hosts.failed("a")
        with pytest.raises(HostRests, match="a gave no answer 3 times"):
            async with hosts.turn("a"):
                pass
        async with hosts.turn("b"):
            now += 121
        async with hosts.turn("a"):
            pass

    asyncio.run(work())


def test_a_crawl_delay_is_kept(served: Site) -> None:
    served.text("/robots.txt", "User-agent: *\nCrawl-delay: 0.5", "text/plain")
    for path in ("/a", "/b", "/c"):
        served.text(path, "x")

    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await asyncio.sleep(seconds)

    async def work() -> None:
        urls = [served.url(path) for path in ("/a", "/b", "/c")]
        async with Client(LOOPBACK, sleep=sleep) as client:
            await asyncio.gather(*(client.get(url, robots=True) for url in urls))

    asyncio.run(work())
    times = [at for at, path, _ in served.asked if path != "/robots.txt"]
    assert len(times) == 3
    assert all(after - before >= 0.5 for before, after in pairwise(times))
    assert max(slept) <= 0.5


def test_dead_name_servers_hold_up_nobody(served: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()
    real = socket.getaddrinfo

    def resolve(host: str, *rest: Any, **named: Any) -> Any:
        if str(host).endswith(".example"):
            released.wait(60)
            raise socket.gaierror("no answer")
        return real(host, *rest, **named)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    served.text("/a", "quick")
    fetcher = acquire(changed(attempts=1))
    dead = [fetcher.submit(fetcher.client.get(f"http://h{n}.example/")) for n in range(40)]
    url = served.url("/a").replace("127.0.0.1", "localhost")
    assert fetcher.submit(fetcher.client.get(url)).result().body == b"quick"
    released.set()
    assert all(isinstance(one.exception(), FetchFailed) for one in dead)
    release(fetcher)
