"""Which files are cut into parts, and that the parts are the file."""

import gzip
from pathlib import Path

import pytest

from tests.file_samples import NOW
from tests.unit.test_warc_stretches import MEMBERS, WHOLE
from transforms.read_files import FileConfig, records_in
from transforms.web.file_formats import InputFile
from transforms.web.input_parts import Part, parts_of

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
        ("a.jsonl", b'{"title": "one"}\n' * 100),
        ("a.warc.gz", b"\x1f\x8b\x08 no gzip" * 100),
    ],
)
def test_what_cannot_be_cut_is_one_part(tmp_path: Path, name: str, content: bytes) -> None:
    (part,) = parts(tmp_path / name, content, 50)
    assert part.stretch is None and part.size == len(content)


def test_a_file_that_is_gone_is_left_to_its_reader(tmp_path: Path) -> None:
    (part,) = parts_of(InputFile(path=str(tmp_path / "gone.warc.gz"), modified_at=NOW))
    (record,) = records_in(part, CONFIG)
    assert "gone.warc.gz" in record.key
