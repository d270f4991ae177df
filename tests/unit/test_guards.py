"""No spelling, name, redirect or proxy leads the client to an address that is not public."""

import asyncio
import ipaddress
import socket
from typing import Any

import pytest

from tests.web_servers import site
from transforms.web.addresses import GuardedResolver, RefusedAddress, check_address
from transforms.web.http import Client
from transforms.web.http_config import FetchConfig, FetchFailed, NotFetched, Response

NOWHERE = FetchConfig(attempts=1, host_delay_s=0)
ONE = FetchConfig(attempts=1, host_delay_s=0, allow_networks=("127.0.0.2/32",))


def get(url: str, config: FetchConfig = NOWHERE) -> Response:
    async def run() -> Response:
        async with Client(config) as client:
            return await client.get(url)

    return asyncio.run(run())


SPELLINGS = [
    *("127.0.0.1", "127.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001"),
    *("127.0.0.1.", "127.255.255.254", "0.0.0.0", "0", "１２７.0.0.1", "127。0。0。1", "ⓛocalhost"),
    *(
        "[::1]",
        "[::]",
        "[0:0:0:0:0:0:0:1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
    ),
    *("[::ffff:0:127.0.0.1]", "[64:ff9b::127.0.0.1]", "[64:ff9b:1::127.0.0.1]", "[2002:7f00:1::]"),
    *("[fe80::1]", "[fe80::1%25lo]", "[fe80::1%lo]", "[::1%25lo]", "[fec0::1]", "[fd00::1]"),
    *("[ff02::1]", "[fd00:ec2::254]", "169.254.169.254", "100.100.100.200", "192.168.0.1"),
    *("10.0.0.1", "172.16.0.1", "100.64.0.1", "192.0.0.192", "198.18.0.1", "224.0.0.1"),
    *("255.255.255.255", "user:secret@127.0.0.1", "example.com@127.0.0.1", "localhost"),
]


@pytest.mark.parametrize("host", SPELLINGS)
def test_spellings_of_addresses_that_are_not_public(host: str) -> None:
    with pytest.raises(NotFetched):
        get(f"http://{host}/")


@pytest.mark.parametrize("host", SPELLINGS[:3] + SPELLINGS[11:14])
def test_a_server_behind_any_spelling_is_not_asked(host: str) -> None:
    with site() as served:
        served.text("/a", "inside")
        port = served.url("").rpartition(":")[2]
        with pytest.raises(NotFetched):
            get(f"http://{host}:{port}/a")
        with site("127.0.0.2") as first:
            first.status("/a", 302, Location=f"http://{host}:{port}/a")
            with pytest.raises(NotFetched):
                get(first.url("/a"), ONE)
            first.status("/b", 301, Location="/a")
            with pytest.raises(NotFetched):
                get(first.url("/b"), ONE)
        assert served.asked == []


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "2600::", "2001:4860:4860::8888", "64:ff9b::5db8:d822"]
)
def test_public_addresses(address: str) -> None:
    check_address(ipaddress.ip_address(address), ())


def test_of_a_name_s_addresses_only_public_ones_are_given(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80))
        for address in ("127.0.0.1", "93.184.216.34", "10.0.0.1")
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)

    async def resolved(name: str) -> list[str]:
        return [one["host"] for one in await GuardedResolver(()).resolve(name, 80)]

    assert asyncio.run(resolved("mixed.example")) == ["93.184.216.34"]
    found[:] = found[:1]
    with pytest.raises(RefusedAddress, match=r"mixed\.example: 127\.0\.0\.1 is no public address"):
        asyncio.run(resolved("mixed.example"))


def test_a_name_that_changes_after_the_check_leads_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """The socket is the last to be asked: also where the resolver's answer was another."""

    async def rebound(_: GuardedResolver, host: str, port: int = 0, family: Any = 0) -> list[Any]:
        return [
            {
                "hostname": host,
                "host": "127.0.0.1",
                "port": port,
                "family": socket.AF_INET,
                "proto": 0,
                "flags": 0,
            }
        ]

    monkeypatch.setattr(GuardedResolver, "resolve", rebound)
    with site() as served:
        port = served.url("").rpartition(":")[2]
        with pytest.raises(NotFetched, match=r"127\.0\.0\.1 is no public address"):
            get(f"http://rebound.example:{port}/a")
        assert served.asked == []


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"])
def test_proxies_in_the_environment_are_not_asked(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with site() as proxy, site("127.0.0.2") as served:
        monkeypatch.setenv(name, proxy.url(""))
        served.text("/a", "page")
        assert get(served.url("/a"), ONE).body == b"page"
        assert proxy.asked == []


def test_a_dead_name_is_a_failure_and_not_a_refusal() -> None:
    with pytest.raises(FetchFailed, match="name not resolved"):
        get("http://nothing.invalid/")
