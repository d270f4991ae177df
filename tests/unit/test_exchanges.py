"""What goes into the archive comes out, for us to the letter and for other tools at all."""

import datetime as dt
import gzip
import io

import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator as WarcioIterator

from schemas.records import Fetched, Item, Origin, Outcome, Page
from transforms.web.exchanges import (
    NOT_FETCHED,
    page_or_outcome,
    read_exchange,
    write_exchange,
    write_warcinfo,
)

AT = dt.datetime(2026, 11, 2, 8, 30, 15, 123000, dt.UTC)
FEED = "https://example.com/feed"
ITEM = Item(
    key="https://example.com/a",
    origin=Origin(source="Süddeutsche", feed=FEED),
    url="http://example.com/a?utm_source=x",
    title="Fünf „Fragen“ 🙂",
    summary='a "teaser"\nwith lines',
    authors=("A", "B"),
    published_at=AT,
    published_from="feed",
    fetched_at=AT,
)


def page(**changed: object) -> Fetched:
    fields = {
        "kind": "page",
        "feed": FEED,
        "source": "Süddeutsche",
        "requested_url": "http://example.com/a?utm_source=x",
        "url": "https://example.com/a",
        "status": 200,
        "headers": (
            ("Content-Type", "text/html"),
            ("Content-Encoding", "gzip"),
            ("content-length", "7"),
            ("Set-Cookie", "a=1"),
            ("Set-Cookie", "b=2"),
        ),
        "body": b"<p>one\r\n\r\ntwo\xff</p>",
        "fetched_at": AT,
        "item": ITEM,
    }
    return Fetched(**{**fields, **changed})


def archived(*exchanges: Fetched) -> bytes:
    file = io.BytesIO()
    write_warcinfo(file, "one.warc.gz", "newsbeam", AT)
    for exchange in exchanges:
        write_exchange(file, exchange)
    return file.getvalue()


def replayed(archive: bytes) -> list[Fetched | None]:
    return [read_exchange(record) for record in ArchiveIterator(io.BytesIO(archive))]


FAILED = page(
    status=0, headers=(), body=b"", url="http://example.com/a", error="timed out after 30 s"
)


def test_round_trip() -> None:
    feed = page(kind="feed", requested_url=FEED, url=FEED, item=None)
    assert replayed(archived(page(), FAILED, feed)) == [None, page(), FAILED, feed]


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        ((), b"none"),
        ((2,), b"2"),
        ((1, 2, 3, 7), b"1-3,7"),
        (tuple(range(1, 5001)), b"1-5000"),
        # The longest that a feed can have.
        (tuple(number for number in range(1, 5001) if number % 3), b"1-2,4-5,"),
    ],
)
def test_a_body_tells_which_entries_came_out(numbers: tuple[int, ...], told: bytes) -> None:
    feed = page(kind="feed", requested_url=FEED, url=FEED, item=None, new_entries=numbers)
    archive = archived(feed)
    assert b"\r\nNewsbeam-New-Entries: " + told in gzip.decompress(archive)
    assert replayed(archive) == [None, feed]


def test_same_exchange_same_bytes() -> None:
    assert archived(page()) == archived(page())


def test_a_cut_archive_gives_what_is_whole() -> None:
    whole = archived(page())
    cut = archived(page(), page(requested_url="https://example.com/b"))[: len(whole) + 100]
    records = ArchiveIterator(io.BytesIO(cut))
    assert [read_exchange(next(records)) for _ in range(2)] == [None, page()]


_NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9-]{0,20}", fullmatch=True)
_VALUES = st.from_regex(r"[!-~]([ -~äß€]{0,40}[!-~])?", fullmatch=True)
_TIMES = st.integers(0, 4_000_000_000_000).map(
    lambda ms: dt.datetime.fromtimestamp(0, dt.UTC) + dt.timedelta(milliseconds=ms)
)
_ITEMS = st.builds(
    Item,
    key=st.text(),
    origin=st.builds(Origin, source=st.text(), feed=st.text(), position=st.none() | st.text()),
    url=st.text(),
    title=st.text(),
    summary=st.text() | st.text(min_size=1).map(lambda text: text * 3000),
    authors=st.lists(st.text(), max_size=3).map(tuple),
    published_at=st.none() | _TIMES,
    language=st.none() | st.just("en"),
    fetched_at=_TIMES,
)


@given(
    st.builds(
        page,
        feed=st.text(),
        source=st.text(),
        requested_url=st.text(),
        url=st.just("https://example.com/a") | st.text(max_size=200).map("https://e.com/".__add__),
        status=st.integers(200, 599),
        headers=st.lists(st.tuples(_NAMES, _VALUES), max_size=5).map(tuple),
        body=st.binary(max_size=300),
        fetched_at=_TIMES,
        error=st.text(),
        item=st.none() | _ITEMS,
    )
)
def test_any_exchange_comes_back_exactly(exchange: Fetched) -> None:
    assert replayed(archived(exchange)) == [None, exchange]


def test_common_tools_read_it() -> None:
    archive = archived(page(), FAILED)
    by_warcio = []
    for record in WarcioIterator(io.BytesIO(archive)):
        date = record.rec_headers.get_header("WARC-Date")
        by_warcio.append((record.rec_type, date, record.content_stream().read()))
    assert by_warcio[1] == ("response", "2026-11-02T08:30:15.123Z", page().body)
    assert [kind for kind, _, _ in by_warcio] == ["warcinfo", "response", "metadata"]
    by_fastwarc = [
        (record.record_type, record.verify_block_digest())
        for record in ArchiveIterator(io.BytesIO(archive), parse_http=False)
    ]
    assert by_fastwarc[1:] == [(WarcRecordType.response, True), (WarcRecordType.metadata, True)]


def test_a_response_is_a_page() -> None:
    assert page_or_outcome(page()) == Page(
        key=ITEM.key,
        origin=ITEM.origin,
        url="https://example.com/a",
        content_type="text/html",
        body=page().body,
        fetched_at=AT,
        item=ITEM,
    )


@pytest.mark.parametrize(
    ("exchange", "outcome", "reason", "passing"),
    [
        (page(status=404), "fetch_failed", "HTTP 404", False),
        (FAILED, "fetch_failed", "timed out after 30 s", True),
        (page(status=503), "fetch_failed", "HTTP 503", True),
        (page(status=0, error=NOT_FETCHED + "robots.txt"), "not_fetched", "robots.txt", False),
        (page(error="over 10485760 bytes"), "fetch_failed", "over 10485760 bytes", False),
        (page(status=404, item=None), "fetch_failed", "HTTP 404", False),
    ],
)
def test_all_else_has_an_outcome(
    exchange: Fetched, outcome: str, reason: str, passing: bool
) -> None:
    ended = page_or_outcome(exchange)
    assert isinstance(ended, Outcome)
    assert (ended.outcome, ended.reason, ended.key) == (outcome, reason, ITEM.key)
    assert ended.passing == passing
