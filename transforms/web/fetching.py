"""The client behind a plain function call: one event loop in one thread for each process.

All DoFns of a worker share it, so that politeness holds for the process and not for each of its
threads. It closes when the last of its users does.
"""

import asyncio
import concurrent.futures
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

from schemas.ids import milliseconds
from schemas.records import Fetched
from transforms.web.clock import now
from transforms.web.http import Client
from transforms.web.http_config import FetchConfig
from transforms.web.planned_polls import PlannedPolls
from transforms.web.recent_pages import RecentPages
from transforms.web.to_come import ToCome
from transforms.web.under_way import Answers

T = TypeVar("T")
_RESOLVING = 64
_BEAT_S = 0.1
# From the time that an answer is given to where it can be collected: three turns of the loop.
_TURNS = 16
_lock = threading.Lock()
_open: dict[FetchConfig, "Fetcher"] = {}


class Fetcher:
    """A client on an event loop of its own. Get one by `acquire`, give it back by `release`.

    Attributes:
        answers: pages that were asked for in one bundle and are collected in a later one.
        polls: of feeds, which begin when they are due and are collected later.
        feeds_to_come, pages_to_come: what streams expect, where a runner must be told of all at
            once (`transforms.event_times`).
        heard_ms: what cannot be collected by now is answered later than this, in milliseconds since
            1970. It stands still while the loop does: a process that is short of time answers late,
            and is not taken to have answered.
    """

    def __init__(self, config: FetchConfig) -> None:
        self.config = config
        self.users = 0
        self.answers: Answers[Fetched] = Answers()
        self._pages: dict[str, RecentPages] = {}
        self.polls = PlannedPolls(self.submit)
        self.feeds_to_come = ToCome()
        self.pages_to_come = ToCome()
        self.heard_ms = milliseconds(now())
        self._loop = asyncio.new_event_loop()
        # Names are resolved in threads. Few of them, and some dead name servers held up all hosts.
        self._resolving = concurrent.futures.ThreadPoolExecutor(_RESOLVING, "resolve")
        self._loop.set_default_executor(self._resolving)
        self._thread = threading.Thread(target=self._loop.run_forever, name="fetcher", daemon=True)
        self._thread.start()
        self.client = self.submit(Client(config).__aenter__()).result()
        self.submit(self._beat())

    def submit(self, work: Coroutine[Any, Any, T]) -> concurrent.futures.Future[T]:
        """Starts `work` on the loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def pages_of(self, register: str) -> RecentPages:
        """Returns what asks for pages, and for those that two feeds name once in a register."""
        return self._pages.setdefault(register, RecentPages())

    def close(self) -> None:
        """Drops what is under way or planned, closes connections and ends the thread."""
        self.submit(self._end()).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._resolving.shutdown(wait=False, cancel_futures=True)

    async def _beat(self) -> None:
        while True:
            begun_ms = milliseconds(now())
            for _ in range(_TURNS):
                await asyncio.sleep(0)
            self.heard_ms = begun_ms
            await asyncio.sleep(_BEAT_S)

    async def _end(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await self.client.__aexit__(None, None, None)


def acquire(config: FetchConfig) -> Fetcher:
    """Returns the process's fetcher for `config`, opened by its first user."""
    with _lock:
        fetcher = _open.get(config) or Fetcher(config)
        _open[config] = fetcher
        fetcher.users += 1
        return fetcher


def release(fetcher: Fetcher) -> None:
    """Gives a fetcher back; the last user closes it."""
    with _lock:
        fetcher.users -= 1
        if fetcher.users == 0:
            del _open[fetcher.config]
            fetcher.close()
