"""The intake's benchmark reads what it says, with and without the shared data."""

import io
from pathlib import Path

import pytest

from benchmarks import archive_memory, intake
from benchmarks.intake import NOW, Row, archive_of, feed_rows, page_rows, pages, table_of, warc_row
from schemas.records import Page
from tests.file_samples import input_file
from transforms.inputs.warc_records import records_of_warc


def test_without_data_the_examples_stand_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSBEAM_DATA", str(tmp_path))
    bodies, name = pages()
    rows = [*feed_rows(), *page_rows(bodies, name), warc_row(bodies, name)]
    assert all("examples/" in row.data for row in rows)
    table = table_of(rows, 1)
    assert table.row_count == len(rows) == 5


def test_the_archive_holds_the_pages() -> None:
    bodies = [b"<html><p>one</p></html>", b"<html><p>two</p></html>"]
    found = list(records_of_warc(io.BytesIO(archive_of(bodies)), input_file("b.warc.gz"), NOW))
    assert [one.body for one in found if isinstance(one, Page)] == bodies


def test_the_sides_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(100))
    monkeypatch.setattr(intake.time, "process_time", lambda: float(next(clock)))
    calls: list[str] = []
    row = Row("x", "x", 1, lambda: calls.append("ours"), lambda: calls.append("bare"), "x")
    assert intake.seconds_of(row, 2) == (1.0, 1.0)
    assert calls == ["ours", "bare"] * 2


def test_the_memory_of_an_archive_is_measured_on_both_sides(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["archive_memory", "--mb", "1", "--record_mb", "20"])
    archive_memory.main()
    told = capsys.readouterr().out.splitlines()
    rows = [line for line in told if "newsbeam" in line or "fastwarc" in line]
    records = [int(row.split("│")[3]) for row in rows]
    assert len(rows) == 4
    assert records[0] == records[1] > 1
    assert records[2] == records[3] == 3
