"""ReadFiles on Beam's in-process runner: what goes to which output, and when."""

import datetime as dt
import gzip
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.testing.test_pipeline import TestPipeline
from apache_beam.testing.util import assert_that, equal_to

from schemas.records import Fetched, Item, Outcome, Page, Rejected
from tests.file_samples import MODIFIED, NOW, http_block, warc_record
from transforms.read_files import FileConfig, FilesRead, ReadFiles
from transforms.web.exchanges import write_exchange

PAGE = b"<html><body><p>Words.</p></body></html>"
ARCHIVED = warc_record(http_block(PAGE))
REVISIT = f"d.warc#offset {len(ARCHIVED)}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = {
        "a.jsonl": b'{"title": "one", "fetched_at": "2026-11-01T00:00:00Z"}\nnonsense\n',
        "b/c.html.gz": gzip.compress(PAGE),
        "b/d.warc": ARCHIVED + warc_record(b"", kind="revisit"),
        "e.txt": b"",
        ".hidden.txt": b"not read",
    }
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        os.utime(path, (MODIFIED.timestamp(), MODIFIED.timestamp()))
    return tmp_path


def check(patterns: list[str], config: FileConfig, expected: dict[str, list[str]]) -> None:
    """Runs ReadFiles and compares the keys' ends, by output."""
    with TestPipeline(runner="FnApiRunner") as pipeline:
        read = pipeline | ReadFiles(patterns, config)
        for name in FilesRead._fields:
            keys = getattr(read, name) | f"Keys{name}" >> beam.Map(_end_of_key)
            assert_that(keys, equal_to(expected.get(name, [])), label=name)


def _end_of_key(record: Any) -> str:
    return record.key.rpartition("/")[2]


def test_each_record_is_in_one_output(folder: Path) -> None:
    check(
        [str(folder)],
        FileConfig(now=NOW),
        {
            "items": ["a.jsonl#line 1"],
            "pages": ["c.html.gz", "d.warc#offset 0"],
            "outcomes": [REVISIT],
            "rejected": ["a.jsonl#line 2", "e.txt"],
        },
    )


def test_files_named_twice_are_read_once_and_nothing_is_said_of_hidden_ones(folder: Path) -> None:
    patterns = [f"{folder}/b", f"{folder}/b/*.gz", f"{folder}/absent/*.txt"]
    check(
        patterns,
        FileConfig(now=NOW),
        {
            "pages": ["c.html.gz", "d.warc#offset 0"],
            "outcomes": [REVISIT],
            "rejected": ["*.txt"],
        },
    )


def test_a_slice_of_time(folder: Path) -> None:
    check(
        [f"{folder}/a.jsonl", f"{folder}/b/c.html.gz"],
        FileConfig(now=NOW, since=MODIFIED),
        {
            "pages": ["c.html.gz"],
            "outcomes": ["a.jsonl#line 1"],
            "rejected": ["a.jsonl#line 2"],
        },
    )
    check(
        [f"{folder}/b/c.html.gz"],
        FileConfig(now=NOW, until=MODIFIED),
        {"outcomes": ["c.html.gz"]},
    )


def test_a_slice_of_an_archive_tells_nothing_of_other_days(tmp_path: Path) -> None:
    with (tmp_path / "a.warc.gz").open("wb") as archive:
        for day in (1, 3):
            write_exchange(archive, poll_of(day))
    until = dt.datetime(2026, 11, 2, tzinfo=dt.UTC)
    check(
        [f"{tmp_path}/a.warc.gz"],
        FileConfig(now=NOW, until=until),
        {"items": ["day1"], "outcomes": ["day3", "feed#3"], "rejected": ["feed#1"]},
    )


def poll_of(day: int) -> Fetched:
    """A poll of a feed that shows an article, and an entry that says nothing."""
    text = "Words of the full text. " * 40
    entries = (
        f"<item><title>Day</title><link>https://a.example/day{day}</link>"
        f"<c:encoded>{text}</c:encoded></item>"
        f"<item><title>Nothing</title><guid isPermaLink='false'>{day}</guid></item>"
    )
    return Fetched(
        kind="feed",
        feed=FEED,
        source="a",
        requested_url=FEED,
        url=FEED,
        status=200,
        headers=(("content-type", "application/rss+xml"),),
        body=f"<rss version='2.0' {CONTENT}><channel>{entries}</channel></rss>".encode(),
        fetched_at=dt.datetime(2026, 11, day, 8, tzinfo=dt.UTC),
    )


FEED = "https://a.example/feed"
CONTENT = "xmlns:c='http://purl.org/rss/1.0/modules/content/'"


def test_single_records_are_read_again(folder: Path) -> None:
    only = frozenset([f"{folder}/a.jsonl#line 2"])
    check([str(folder)], FileConfig(now=NOW, only=only), {"rejected": ["a.jsonl#line 2"]})


def test_elements_bear_the_time_of_their_fetch(folder: Path) -> None:
    with TestPipeline(runner="FnApiRunner") as pipeline:
        read = pipeline | ReadFiles(
            [str(folder / "a.jsonl"), str(folder / "b")], FileConfig(now=NOW)
        )
        times = (read.items, read.pages) | beam.Flatten() | beam.ParDo(_TimeFn())
        assert_that(
            times,
            equal_to(["2026-11-01T00:00:00Z", "2026-11-01T10:00:00Z", "2026-11-20T09:30:00Z"]),
        )


class _TimeFn(beam.DoFn):
    def process(self, element: Item | Page, timestamp: Any = beam.DoFn.TimestampParam) -> Any:
        assert timestamp.to_utc_datetime(has_tz=True) == element.fetched_at
        yield timestamp.to_rfc3339()


def test_outputs_are_typed() -> None:
    read = TestPipeline(runner="FnApiRunner") | ReadFiles(["x"], FileConfig(now=NOW))
    types = [getattr(read, name).element_type for name in FilesRead._fields]
    assert types == [Item, Page, Outcome, Rejected]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: FileConfig(since=NOW, until=NOW),
        lambda: FileConfig(since=NOW.replace(tzinfo=None)),
    ],
)
def test_configs_that_make_no_sense(wrong: Callable[[], FileConfig]) -> None:
    with pytest.raises(ValueError, match=r"time zone|nothing lies"):
        wrong()
