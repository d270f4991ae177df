"""One polite and guarded asynchronous HTTP client for feeds and pages."""

import asyncio
import dataclasses
import datetime as dt
import re
from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType
from typing import NamedTuple
from urllib.parse import urljoin

import tenacity

from transforms.web.addresses import RefusedAddress, check_url, networks
from transforms.web.clock import now as system_now
from transforms.web.hosts import HostRests, Hosts
from transforms.web.http_config import (
    FetchConfig,
    FetchFailed,
    NotFetched,
    PassingFailure,
    Response,
    header,
)
from transforms.web.http_request import REDIRECTS, Requester
from transforms.web.robots import Robots, Rules

_PERMANENT = frozenset((301, 308))
# As aiohttp names a byte of a header that is no UTF-8; yarl would drop it.
_RAW_BYTE = re.compile("[\udc80-\udcff]")


class _Asking(NamedTuple):
    """What one call of `get` asks for, at every hop."""

    headers: Mapping[str, str]
    types: tuple[str, ...]
    robots: bool
    attempts: int


class Client:
    """Asks for URLs; opened and used on one event loop.

    Names are resolved, redirects followed and bodies capped as `FetchConfig` says. No cookies, no
    proxies from the environment, no credentials.
    """

    def __init__(
        self,
        config: FetchConfig,
        *,
        now: Callable[[], dt.datetime] = system_now,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._config = config
        self._now = now
        self._sleep = sleep
        self._allowed = networks(config.allow_networks)

    async def __aenter__(self) -> "Client":
        loop = asyncio.get_running_loop()
        self._hosts = Hosts(self._config.host_delay_s, loop.time, self._sleep)
        self._robots = Robots(self._config, self._ask_robots, loop.time)
        self._places = asyncio.Semaphore(self._config.concurrency)
        self._requester = Requester(self._config, self._now)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._requester.close()

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content_types: tuple[str, ...] = (),
        robots: bool = False,
        attempts: int = 0,
    ) -> Response:
        """Returns the answer of status 200 or 304.

        Args:
            headers: sent along, e.g. If-None-Match.
            content_types: beginnings of the types to take; empty takes all, as no header is.
            robots: whether robots.txt is asked first.
            attempts: other than the configuration's, where not 0.
        Raises:
            NotFetched: refused scheme or address, or forbidden by robots.txt, at any redirect.
            FetchFailed: every other status, timeouts, broken connections, too large, other types.
        """
        current, moved_url, permanent = url.strip(), "", True
        asking = _Asking(headers or {}, content_types, robots, attempts or self._config.attempts)
        for _ in range(self._config.max_redirects + 1):
            response = await self._polite(current, asking)
            if response.status not in REDIRECTS:
                # The last hop's answer is that of the whole road.
                return dataclasses.replace(response, requested_url=url, moved_url=moved_url)
            permanent = permanent and response.status in _PERMANENT
            current = self._target(response)
            moved_url = current if permanent else moved_url
        raise self._failed(f"more than {self._config.max_redirects} redirects", current)

    def _target(self, response: Response) -> str:
        location = header(response.headers, "location")
        escaped = _RAW_BYTE.sub(lambda byte: f"%{ord(byte[0]) - 0xDC00:02X}", location.strip())
        try:
            target = urljoin(response.url, escaped)
        except ValueError:
            target = ""
        if not location or not target:
            raise self._failed(f"HTTP {response.status} to nowhere", response.url, response.status)
        return target.partition("#")[0]

    async def _polite(self, url: str, asking: _Asking) -> Response:
        """Asks one URL, at its host's turn, until an answer, a lasting failure or enough tries."""
        host = self._checked(url)
        delay_s = 0.0
        if asking.robots and self._config.obey_robots:
            rules = await self._rules(url)
            if not rules.allows(url):
                raise NotFetched("robots.txt", url, self._now())
            delay_s = rules.delay_s
        async for attempt in tenacity.AsyncRetrying(
            stop=tenacity.stop_after_attempt(asking.attempts),
            retry=tenacity.retry_if_exception(self._worth_another),
            wait=self._wait_s,
            sleep=self._sleep,
            reraise=True,
        ):
            with attempt:
                return await self._at_its_turn(host, delay_s, url, asking)
        raise AssertionError("tenacity reraises")

    async def _rules(self, url: str) -> Rules:
        """Returns what robots.txt says; why it cannot be had may be known for minutes."""
        try:
            return await self._robots.rules(url)
        except FetchFailed as error:
            raise self._failed(error.reason, error.url) from error
        except NotFetched as error:
            raise NotFetched(error.reason, error.url, self._now()) from error

    def _checked(self, url: str) -> str:
        try:
            return check_url(url, self._allowed)
        except RefusedAddress as error:
            raise NotFetched(str(error), url, self._now()) from error

    def _worth_another(self, error: BaseException) -> bool:
        """Tells whether to try once more; a server that asks for a long pause gets it."""
        if not isinstance(error, PassingFailure):
            return False
        return (error.retry_after_s or 0.0) <= self._config.max_wait_s

    def _wait_s(self, state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.retry_after_s if isinstance(error, FetchFailed) else None
        backoff = self._config.backoff_s * 2 ** (state.attempt_number - 1)
        return min(max(asked or 0.0, backoff), self._config.max_wait_s)

    async def _at_its_turn(self, host: str, delay_s: float, url: str, asking: _Asking) -> Response:
        try:
            async with self._hosts.turn(host, delay_s), self._places:
                return await self._noted(host, url, asking)
        except HostRests as error:
            raise self._failed(str(error), url) from error

    async def _noted(self, host: str, url: str, asking: _Asking) -> Response:
        try:
            response = await self._requester.ask(url, asking.headers, asking.types)
        except FetchFailed as error:
            if error.status:
                self._hosts.answered(host)
            else:
                self._hosts.failed(host)
            if error.retry_after_s:
                self._hosts.hold(host, min(error.retry_after_s, self._config.max_wait_s))
            raise
        self._hosts.answered(host)
        return response

    async def _ask_robots(self, url: str) -> Response:
        return await self.get(url)

    def _failed(self, reason: str, url: str, status: int = 0) -> FetchFailed:
        return FetchFailed(reason, url, self._now(), status)
