"""The stream's own archive, read back: what each exchange came to when it was live."""

import zlib
from collections.abc import Iterator

from fastwarc.warc import WarcRecord

from schemas.records import Fetched, Rejected
from transforms.inputs.errors import BadExchange
from transforms.inputs.outcomes import Record
from transforms.web.exchanges import page_or_outcome, read_exchange
from transforms.web.feed_exchanges import read_feed


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
    """Yields a page or why there is none; of a feed, new entries that need no page."""
    if exchange.kind == "page":
        yield page_or_outcome(exchange)
        return
    read = read_feed(exchange)
    for entry in read.new_entries:
        if isinstance(entry, Rejected) or entry.html or entry.text:
            yield entry
    yield from read.rejected
