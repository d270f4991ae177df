"""Servers that lie, dawdle, flood and bomb: each ends in time, in its error, within its memory."""

import asyncio
import dataclasses
import gzip
import tracemalloc

import brotli
import pytest
from backports import zstd

from tests.bad_servers import Talk, bad_server, endless, resets, says
from tests.web_servers import site
from transforms.web.http import Client
from transforms.web.http_config import FetchConfig, FetchFailed, NotFetched, Response

CONFIG = FetchConfig(
    allow_networks=("127.0.0.0/8",),
    host_delay_s=0,
    backoff_s=0.01,
    attempts=1,
    max_bytes=200_000,
)
IMPATIENT = dataclasses.replace(CONFIG, timeout_s=1)
DAWDLES = "no answer within 1 s"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
MEGABYTE = b"\0" * 2**20


def get(url: str, config: FetchConfig = CONFIG) -> Response:
    async def run() -> Response:
        async with Client(config) as client:
            return await client.get(url)

    return asyncio.run(run())


def failure(talk: Talk, config: FetchConfig) -> str:
    """Says how a request to such a server failed; it must fail."""
    with bad_server(talk) as url, pytest.raises(FetchFailed) as raised:
        get(url, config)
    return raised.value.reason


@pytest.mark.parametrize(
    ("talk", "reason"),
    [
        (endless(HEAD + b"\r\n", b"x", pause_s=0.2), DAWDLES),
        (endless(b"HTTP/1.1 200 O", b"K", pause_s=0.2), DAWDLES),
        (endless(b"HTTP/1.1 200 OK\r\n", b"A: b\r\n", pause_s=0.2), DAWDLES),
        (says(b"", pause_s=60), DAWDLES),
        (says(HEAD + b"\r\n", b"x", pause_s=60), DAWDLES),
        (endless(HEAD + b"\r\n", b"x" * 60_000), "more than 200000 bytes"),
        (
            endless(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"4\r\nabcd\r\n" * 9999),
            "more than 200000 bytes",
        ),
        (says(HEAD + b"Content-Length: 100\r\n\r\nabc"), "ClientPayloadError"),
        (says(HEAD + b"Transfer-Encoding: chunked\r\n\r\n9\r\nabc"), "ClientPayloadError"),
        (says(HEAD + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\nabc\r\n"), "ad"),
        (says(HEAD + b"Content-Length: 3\r\n\r\nabcdef"), "bad HTTP"),
        (says(HEAD + b"Content-Length: -7\r\n\r\nabc"), "bad HTTP"),
        (says(HEAD + b"Content-Length: 3\r\nContent-Length: 9\r\n\r\nabc"), "bad HTTP"),
        (resets(HEAD + b"Content-Length: 100\r\n\r\nabc"), "Client"),
        (resets(b""), "Client"),
        (says(b""), "ServerDisconnectedError"),
        (says(b"SSH-2.0-OpenSSH_9.2\r\n"), "bad HTTP"),
        (says(b"\x16\x03\x01\x02\x00\x01\x00" * 99), "bad HTTP"),
        (endless(b"HTTP/1.1 200 OK\r\n", b"A: " + b"b" * 8000 + b"\r\n"), "bad HTTP"),
        (endless(b"HTTP/1.1 200 OK\r\n", b"A: b\r\n" * 1000), "bad HTTP"),
        (says(b"HTTP/1.1 200 OK\r\nA: " + b"b" * 10_000_000 + b"\r\n\r\n"), "bad HTTP"),
        (says(b"HTTP/1.1 200 " + b"b" * 10_000_000 + b"\r\n\r\n"), "bad HTTP"),
        (endless(b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n"), DAWDLES),
    ],
)
def test_servers_that_do_not_behave(talk: Talk, reason: str) -> None:
    assert reason in failure(talk, IMPATIENT if reason == DAWDLES else CONFIG)


ENCODERS = {
    "gzip": gzip.compress,
    "br": lambda data: brotli.compress(data, quality=1),
    "zstd": zstd.compress,
}


@pytest.mark.parametrize("name", ENCODERS)
def test_encodings_are_asked_for_and_undone(name: str) -> None:
    with site() as served:
        served.text("/a", ENCODERS[name](b"plain" * 1000), Content_Encoding=name)
        served.text("/cut", ENCODERS[name](b"plain" * 1000)[:-4], Content_Encoding=name)
        served.text("/no", b"nothing of the kind", Content_Encoding=name)
        assert get(served.url("/a")).body == b"plain" * 1000
        accepted = served.asked[0][2]["Accept-Encoding"]
        assert name in [part.strip() for part in accepted.split(",")]
        with pytest.raises(FetchFailed):
            get(served.url("/no"))


@pytest.mark.parametrize("encoding", ["gzip, gzip", "br,gzip", "compress", "x", "GZIP;q=1"])
def test_encodings_that_nobody_asked_for(encoding: str) -> None:
    with site() as served:
        served.text("/a", gzip.compress(gzip.compress(b"plain")), Content_Encoding=encoding)
        with pytest.raises(FetchFailed, match="content encoding"):
            get(served.url("/a"))


@pytest.mark.parametrize("name", ENCODERS)
def test_bombs_cost_what_the_cap_allows(name: str) -> None:
    bomb = ENCODERS[name](MEGABYTE * 100)
    with site() as served:
        served.text("/a", bomb, Content_Encoding=name)
        tracemalloc.start()
        with pytest.raises(FetchFailed, match="more than 200000 bytes"):
            get(served.url("/a"))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 5 * 2**20


def test_many_bombs_in_one_gzip() -> None:
    with site() as served:
        body = gzip.compress(b"") * 100_000 + gzip.compress(MEGABYTE)
        served.text("/a", body, Content_Encoding="gzip")
        with pytest.raises(FetchFailed):
            get(served.url("/a"))


@pytest.mark.parametrize(
    "target",
    [
        *("file:///etc/passwd", "ftp://example.com/", "gopher://127.0.0.1/", "javascript:alert(1)"),
        *("http://[", "http://a:99999999/", "data:text/html,a", "http://10.0.0.1/"),
        "http://127.0.0.1/" + "a" * 5000,
    ],
)
def test_redirects_to_where_nobody_goes(target: str) -> None:
    head = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: "
    with (
        bad_server(says(head + target.encode() + b"\r\n\r\n")) as url,
        pytest.raises((NotFetched, FetchFailed)) as raised,
    ):
        get(url)
    assert type(raised.value) is NotFetched or "nowhere" in str(raised.value)


def test_circles_of_two_and_chains_without_end() -> None:
    with site() as served:
        served.status("/a", 302, Location="/b")
        served.status("/b", 301, Location="/a")
        with pytest.raises(FetchFailed, match="more than 10 redirects"):
            get(served.url("/a"))
        assert len(served.paths()) == 11
