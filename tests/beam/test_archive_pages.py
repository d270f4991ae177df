"""ArchivePages: what a pipeline fetched is there, in files of a bounded size."""

import contextlib
import dataclasses
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import apache_beam as beam
import pytest
from apache_beam.testing.test_pipeline import TestPipeline
from fastwarc.warc import ArchiveIterator
from warcio.archiveiterator import ArchiveIterator as WarcioIterator
from warcio.exceptions import ArchiveLoadFailed

from schemas.records import Fetched
from tests.file_samples import NOW
from tests.unit.test_exchanges import FAILED, page
from transforms.archive_pages import ArchivePages, _WriteFn
from transforms.inputs.content import InputFile
from transforms.inputs.parts import Part
from transforms.read_files import FileConfig, records_in
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


def test_sizes_and_times_without_sense() -> None:
    for wrong in ({"max_file_bytes": 0}, {"max_file_s": 0}):
        with pytest.raises(ValueError, match="above 0"):
            ArchivePages("archive", **wrong)


def test_files_are_closed_when_they_are_old_also_where_nothing_comes(tmp_path: Path) -> None:
    writing = _WriteFn(str(tmp_path), 2**20, 0.2)
    writing.setup()
    (first,) = writing.process(page())
    opened = writing._file
    deadline = time.monotonic() + 20
    while not opened.closed and time.monotonic() < deadline:
        time.sleep(0.02)
    assert opened.closed
    (second,) = writing.process(page())
    writing.teardown()
    assert [exchanges_in(Path(name)) for name in (first, second)] == [[page()], [page()]]
    assert first.rpartition("-")[2] == "00000.warc.gz"
    assert second.rpartition("-")[2] == "00001.warc.gz"


_WRITER = """
import dataclasses, sys
from tests.file_samples import NOW
from tests.unit.test_exchanges import page
from transforms.archive_pages import _WriteFn
writing = _WriteFn(sys.argv[1], 2**40, 3600)
writing.setup()
for number in range(10**9):
    url = f"https://example.com/{number}"
    writing.process(dataclasses.replace(page(), requested_url=url, url=url))
    print(number, flush=True)
"""


def test_a_kill_loses_at_most_the_record_being_written(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _WRITER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        for line in writer.stdout:
            if int(line) == 500:
                writer.send_signal(signal.SIGKILL)
        assert writer.wait() == -signal.SIGKILL
    told = int(line)
    (file,) = tmp_path.iterdir()
    urls = [f"https://example.com/{number}" for number in range(told + 1)]
    kept = [one.requested_url for one in exchanges_in(file)]
    # One more may be whole that its writer could not tell of any more.
    assert kept[: told + 1] == urls and len(kept) <= told + 2
    with file.open("rb") as stream:
        fields = [r.rec_headers.get_header("WARC-Target-URI") for r in _warcio_records(stream)]
    assert fields[1 : told + 2] == urls
    unpacked = subprocess.run(["gzip", "-dc", file], capture_output=True, check=False)
    assert unpacked.stdout.count(b"Newsbeam-Kind: page") >= told + 1


@pytest.mark.parametrize(
    ("lost", "end"), [(4, "Page"), (100, "Rejected"), (250, "Rejected"), (400, "Rejected")]
)
def test_what_a_kill_cut_hurts_no_other_record(tmp_path: Path, lost: int, end: str) -> None:
    """Of the last record, all but the checksum, or less, reached the disk."""
    archive(tmp_path, [page(), FAILED, page()], 2**20)
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:-lost])
    found = [
        *records_in(Part(file=InputFile(path=str(file), modified_at=NOW), size=0), FileConfig())
    ]
    assert [type(one).__name__ for one in found] == ["Page", "Outcome", end]
    assert end == "Page" or "the archive ends inside this record" in found[-1].message
    with file.open("rb") as stream:
        assert len(list(_warcio_records(stream))) >= 3


def _warcio_records(stream: BinaryIO) -> Iterator[Any]:
    """What warcio gives before it finds the end missing."""
    with contextlib.suppress(EOFError, ArchiveLoadFailed):
        yield from WarcioIterator(stream)
