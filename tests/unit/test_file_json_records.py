"""Lines of article JSON Lines, field by field."""

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.records import Item, Origin, Rejected
from tests.file_samples import MODIFIED, NOW, input_file, read
from transforms.inputs.errors import BadFetchTime, MissingText, NotJson, WrongType
from transforms.inputs.json_records import item_of_line
from transforms.times import parse_time
from transforms.web.urls import UnusableUrl

FILE = input_file("export.jsonl")


def item(**fields: Any) -> Item:
    return item_of_line(json.dumps(fields).encode(), 3, FILE, NOW)


def test_every_field_of_the_contract() -> None:
    assert item(
        url="https://News.example/a?utm_source=x",
        title="A  headline ",
        text="The text.\nMore.",
        source="The News",
        authors=["Ann", "Bo", "Ann"],
        published_at="2026-11-01T10:00:00+02:00",
        fetched_at="2026-11-02T10:00:00.123456Z",
        language="en-GB",
        another="ignored",
    ) == Item(
        key="/data/export.jsonl#line 3",
        origin=Origin(source="The News", file="/data/export.jsonl", position="line 3"),
        url="https://News.example/a?utm_source=x",
        title="A headline",
        text="The text.\nMore.",
        authors=("Ann", "Bo"),
        published_at=dt.datetime(2026, 11, 1, 8, tzinfo=dt.UTC),
        published_from="record",
        language="en",
        fetched_at=dt.datetime(2026, 11, 2, 10, 0, 0, 123000, tzinfo=dt.UTC),
    )


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (r"cut \ud83d", "cut \ufffd"),
        (r"\uDE00 and \ud83d\uDE00", "\ufffd and \U0001f600"),
        (r"\ud83d\ud83d\ude00", "\ufffd\U0001f600"),
        (r"\\ud83d\ud83dx\n.", "\\ud83d\ufffdx\n."),
    ],
)
def test_half_a_character_is_one_that_is_unknown(written: str, text: str) -> None:
    """JavaScript writes such halves where it has cut a text within an emoji."""
    assert item_of_line(f'{{"text": "{written}"}}'.encode(), 3, FILE, NOW).text == text


def test_text_alone_is_enough() -> None:
    only = item(text="Words.")
    assert (only.title, only.url, only.origin.source) == ("", None, "export.jsonl")
    assert (only.fetched_at, only.published_at, only.authors) == (MODIFIED, None, ())


def test_title_alone_is_enough() -> None:
    assert item(title="Words", text=None).text is None


@pytest.mark.parametrize(
    ("line", "source", "url"),
    [
        ({"source": "The News", "url": "https://news.example/1", "text": ["t"]}, "The News", True),
        ({"url": "https://news.example/1", "text": "t", "fetched_at": 1}, "news.example", True),
        ({"source": "The News", "url": "/1", "text": "t"}, "The News", False),
        ({"source": ["The News"], "url": 1, "text": "t"}, "export.jsonl", False),
        ([], "export.jsonl", False),
    ],
)
def test_a_line_that_is_rejected_says_where_it_came_from_as_far_as_it_tells(
    line: object, source: str, url: bool
) -> None:
    (rejected,) = read(json.dumps(line).encode(), "export.jsonl")
    assert isinstance(rejected, Rejected)
    assert rejected.key == "/data/export.jsonl#line 1"
    assert rejected.origin.source == source
    assert rejected.url == ("https://news.example/1" if url else None)


def test_source_of_a_record_without_one_is_its_registered_domain() -> None:
    assert item(url="https://www.news.example.co.uk/1", title="t").origin.source == "example.co.uk"


def test_one_author_as_a_string() -> None:
    assert item(title="t", authors=" Ann ").authors == ("Ann",)


@pytest.mark.parametrize("published", ["soon", "", 5, None, "2026-13-45", ["2026"]])
def test_a_bad_publication_time_is_left_out(published: object) -> None:
    read_item = item(title="t", published_at=published)
    assert (read_item.published_at, read_item.published_from) == (None, "unknown")


@pytest.mark.parametrize("fetched", ["soon", 5, "1900-01-01", "2100-01-01", "2026-11-24T00:00:00Z"])
def test_a_bad_time_of_fetch_is_refused(fetched: object) -> None:
    with pytest.raises(BadFetchTime, match="fetched_at"):
        item(title="t", fetched_at=fetched)


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (b"[1, 2]", NotJson),
        (b'{"text": "a"', NotJson),
        (b'{"text": "\xff"}', NotJson),
        (b"[" * 100_000, NotJson),
        (b'{"text": ' + b"[" * 5000 + b"]" * 5000 + b"}", NotJson),
        (b'{"text": ["a"]}', WrongType),
        (b'{"text": "a", "authors": {"name": "b"}}', WrongType),
        (b'{"text": " ", "title": null}', MissingText),
        (b'{"url": "https://a.example/"}', MissingText),
        (b'{"text": "a", "url": "www.a.example/1"}', UnusableUrl),
    ],
)
def test_bad_lines_have_typed_errors(line: bytes, error: type[ValueError]) -> None:
    with pytest.raises(error):
        item_of_line(line, 1, FILE, NOW)


def test_each_line_comes_out_once_whatever_its_neighbours() -> None:
    records = read(b'{"text": "a"}\n\nnonsense\n{"title": "b"}', "export.jsonl")
    assert [(type(r).__name__, r.key) for r in records] == [
        ("Item", "/data/export.jsonl#line 1"),
        ("Rejected", "/data/export.jsonl#line 3"),
        ("Item", "/data/export.jsonl#line 4"),
    ]


@given(st.binary(max_size=300))
def test_no_bytes_crash_the_reader(line: bytes) -> None:
    for record in read(b'{"text": "first"}\n' + line, "export.jsonl"):
        assert record.key.startswith("/data/export.jsonl#line ")


@given(
    st.dictionaries(
        st.sampled_from(["url", "title", "text", "source", "authors", "published_at", "language"]),
        st.none() | st.text() | st.integers() | st.lists(st.text()) | st.floats(allow_nan=False),
    )
)
def test_any_object_is_an_item_or_one_reject(fields: dict[str, Any]) -> None:
    line = json.dumps(fields).encode()
    assert len(read(b'{"text": "first"}\n' + line, "export.jsonl")) == 2


@pytest.mark.parametrize(
    "text",
    ["2026-11-01T10:00:00Z", "2026-11-01 12:00+02:00", "Sun, 01 Nov 2026 10:00:00 GMT"],
)
def test_times_in_the_forms_of_the_contract(text: str) -> None:
    assert parse_time(text) == dt.datetime(2026, 11, 1, 10, tzinfo=dt.UTC)


def test_a_date_alone_is_midnight_utc() -> None:
    assert parse_time("2026-11-01") == dt.datetime(2026, 11, 1, tzinfo=dt.UTC)


@given(st.text() | st.integers() | st.none())
def test_no_text_crashes_the_reader_of_times(text: object) -> None:
    read_time = parse_time(text)
    assert read_time is None or read_time.tzinfo is dt.UTC


@given(st.datetimes(timezones=st.just(dt.UTC)))
def test_iso_times_come_back_in_milliseconds(time: dt.datetime) -> None:
    assert parse_time(time.isoformat()) == time.replace(microsecond=time.microsecond // 1000 * 1000)
