"""A web server for a process of its own, which tells another one what it saw."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from multiprocessing.connection import Connection
from typing import Any

from aiohttp import web


def serve_until_killed(
    answer: Callable[[web.Request], Awaitable[web.StreamResponse]],
    hosts: Iterable[str],
    told: Callable[[], object],
    asked: Connection,
    **options: Any,
) -> None:
    """Answers on one port of all hosts; the port is the first message on `asked`.

    Each message that comes there is answered with what `told` returns. Options are those of
    aiohttp's runner.
    """

    async def run() -> None:
        application = web.Application()
        application.router.add_get("/{path:.*}", answer)
        runner = web.AppRunner(application, access_log=None, **options)
        await runner.setup()
        port = 0
        for host in hosts:
            await web.TCPSite(runner, host, port, backlog=4096).start()
            port = port or runner.addresses[0][1]
        asked.send(port)
        while True:
            while not asked.poll():
                await asyncio.sleep(0.05)
            asked.recv()
            asked.send(told())

    asyncio.run(run())
