"""Pages fetched lately: what a second feed names soon after the first is not asked for again."""

import asyncio
import dataclasses
import datetime as dt
from collections import OrderedDict
from collections.abc import Callable

from schemas.records import Fetched, Item
from transforms.web.clock import now as system_now
from transforms.web.exchanges import REPEATED
from transforms.web.http import Client
from transforms.web.page_requests import ask_page, unasked

_KEPT = dt.timedelta(minutes=15)
_MOST = 20_000


@dataclasses.dataclass(slots=True)
class _Recent:
    """A page, the feeds that named it, the one that it was fetched for first, and when it came.

    Attributes:
        came: None where it did not.
    """

    feeds: list[str]
    asked_at: dt.datetime
    came: asyncio.Future[dt.datetime | None]


class RecentPages:
    """Asks for the pages of items; for an article in several feeds once. Belongs to one event loop.

    An item whose page came for another feed within the last 15 minutes is answered by an exchange
    that says so. A feed that names an article again, or one with a later time than its page, has
    seen a change: the page is fetched anew. So is one that did not come.

    Holds no texts, and at most 20,000 pages: beyond, those asked for longest ago are forgotten.
    """

    def __init__(self, now: Callable[[], dt.datetime] = system_now) -> None:
        self._now = now
        self._recent: OrderedDict[str, _Recent] = OrderedDict()

    async def ask(self, client: Client, item: Item) -> Fetched:
        """Returns the page's exchange, or one whose error begins with `REPEATED`."""
        feed = item.origin.feed
        if feed is None:
            return await ask_page(client, item)
        before = self._recent.get(item.key)
        if before is not None and feed not in before.feeds:
            came_at = await asyncio.shield(before.came)
            if came_at is not None and self._holds(came_at, item):
                before.feeds.append(feed)
                at = came_at.isoformat(timespec="seconds")
                why = f"{REPEATED}fetched at {at} for {before.feeds[0]}"
                return unasked(item, self._now(), why)
        return await self._fetch(client, item, feed)

    def _holds(self, came_at: dt.datetime, item: Item) -> bool:
        changed = item.published_at is not None and item.published_at > came_at
        return not changed and self._now() - came_at <= _KEPT

    async def _fetch(self, client: Client, item: Item, feed: str) -> Fetched:
        came: asyncio.Future[dt.datetime | None] = asyncio.get_running_loop().create_future()
        self._keep(item.key, _Recent([feed], self._now(), came))
        try:
            fetched = await ask_page(client, item)
        except BaseException:
            came.set_result(None)
            raise
        whole = fetched.status == 200 and not fetched.error
        came.set_result(fetched.fetched_at if whole else None)
        return fetched

    def _keep(self, key: str, recent: _Recent) -> None:
        self._recent[key] = recent
        self._recent.move_to_end(key)
        while self._recent:
            key, oldest = next(iter(self._recent.items()))
            if len(self._recent) <= _MOST and self._now() - oldest.asked_at <= _KEPT:
                return
            del self._recent[key]
