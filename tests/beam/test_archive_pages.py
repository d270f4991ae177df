"""ArchivePages: what a pipeline fetched is there, in files of a bounded size."""

import dataclasses
from pathlib import Path

import apache_beam as beam
import pytest
from apache_beam.testing.test_pipeline import TestPipeline
from fastwarc.warc import ArchiveIterator

from schemas.records import Fetched
from tests.unit.test_exchanges import FAILED, page
from transforms.archive_pages import ArchivePages, _WriteFn
from transforms.web.exchanges import read_exchange


def archive(folder: Path, exchanges: list[Fetched], max_file_bytes: int) -> None:
    with TestPipeline(runner="FnApiRunner") as pipeline:
        pipeline | beam.Create(exchanges) | ArchivePages(str(folder), max_file_bytes)


def exchanges_in(file: Path) -> list[Fetched]:
    with file.open("rb") as stream:
        read = [read_exchange(record) for record in ArchiveIterator(stream)]
    assert read[0] is None  # warcinfo
    return [exchange for exchange in read[1:] if exchange is not None]


def test_all_is_kept(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "archive"
    archive(folder, [page(), FAILED], 2**20)
    (file,) = folder.iterdir()
    assert exchanges_in(file) == [page(), FAILED]
    assert file.name.startswith("newsbeam-2") and file.name.endswith("-00000.warc.gz")


def test_files_are_bounded(tmp_path: Path) -> None:
    urls = [f"https://example.com/{number}" for number in range(10)]
    pages = [dataclasses.replace(page(), requested_url=url) for url in urls]
    archive(tmp_path, pages, 1500)
    files = sorted(tmp_path.iterdir())
    assert len(files) > 2
    assert all(file.stat().st_size < 3000 for file in files)
    assert [one for file in files for one in exchanges_in(file)] == pages


def test_a_size_without_sense() -> None:
    with pytest.raises(ValueError, match="above 0"):
        ArchivePages("archive", 0)


def test_a_kill_after_a_bundle_loses_nothing(tmp_path: Path) -> None:
    writing = _WriteFn(str(tmp_path), 2**20)
    writing.setup()
    for _ in range(2):
        writing.process(page())
        writing.finish_bundle()
    (file,) = tmp_path.iterdir()
    assert exchanges_in(file) == [page(), page()]
    writing.teardown()
