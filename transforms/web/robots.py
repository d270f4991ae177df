"""robots.txt (RFC 9309), read once a day for each host."""

import asyncio
import dataclasses
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from protego import Protego

from transforms.web.http_config import FetchConfig, FetchFailed, NotFetched, Response

_AGENT = "Newsbeam"
_MAX_BYTES = 500 * 1024
_KEPT_S = 86_400.0
_FAILURE_KEPT_S = 120.0
_MAX_SITES = 10_000
_MAX_HELD_BYTES = 10 * 2**20
"""Of text; parsed it takes up to 40 times as much."""


@dataclasses.dataclass(frozen=True, slots=True)
class Rules:
    """What a site allows us.

    Attributes:
        delay_s: its Crawl-delay, bounded; 0 where it names none.
    """

    parsed: Protego | None
    delay_s: float = 0.0

    def allows(self, url: str) -> bool:
        """Tells whether we may ask for `url`."""
        return self.parsed is None or self.parsed.can_fetch(url, _AGENT)


@dataclasses.dataclass(frozen=True, slots=True)
class _Site:
    """What one reading of robots.txt gave; requests that meet it under way wait for it."""

    until: float
    reading: asyncio.Task[Rules]


class Robots:
    """The rules of sites, those read longest ago forgotten first. Belongs to one event loop.

    At most 10,000 sites, with 10 MiB of text together.
    """

    def __init__(
        self,
        config: FetchConfig,
        ask: Callable[[str], Awaitable[Response]],
        clock: Callable[[], float],
    ) -> None:
        self._config = config
        self._ask = ask
        self._clock = clock
        self._sites: OrderedDict[str, _Site] = OrderedDict()
        self._sizes: dict[str, int] = {}
        self._held = 0

    async def rules(self, url: str) -> Rules:
        """Returns the rules of the site of `url`.

        A site that says 4xx has none. A site whose robots.txt cannot be had is not asked for more,
        and asked for that once more after two minutes.

        Raises:
            FetchFailed: robots.txt could not be had. NotFetched: it must not be asked for.
        """
        parts = urlsplit(url)
        name = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}".lower()
        site = self._sites.get(name)
        if site is None or self._clock() > site.until or _stale(site, self._clock()):
            reading = asyncio.ensure_future(self._read(name))
            site = _Site(self._clock() + _KEPT_S, reading)
            self._keep(name, site)
        return await asyncio.shield(site.reading)

    def _keep(self, name: str, site: _Site) -> None:
        self._held -= self._sizes.pop(name, 0)
        self._sites[name] = site
        self._sites.move_to_end(name)
        self._forget()

    def _weigh(self, name: str, size: int) -> None:
        if name in self._sites:
            self._held += size - self._sizes.get(name, 0)
            self._sizes[name] = size
            self._forget()

    def _forget(self) -> None:
        while len(self._sites) > _MAX_SITES or self._held > _MAX_HELD_BYTES:
            name, _ = self._sites.popitem(last=False)
            self._held -= self._sizes.pop(name, 0)

    async def _read(self, name: str) -> Rules:
        try:
            response = await self._ask(f"{name}/robots.txt")
        except FetchFailed as error:
            if 400 <= error.status < 500 and error.status != 429:
                return Rules(None)
            raise FetchFailed(f"robots.txt: {error.reason}", error.url, error.at) from error
        except NotFetched as error:
            raise NotFetched(f"robots.txt: {error.reason}", error.url, error.at) from error
        body = response.body[:_MAX_BYTES]
        self._weigh(name, len(body))
        parsed = Protego.parse(body.decode("utf-8-sig", "replace"))
        wished = parsed.crawl_delay(_AGENT) or 0.0
        return Rules(parsed, min(wished, self._config.max_wait_s))


def _stale(site: _Site, now: float) -> bool:
    """Tells whether the reading failed, longer than two minutes ago."""
    if not site.reading.done() or site.reading.cancelled():
        return site.reading.cancelled()
    return site.reading.exception() is not None and now > site.until - _KEPT_S + _FAILURE_KEPT_S
