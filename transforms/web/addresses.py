"""Which addresses may be asked: http and https at public addresses, and networks named on purpose.

A feed is text from strangers; without this guard its links would read the cloud's metadata service
or the intranet. The check stands in the resolver that the connection itself uses and once more
where its socket is made, so that the address checked is the address connected to (no DNS
rebinding), and at each redirect. URLs are taken apart by yarl, as aiohttp does: it makes 127.0.0.1
of full-width digits, where urllib sees a name.
"""

import ipaddress
import socket
from collections.abc import Callable, Sequence
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from transforms.web.urls import MAX_URL_CHARS

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
# IPv6 addresses that end in an IPv4 address, to which they lead: RFC 6052, 4291, 2765.
_ENDS_IN_IPV4 = tuple(map(ipaddress.IPv6Network, ("64:ff9b::/96", "::/96", "::ffff:0:0:0/96")))
# Not for the public either, though `ipaddress` takes them for it: RFC 8215, 3879, 9602, 6890, and
# the address at which Azure gives its machines their settings and certificates.
_NOT_PUBLIC = tuple(
    map(
        ipaddress.ip_network,
        ("64:ff9b:1::/48", "fec0::/10", "5f00::/16", "192.0.0.0/24", "168.63.129.16/32"),
    )
)


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
        parts = URL(url)
        host = (parts.host or "").lower()
    except (ValueError, TypeError) as error:
        raise RefusedAddress(f"{url[:200]!r}: {error}"[:300]) from error
    if parts.scheme not in ("http", "https") or not host:
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
    public = reached.is_global and not reached.is_multicast
    if not public or any(reached in network for network in _NOT_PUBLIC):
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
    if int(address) > 1 and any(address in network for network in _ENDS_IN_IPV4):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else address)


def guarded_sockets(allowed: Sequence[Network]) -> Callable[[Any], socket.socket]:
    """Returns what makes aiohttp's sockets, and none to an address that must not be asked."""

    def made(info: tuple[int, int, int, str, tuple[Any, ...]]) -> socket.socket:
        family, kind, protocol, _, address = info
        check_address(ipaddress.ip_address(address[0]), allowed)
        return socket.socket(family, kind, protocol)

    return made


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
