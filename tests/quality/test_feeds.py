"""feedparser's own test suite, and feeds as fetched: each is read, or refused with a reason.

Of the suite's expectations those are checked that name a field which is kept: title, link, id and
times of entries, the feed's title. Titles are compared as plain text, which is what is kept.
"""

import ast
import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from schemas.records import Origin
from tests.quality.labelled_data import labelled_data
from transforms.web.feed_documents import (
    FeedDocument,
    FeedEntry,
    UnreadableFeed,
    items_of,
    parse_feed,
    rejected_entries,
)
from transforms.web.feed_entries import MAX_TITLE_CHARS
from transforms.web.markup import plain_text

pytestmark = pytest.mark.quality

AT = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
_EXPECT = re.compile(
    r"(?:entries\[(\d)\]|feed)\['(title|link|id|published_parsed|updated_parsed)'\] == "
    r"(.+?)(?: and .*)?$"
)
_LOCATION = re.compile(r"Header:\s*Content-Location:\s*(\S+)")
_SERVER = "http://127.0.0.1:8097/"
"""Where feedparser's own tests serve the cases whose name begins with `http`."""


class Expected(NamedTuple):
    """What a case of the suite says of an entry's field."""

    file: str
    entry: int  # -1: the feed itself
    field: str
    value: object


def cases() -> list[Path]:
    folder = labelled_data() / "feeds" / "feedparser_suite" / "tests"
    return sorted(path for path in folder.rglob("*") if path.is_file())


def read(path: Path) -> FeedDocument | None:
    """Reads a case as a poll would; None where it is refused."""
    body = path.read_bytes()
    told = _LOCATION.search(body[:2000].decode("latin-1"))
    url = told[1] if told else (_SERVER if path.name.startswith("http") else None)
    try:
        return parse_feed(body, "application/xml", url)
    except UnreadableFeed as error:
        assert str(error)
        return None


def test_no_case_breaks_anything() -> None:
    refused, total = 0, 0
    for path in cases():
        total += 1
        document = read(path)
        if document is None:
            refused += 1
            continue
        origin = Origin(source="a", feed="https://a.example/feed")
        items = list(items_of(document, origin, AT, keep_repeats=True))
        left = list(rejected_entries(document, origin, AT, "ReadFeeds"))
        assert len(items) + len(left) == len(document.entries)
    assert total > 2000
    assert refused <= 264


def test_the_fields_that_are_kept() -> None:
    checked, wrong = 0, []
    for path in cases():
        expected = list(expectations(path))
        document = read(path) if expected else None
        if document is None:
            continue
        for one in expected:
            checked += 1
            if not agrees(document, one):
                wrong.append((one, given(document, one)))
    assert checked >= 187
    assert not wrong


def expectations(path: Path) -> Iterator[Expected]:
    head = path.read_bytes()[:2000].decode("latin-1")
    found = re.search(r"Expect:\s*(.+)", head)
    match = _EXPECT.search(found[1].strip()) if found else None
    if not match:
        return
    try:
        value = ast.literal_eval(match[3])
    except (ValueError, SyntaxError):
        return
    if match[1] is not None or match[2] == "title":
        yield Expected(str(path), int(match[1] or -1), match[2], value)


def given(document: FeedDocument, one: Expected) -> object:
    if one.entry < 0:
        return document.title
    if one.entry >= len(document.entries):
        return "no such entry"
    entry: FeedEntry = document.entries[one.entry]
    fields = {"title": entry.title, "link": entry.url, "id": entry.id}
    times = {"published_parsed": entry.published_at, "updated_parsed": entry.updated_at}
    if one.field in times:
        at = times[one.field]
        return tuple(at.timetuple()[:6]) if at else None
    return fields[one.field]


def agrees(document: FeedDocument, one: Expected) -> bool:
    value, ours = one.value, given(document, one)
    if one.field == "title":
        return plain_text(str(value))[:MAX_TITLE_CHARS] == ours
    if one.field in ("published_parsed", "updated_parsed"):
        return isinstance(value, tuple) and tuple(value[:6]) == ours
    return value == ours


def test_captured_feeds_have_entries_with_titles_and_links() -> None:
    folder = labelled_data() / "feeds" / "captured"
    documents = [read(path) for path in sorted(folder.iterdir())]
    readable = [document for document in documents if document is not None]
    entries = [entry for document in readable for entry in document.entries]
    assert (len(documents), len(readable)) == (50, 49)
    assert len(entries) >= 1464
    assert sum(bool(entry.url and entry.title) for entry in entries) >= 0.99 * len(entries)
