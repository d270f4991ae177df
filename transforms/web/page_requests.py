"""An item's page, as an exchange: whatever happens to the request has a place in the archive."""

import datetime as dt

from schemas.records import Fetched, Item
from transforms.web.exchanges import NOT_FETCHED
from transforms.web.http import Client
from transforms.web.http_config import FetchFailed, Headers, NotFetched

_TYPES = ("text/html", "application/xhtml+xml", "text/plain", "application/xml", "text/xml")
_ACCEPT = "text/html, application/xhtml+xml, application/xml;q=0.9, text/plain;q=0.8"


def needs_page(item: Item) -> bool:
    """Tells whether the item's text has to be fetched."""
    return bool(item.url) and item.text is None and item.html is None


async def ask_page(client: Client, item: Item) -> Fetched:
    """Asks for the page of an item that has a URL; never raises what `get` raises."""
    url = item.url or ""
    try:
        answer = await client.get(
            url, headers={"Accept": _ACCEPT}, content_types=_TYPES, robots=True
        )
    except NotFetched as error:
        return _exchange(item, url=error.url, at=error.at, error=NOT_FETCHED + error.reason)
    except FetchFailed as error:
        reason = "" if error.reason == f"HTTP {error.status}" else error.reason
        return _exchange(
            item,
            url=error.url,
            at=error.at,
            status=error.status,
            headers=error.headers,
            error=reason,
        )
    return _exchange(
        item,
        url=answer.url,
        at=answer.fetched_at,
        status=answer.status,
        headers=answer.headers,
        body=answer.body,
    )


def unasked(item: Item, at: dt.datetime, why: str) -> Fetched:
    """Returns the exchange of an item whose page was not asked for."""
    return _exchange(item, url=item.url or "", at=at, error=why)


def _exchange(
    item: Item,
    *,
    url: str,
    at: dt.datetime,
    status: int = 0,
    headers: Headers = (),
    body: bytes = b"",
    error: str = "",
) -> Fetched:
    return Fetched(
        kind="page",
        feed=item.origin.feed or "",
        source=item.origin.source,
        requested_url=item.url or "",
        url=url,
        status=status,
        headers=headers,
        body=body,
        fetched_at=at,
        error=error,
        item=item,
    )
