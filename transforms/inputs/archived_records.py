"""The stream's own archive, read back: what each exchange came to when it was live."""

import zlib
from collections.abc import Iterator

from fastwarc.warc import WarcRecord

from schemas.records import Fetched, Origin
from transforms.inputs.errors import BadExchange
from transforms.inputs.outcomes import Record
from transforms.web.exchanges import page_or_outcome, read_exchange
from transforms.web.feed_documents import items_of, parse_feed, rejected_entries
from transforms.web.feed_entries import UnreadableFeed
from transforms.web.http_config import header
from transforms.web.polling import unreadable

_STEP = "ReadFeeds"


def exchange_of(record: WarcRecord) -> Fetched | None:
    """Returns the exchange of a WARC record, None for one that the stream did not write.

    Raises:
        BadExchange: the record is the stream's, and was changed or damaged.
    """
    try:
        return read_exchange(record)
    except (ValueError, KeyError, TypeError, RecursionError, zlib.error) as error:
        raise BadExchange(f"{type(error).__name__}: {error}; the archive was changed") from error


def records_of_exchange(exchange: Fetched) -> Iterator[Record]:
    """Yields a page or why there is none; of a feed, the items that had no page fetched."""
    if exchange.kind == "page":
        yield page_or_outcome(exchange)
        return
    origin = Origin(source=exchange.source, feed=exchange.feed)
    try:
        document = parse_feed(exchange.body, header(exchange.headers, "content-type"), exchange.url)
    except UnreadableFeed as error:
        yield unreadable(exchange, error)
        return
    for item in items_of(document, origin, exchange.fetched_at):
        if item.html or item.text:
            yield item
    yield from rejected_entries(document, origin, exchange.fetched_at, _STEP)
