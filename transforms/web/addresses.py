"""Which addresses may be asked: http and https at public addresses, and networks named on purpose.

A feed is text from strangers; without this guard its links would read the cloud's metadata service
or the intranet. The check stands in the resolver that the connection itself uses, so that the
address checked is the address connected to (no DNS rebinding), and at each redirect.
"""

import ipaddress
import socket
from collections.abc import Sequence
from urllib.parse import urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from transforms.web.urls import MAX_URL_CHARS

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class RefusedAddress(OSError):  # noqa: N818 (an OSError, so that aiohttp hands it through)
    """A URL or address that must not be asked."""


def networks(names: Sequence[str]) -> tuple[Network, ...]:
    """Returns networks in CIDR form.

    Raises:
        ValueError: a name is no network.
    """
    return tuple(ipaddress.ip_network(name) for name in names)


def check_url(url: str, allowed: Sequence[Network]) -> str:
    """Returns the host of a URL that may be asked; names are checked when they are resolved.

    Raises:
        RefusedAddress: another scheme, no host, too long, or an address that is not public.
    """
    if len(url) > MAX_URL_CHARS:
        raise RefusedAddress(f"URL of {len(url)} characters; at most {MAX_URL_CHARS} are taken")
    try:
        parts = urlsplit(url)
        host, _ = (parts.hostname or "").lower(), parts.port
    except ValueError as error:
        raise RefusedAddress(f"{url[:200]!r}: {error}") from error
    if parts.scheme.lower() not in ("http", "https") or not host:
        raise RefusedAddress(f"{url[:200]!r} is no http or https URL")
    literal = _literal(host)
    if literal is not None:
        check_address(literal, allowed)
    return host


def check_address(address: Address, allowed: Sequence[Network]) -> None:
    """Raises `RefusedAddress` unless `address` is public or lies in an allowed network."""
    reached = _embedded(address)
    if any(reached in network for network in allowed):
        return
    if not reached.is_global or reached.is_multicast:
        raise RefusedAddress(f"{address} is no public address (--allow_networks permits some)")


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _embedded(address: Address) -> Address:
    """Returns the IPv4 address that an IPv6 address leads to, else the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else address)


class GuardedResolver(AbstractResolver):
    """Resolves names as the system does, and gives only addresses that may be asked."""

    def __init__(self, allowed: Sequence[Network]) -> None:
        self._allowed = tuple(allowed)
        self._inner = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Returns the permitted addresses of `host`.

        Raises:
            RefusedAddress: it has none.
        """
        found = await self._inner.resolve(host, port, family)
        refusal = RefusedAddress(f"{host} has no address")
        permitted = []
        for result in found:
            try:
                check_address(ipaddress.ip_address(result["host"]), self._allowed)
                permitted.append(result)
            except RefusedAddress as error:
                refusal = RefusedAddress(f"{host}: {error}")
        if not permitted:
            raise refusal
        return permitted

    async def close(self) -> None:
        """Closes the resolver beneath."""
        await self._inner.close()
