"""Which files are cut into parts, and that the parts are the file."""

import gzip
import os
from pathlib import Path

import pytest

from tests.file_samples import NOW
from tests.unit.test_warc_stretches import MEMBERS, WHOLE
from transforms.inputs import json_lines
from transforms.inputs.content import InputFile
from transforms.inputs.parts import Part, parts_of
from transforms.read_files import FileConfig, records_in

CONFIG = FileConfig(now=NOW)


def parts(path: Path, content: bytes, part_bytes: int) -> list[Part]:
    path.write_bytes(content)
    return list(parts_of(InputFile(path=str(path), modified_at=NOW), part_bytes))


def test_an_archive_comes_in_parts_that_give_all_of_it(tmp_path: Path) -> None:
    cut = parts(tmp_path / "a.warc.gz", WHOLE, 500)
    assert len(cut) > 2
    assert sum(part.bytes for part in cut) == len(WHOLE)
    read = [record for part in cut for record in records_in(part, CONFIG)]
    (whole,) = parts(tmp_path / "a.warc.gz", WHOLE, len(WHOLE))
    assert whole.stretch is None
    assert read == list(records_in(whole, CONFIG))
    assert len(read) == len(MEMBERS)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.warc.gz", gzip.compress(b"".join(map(gzip.decompress, MEMBERS)), mtime=0)),
        ("a.warc", b"".join(map(gzip.decompress, MEMBERS))),
        ("a.jsonl.gz", gzip.compress(b'{"title": "one"}\n' * 100 + os.urandom(100))),
        ("a.txt", b"words\n" * 100),
        ("a.jsonl", b'{"title": "' + b"one " * 100 + b'"}'),
        ("a.warc.gz", b"\x1f\x8b\x08 no gzip" * 100),
    ],
)
def test_what_cannot_be_cut_is_one_part(tmp_path: Path, name: str, content: bytes) -> None:
    (part,) = parts(tmp_path / name, content, 50)
    assert part.stretch is None and part.size == len(content)


GOOD = b'{"title": "good"}\n'
LINES = {
    "whole": GOOD * 30,
    "with errors and blank lines": (GOOD + b"\n" + b"no JSON\n" + GOOD + b'{"url": 7}\n') * 9,
    "without a last line break": GOOD * 20 + GOOD.rstrip(),
    "with a long line": GOOD * 3 + b'{"text": "' + b"a" * 900 + b'"}\n' + GOOD * 9,
    "with carriage returns": GOOD.replace(b"\n", b"\r\n") * 20,
    "with zeros behind it": GOOD * 20 + bytes(200),
}


@pytest.mark.parametrize("part_bytes", [1, 17, 18, 19, 36, 40, 100, 333])
@pytest.mark.parametrize("content", LINES.values(), ids=LINES)
def test_lines_in_parts_are_the_lines_of_the_file(
    tmp_path: Path, content: bytes, part_bytes: int
) -> None:
    cut = parts(tmp_path / "a.jsonl", content, part_bytes)
    assert len(cut) > 1
    assert sum(part.bytes for part in cut) == len(content)
    read = [record for part in cut for record in records_in(part, CONFIG)]
    (whole,) = parts(tmp_path / "a.jsonl", content, len(content))
    assert whole.stretch is None
    assert read == list(records_in(whole, CONFIG))


def test_a_line_over_the_limit_is_refused_by_its_own_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_lines, "MAX_LINE_BYTES", 50)
    first, *others = parts(tmp_path / "a.jsonl", GOOD + b"a" * 500 + b"\n" + GOOD * 3, 60)
    told = [[record.key.rpartition("#")[2] for record in records_in(first, CONFIG)]]
    told += [[record.key.rpartition("#")[2] for record in records_in(o, CONFIG)] for o in others]
    assert told == [["line 1", "line 2"], ["line 3", "line 4", "line 5"]]


def test_a_file_that_is_gone_is_left_to_its_reader(tmp_path: Path) -> None:
    (part,) = parts_of(InputFile(path=str(tmp_path / "gone.warc.gz"), modified_at=NOW))
    (record,) = records_in(part, CONFIG)
    assert "gone.warc.gz" in record.key
