"""Politeness: one request at a time for each host, a pause between, and rest for dead hosts."""

import asyncio
import contextlib
import dataclasses
from collections.abc import AsyncIterator, Awaitable, Callable

_MAX_HOSTS = 20_000
_FAILURES_IN_A_ROW = 3
_REST_S = 120.0


class HostRests(Exception):  # noqa: N818 (a state, not a fault)
    """The host failed several times in a row and is left alone for a while."""


@dataclasses.dataclass(slots=True)
class _Host:
    lock: asyncio.Lock = dataclasses.field(default_factory=asyncio.Lock)
    waiting: int = 0
    free_at: float = 0.0
    failures: int = 0
    rests_until: float = 0.0


class Hosts:
    """Whose turn it is at which host. Belongs to one event loop."""

    def __init__(
        self,
        delay_s: float,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[object]],
    ) -> None:
        """Makes a register.

        Args:
            delay_s: from the end of one request to the start of the next at the same host.
            clock: monotonic seconds.
        """
        self._delay_s = delay_s
        self._clock = clock
        self._sleep = sleep
        self._hosts: dict[str, _Host] = {}

    @contextlib.asynccontextmanager
    async def turn(self, name: str, delay_s: float = 0.0) -> AsyncIterator[None]:
        """Waits for the host's turn and holds it; `delay_s` is the host's own wish.

        Raises:
            HostRests: also in place of the turn that was waited for.
        """
        host = self._host(name)
        host.waiting += 1
        try:
            async with host.lock:
                self._refuse_resting(name, host)
                while (pause := host.free_at - self._clock()) > 0:
                    await self._sleep(pause)
                try:
                    yield
                finally:
                    rest = max(self._delay_s, delay_s)
                    host.free_at = max(host.free_at, self._clock() + rest)
        finally:
            host.waiting -= 1

    def hold(self, name: str, seconds: float) -> None:
        """Lets nobody ask the host for some seconds, as its Retry-After wants."""
        host = self._host(name)
        host.free_at = max(host.free_at, self._clock() + seconds)

    def _refuse_resting(self, name: str, host: _Host) -> None:
        if host.rests_until > self._clock():
            raise HostRests(f"{name} gave no answer {_FAILURES_IN_A_ROW} times, and is left alone")

    def answered(self, name: str) -> None:
        """Notes that the host is alive."""
        self._host(name).failures = 0

    def failed(self, name: str) -> None:
        """Notes that no answer came; after three in a row the host rests for two minutes.

        Else the pages of one dead host would wait for one timeout after the other.
        """
        host = self._host(name)
        host.failures += 1
        if host.failures >= _FAILURES_IN_A_ROW:
            host.failures = 0
            host.rests_until = self._clock() + _REST_S

    def _host(self, name: str) -> _Host:
        if name not in self._hosts:
            if len(self._hosts) >= _MAX_HOSTS:
                self._forget()
            self._hosts[name] = _Host()
        return self._hosts[name]

    def _forget(self) -> None:
        """Drops the hosts that nobody waits for and that owe no pause."""
        now = self._clock()
        self._hosts = {
            name: host
            for name, host in self._hosts.items()
            if host.waiting or max(host.free_at, host.rests_until) > now
        }
