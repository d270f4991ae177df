"""WARC files in stretches give what the whole gives, whatever is wrong with them."""

import gzip
import io
import random
import zlib

import pytest

from schemas.records import Page
from tests.file_samples import NOW, http_block, input_file, warc_record
from transforms.inputs.outcomes import Record
from transforms.inputs.warc_records import Stretch, records_of_warc
from transforms.inputs.warc_repair import has_member_for_each_record

PAGES = [f"<html><body><p>Page {n} of the day.</p></body></html>".encode() for n in range(8)]
MEMBERS = [gzip.compress(warc_record(http_block(page)), mtime=0) for page in PAGES]
WHOLE = b"".join(MEMBERS)
EMPTY = gzip.compress(b"", mtime=0)


def records(content: bytes, stretch: Stretch | None = None) -> list[Record]:
    stream = io.BytesIO(content)
    return list(records_of_warc(stream, input_file("a.warc.gz"), NOW, stretch or Stretch()))


def in_stretches(content: bytes, size: int) -> list[Record]:
    starts = range(0, len(content), size)
    ends = [*starts[1:], None]
    return [
        record
        for start, end in zip(starts, ends, strict=True)
        for record in records(content, Stretch(start, end))
    ]


def damaged(number: int) -> bytes:
    """The archive with a member that does not decompress."""
    members = [*MEMBERS]
    middle = len(members[number]) // 2
    members[number] = members[number][:middle] + b"\xff" * 9 + members[number][middle + 9 :]
    return b"".join(members)


def lying() -> bytes:
    """The archive with a record that claims to hold all behind it, and more."""
    record = warc_record(http_block(PAGES[3]))
    long = record.replace(b"Content-Length: ", b"Content-Length: 99")
    return b"".join([*MEMBERS[:3], gzip.compress(long, mtime=0), *MEMBERS[4:]])


def damaged_deep() -> bytes:
    """The archive with a record whose compression is broken behind its head."""
    noise = random.Random(1).randbytes(100_000)
    member = bytearray(gzip.compress(warc_record(http_block(noise)), mtime=0))
    member[60_000:60_009] = b"\xff" * 9
    return b"".join([*MEMBERS[:3], bytes(member), *MEMBERS[4:]])


CONTENTS = {
    "whole": WHOLE,
    "damaged in the middle": damaged(3),
    "damaged first": damaged(0),
    "damaged last": damaged(7),
    "damaged deep in a record": damaged_deep(),
    "with a length that lies": lying(),
    "cut": WHOLE[:-40],
    "cut in the head of a record": WHOLE[: -len(MEMBERS[-1]) + 14],
    "followed by zeros": WHOLE + bytes(500),
    "with empty members": EMPTY + WHOLE[: -len(MEMBERS[7])] + EMPTY * 3 + MEMBERS[7] + EMPTY,
    "two members lost": MEMBERS[0] + b"\x00" * 300 + b"".join(MEMBERS[3:]),
}


@pytest.mark.parametrize("size", [100, 173, len(MEMBERS[0]), 400, 700, len(WHOLE) + 9])
@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_stretches_give_what_the_whole_gives(content: bytes, size: int) -> None:
    whole = records(content)
    assert in_stretches(content, size) == whole
    assert len({record.key for record in whole}) == len(whole)


def test_an_empty_member_ends_no_archive() -> None:
    found = records(CONTENTS["with empty members"])
    assert [record.body for record in found if isinstance(record, Page)] == PAGES


def test_a_stretch_reads_no_further_than_it_must() -> None:
    start = len(MEMBERS[0])
    (record,) = records(WHOLE, Stretch(start, start + 1))
    assert record.origin.position == f"offset {start}"
    assert records(WHOLE, Stretch(start + 1, start + 2)) == []


def test_archives_that_are_compressed_as_a_whole_have_a_key_for_each_record() -> None:
    whole = gzip.compress(b"".join(zlib.decompress(member, 31) for member in MEMBERS))
    found = records(whole)
    assert len(found) == len(PAGES)
    assert len({record.key for record in found}) == len(PAGES)
    assert not has_member_for_each_record(io.BytesIO(whole))
    assert has_member_for_each_record(io.BytesIO(WHOLE))
    assert not has_member_for_each_record(io.BytesIO(b"WARC/1.0\r\n"))
