"""Real HTTP servers on loopback for tests: each address of 127/8 is a host of its own."""

import asyncio
import contextlib
import threading
import time
from collections.abc import Awaitable, Callable, Iterator

from aiohttp import web

Answer = Callable[[web.Request], web.StreamResponse | Awaitable[web.StreamResponse]]


class Until:
    """Holds answers back until something has happened, for 20 s at most, which a client bears.

    Attributes:
        came: whether it happened while somebody waited for it.
    """

    def __init__(self, happened: Callable[[], bool], patience_s: float = 20.0) -> None:
        self.came = True
        self._happened = happened
        self._patience_s = patience_s

    async def wait(self) -> None:
        """Waits for it; not any more once it did not come."""
        end = time.monotonic() + self._patience_s
        while self.came and not self._happened():
            self.came = time.monotonic() < end
            await asyncio.sleep(0.01)


class Slow:
    """Answers after a pause, and when `until` allows it; notes its most requests at a time."""

    def __init__(self, seconds: float, until: Until) -> None:
        self.most, self._now, self._seconds, self._until = 0, 0, seconds, until

    async def __call__(self, _: web.Request) -> web.StreamResponse:
        self._now += 1
        self.most = max(self.most, self._now)
        await asyncio.sleep(self._seconds)
        await self._until.wait()
        self._now -= 1
        return web.Response(body=b"x", content_type="text/html")


class Site:
    """A server in a thread of its own; what it answers may be changed while it runs.

    Attributes:
        answers: path to a function that answers. asked: (time, path, headers) of all requests.
    """

    def __init__(self, host: str) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[tuple[float, str, dict[str, str]]] = []
        self._host = host
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def url(self, path: str) -> str:
        """Returns the URL of a path."""
        return f"http://{self._host}:{self._port}{path}"

    def paths(self) -> list[str]:
        """Returns what was asked for, robots.txt left out."""
        return [path for _, path, _ in self.asked if path != "/robots.txt"]

    def text(self, path: str, body: str | bytes, kind: str = "text/html", **headers: str) -> None:
        """Serves a fixed body."""
        data = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[path] = lambda _: web.Response(
            body=data, headers={"Content-Type": kind, **named}
        )

    def status(self, path: str, status: int, **headers: str) -> None:
        """Serves an empty answer of a status."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[path] = lambda _: web.Response(status=status, headers=named)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append((time.monotonic(), request.path_qs, dict(request.headers)))
        answer = self.answers.get(request.path_qs)
        if answer is None:
            return web.Response(status=404)
        answered = answer(request)
        return await answered if isinstance(answered, Awaitable) else answered

    async def _start(self) -> None:
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(application, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, 0)
        await site.start()
        self._port = self._runner.addresses[0][1]

    def _serve(self) -> None:
        self._loop.run_until_complete(self._start())
        self._loop.call_soon(self._ready.set)  # from here on, a stop ends what runs for ever
        self._loop.run_forever()
        self._loop.run_until_complete(self._runner.cleanup())
        self._loop.close()

    def __enter__(self) -> "Site":
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()


@contextlib.contextmanager
def site(host: str = "127.0.0.1") -> Iterator[Site]:
    """Serves an empty site: all paths answer 404 until told otherwise."""
    with Site(host) as served:
        yield served
