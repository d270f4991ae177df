"""The ledger of a backfill: what counts as done, and how inputs are cut into slices."""

import argparse
import base64
import dataclasses
import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from pipeline.backfill_ledger import Ledger, LedgerEntry, key_of
from pipeline.errors import UsageError
from pipeline.sink_flags import add_sink_flags, sinks_of
from pipeline.sinks import sinks_name
from pipeline.slices import slices_of
from pipeline.state_folders import default_folder
from schemas.documents import document_of
from tests.file_samples import input_file
from tests.record_samples import OUTCOME
from tests.unit.test_elasticsearch_connection import CLOUD_ID
from transforms.files import lines
from transforms.files.memory import FolderMemoryConfig
from transforms.inputs.parts import Part
from transforms.inputs.warc_records import Stretch

PART = Part(file=input_file("a.warc.gz"), size=100)
STRETCHES = [
    Part(file=PART.file, size=100, stretch=Stretch(*ends)) for ends in ((0, 60), (60, None))
]


def sized(*sizes: int) -> list[Part]:
    return [Part(file=input_file(f"{n}.jsonl"), size=size) for n, size in enumerate(sizes)]


def test_slices_are_full_but_hold_one_part_at_least() -> None:
    parts = sized(5, 5, 1, 30, 2, 2)
    cut = [[part.size for part in each] for each in slices_of(parts, 10)]
    assert cut == [[5, 5], [1], [30], [2, 2]]
    assert list(slices_of(parts, 0)) == [tuple(parts)]
    assert list(slices_of([], 10)) == []


def test_what_is_left_is_cut_as_the_whole_was() -> None:
    parts = sized(4, 5, 3, 8, 1, 9, 2, 2, 7)
    cut = list(slices_of(parts, 10))
    for done in range(len(cut)):
        left = [part for each in cut[done:] for part in each]
        assert list(slices_of(left, 10)) == cut[done:]


def test_stretches_count_what_they_hold() -> None:
    assert [part.bytes for part in (PART, *STRETCHES)] == [100, 60, 40]


def test_a_key_tells_content_place_and_settings() -> None:
    later = dataclasses.replace(
        PART.file, modified_at=PART.file.modified_at + dt.timedelta(hours=1)
    )
    keys = [
        key_of(PART, "s"),
        key_of(PART, "other settings"),
        key_of(dataclasses.replace(PART, size=101), "s"),
        key_of(dataclasses.replace(PART, file=later), "s"),
        key_of(dataclasses.replace(PART, file=input_file("b.warc.gz")), "s"),
        *(key_of(part, "s") for part in STRETCHES),
    ]
    assert len(set(keys)) == len(keys)
    assert key_of(PART, "s") == keys[0]


def entry(key: str, witness: str = "") -> LedgerEntry:
    return LedgerEntry(key=key, path="/data/a file.jsonl", start=0, witness=witness)


def test_what_was_added_is_done_and_a_cut_line_is_not(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "new")
    memory = FolderMemoryConfig(str(tmp_path))
    asked = {"one", "two", "three", "four"}
    assert ledger.done(asked, memory) == frozenset()
    with ledger.held():
        ledger.add([entry("one"), entry("two")])
        with (ledger.folder / "done.jsonl").open("ab") as file:
            file.write(b'{"key":"thr')
        assert ledger.done(asked, memory) == {"one", "two"}
        ledger.add([entry("four")])
    assert ledger.done(asked, memory) == {"one", "two", "four"}


def test_what_the_index_has_lost_is_not_done(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger")
    with ledger.held():
        ledger.add([entry("kept", OUTCOME.key), entry("lost", "a key without an outcome")])
    document = document_of(OUTCOME)
    lines.append(tmp_path, document.family, [lines.line_of(document)])
    assert ledger.done({"kept", "lost"}, FolderMemoryConfig(str(tmp_path))) == {"kept"}


class NothingKept:
    """A memory that notes what it is asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def open(self) -> "NothingKept":
        return self

    def find(self, family: str, field: str, values: Sequence[str], **_: Any) -> Iterator[Any]:
        self.asked.extend(values)
        return iter(())

    def close(self) -> None:
        pass


def test_only_the_parts_at_hand_are_looked_up(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger")
    memory = NothingKept()
    with ledger.held():
        ledger.add(entry(f"{n}", f"witness {n}") for n in range(9))
    assert ledger.done({"7"}, memory) == frozenset()
    assert memory.asked == ["witness 7"]
    assert [each.key for each in ledger.entries({"7"})] == ["7"]


def test_one_backfill_at_a_time(tmp_path: Path) -> None:
    with Ledger(tmp_path).held(), pytest.raises(UsageError, match="another backfill"):
        Ledger(tmp_path).held().__enter__()
    with Ledger(tmp_path).held():
        pass


def test_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="--ledger_dir"):
        Ledger(tmp_path / "file").held().__enter__()


def test_deployments_in_elastic_cloud_have_folders_and_slices_of_their_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NEWSBEAM_ELASTICSEARCH_URL", "https://a.example:9200")
    other = "news:" + base64.b64encode(b"eu.cloud.example$other$def456").decode()
    parser = argparse.ArgumentParser()
    add_sink_flags(parser)
    each = [parser.parse_args(flags) for flags in ([], ["--cloud_id", CLOUD_ID])]
    each.append(parser.parse_args(["--cloud_id", other]))
    assert len({default_folder(args, "stream") for args in each}) == 3
    assert len({sinks_name(sinks_of(args)) for args in each}) == 3
