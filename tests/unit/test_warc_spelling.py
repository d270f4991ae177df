"""Archives whose field `Content-Length` is spelled otherwise give what others give."""

import gzip
import io
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from schemas.records import Page, Rejected
from tests.file_samples import NOW, http_block, read, warc_record
from transforms.inputs.content import InputFile
from transforms.inputs.outcomes import Record
from transforms.inputs.parts import parts_of
from transforms.inputs.warc_repair import has_member_for_each_record
from transforms.inputs.warc_spelling import Respelled, respelled
from transforms.read_files import FileConfig, records_in

BODIES = [
    f"<html><body><p>Page {n} {random.Random(n).randbytes(900).hex()}</p></body></html>".encode()
    for n in range(30)
]
RECORDS = [warc_record(http_block(body, more="Server: a\r\n")) for body in BODIES]
ODD = [record.replace(b"Content-Length", b"content-length") for record in RECORDS]
PLAIN = b"".join(ODD)
WHOLE = gzip.compress(PLAIN, mtime=0)
MEMBERS = b"".join(gzip.compress(record, mtime=0) for record in ODD)


def bodies(records: list[Record]) -> list[bytes]:
    return [record.body for record in records if isinstance(record, Page)]


@pytest.mark.parametrize("content", [PLAIN, MEMBERS, WHOLE], ids=["plain", "members", "whole"])
def test_records_are_those_of_the_unpacked_archive(content: bytes) -> None:
    assert read(content, "a.warc") == read(b"".join(RECORDS), "a.warc")


@pytest.mark.parametrize("name", [b"content-length", b"CONTENT-LENGTH", b"Content-length"])
def test_each_spelling_is_read(name: bytes) -> None:
    content = b"".join(RECORDS[:3]).replace(b"Content-Length", name)
    assert bodies(read(content, "a.warc")) == BODIES[:3]


@pytest.mark.parametrize("size", [1, 2, 15, 16, 17, 18, 511, 10**6])
@pytest.mark.parametrize("content", [PLAIN, MEMBERS, WHOLE], ids=["plain", "members", "whole"])
def test_it_is_read_in_any_pieces_from_any_place(content: bytes, size: int) -> None:
    archive, expected = Respelled(io.BytesIO(content)), b"".join(RECORDS)
    for start in (0, 5000, *range(160, 200), len(expected) - 3):
        assert archive.seek(start) == archive.tell() == start
        pieces = [archive.read(size) for _ in range(50)]
        assert pieces[0]
        assert expected.startswith(b"".join(pieces), start)
        assert archive.tell() == start + len(b"".join(pieces))


def test_archives_as_they_should_be_are_left_alone() -> None:
    for stream in (io.BytesIO(b"".join(RECORDS)), io.BytesIO(b"\x1f\x8b no gzip"), io.BytesIO()):
        assert respelled(stream) is stream


def test_a_cut_archive_gives_what_is_there() -> None:
    *pages, cut = read(PLAIN[:-100], "a.warc")
    assert bodies(pages) == BODIES[:-1]
    assert isinstance(cut, Rejected)
    assert (cut.error, cut.url) == ("TruncatedFile", "https://a.example/1")


@pytest.mark.parametrize("content", [MEMBERS, WHOLE], ids=["members", "whole"])
@pytest.mark.parametrize(
    ("damage", "error"),
    [
        (lambda content: content[: len(content) // 2], "TruncatedFile"),
        (lambda content: content[:-4], "TruncatedFile"),
        (lambda content: content[:-8] + bytes(8), "DamagedFile"),
        (lambda content: content + b"junk" * 99, "DamagedFile"),
    ],
    ids=["cut", "cut at its very end", "another checksum", "followed by junk"],
)
def test_behind_a_damaged_place_one_reject_stands_for_the_file(
    content: bytes, damage: Callable[[bytes], bytes], error: str
) -> None:
    *others, last = read(damage(content), "a.warc.gz")
    pages = bodies(others)
    assert len(pages) > len(BODIES) // 3
    assert pages == BODIES[: len(pages)]
    assert isinstance(last, Rejected)
    assert (last.key, last.error) == ("/data/a.warc.gz", error)
    assert last.message.endswith("; copy the file again")


def test_a_record_that_its_checksum_refutes_does_not_come_out() -> None:
    members = [bytearray(gzip.compress(record, 0)) for record in ODD]
    members[20][-100] ^= 1
    *pages, last = read(b"".join(members), "a.warc.gz")
    assert 15 < len(pages) <= 20
    assert bodies(pages) == BODIES[: len(pages)]
    assert isinstance(last, Rejected)
    assert "CRC" in last.message


def test_nonsense_between_records_is_passed_over() -> None:
    content = ODD[0] + b"nonsense\r\n\r\n" + ODD[1] + ODD[2]
    first, refused, *others = read(gzip.compress(content), "a.warc.gz")
    assert bodies([first, *others]) == BODIES[:3]
    assert isinstance(refused, Rejected)
    assert refused.key.endswith("#after offset 0")


def test_it_is_one_part_so_that_each_run_gives_the_same_keys(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(MEMBERS)
    (part,) = parts_of(InputFile(path=str(path), modified_at=NOW), 500)
    assert part.stretch is None
    assert not has_member_for_each_record(io.BytesIO(MEMBERS))
    keys = [record.key for record in records_in(part, FileConfig(now=NOW))]
    lengths = [len(b"".join(RECORDS[:number])) for number in range(len(RECORDS))]
    assert keys == [f"{path}#offset {length}" for length in lengths]
