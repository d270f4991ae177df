"""`WriteToFiles` in a graph."""

import pathlib

import apache_beam as beam
import pytest
from apache_beam.testing.test_pipeline import TestPipeline
from apache_beam.testing.util import assert_that, equal_to

from schemas.documents import FAMILIES, document_of
from tests.record_samples import ALL
from transforms import write_to_files
from transforms.files.lines import compact
from transforms.write_to_files import WriteToFiles


def write_all(folder: pathlib.Path) -> dict[str, bytes]:
    documents = [document_of(record) for record in ALL]
    with TestPipeline("FnApiRunner") as pipeline:
        receipts = pipeline | beam.Create(documents) | WriteToFiles(folder)
        said = receipts | beam.Map(lambda receipt: (receipt.index, receipt.id, receipt.result))
        assert_that(said, equal_to([(each.family, each.id, "appended") for each in documents]))
    compact(folder)
    return {path.name: path.read_bytes() for path in folder.glob("*.jsonl")}


def test_every_family_has_its_file(tmp_path: pathlib.Path) -> None:
    assert set(write_all(tmp_path)) == {f"{family}.jsonl" for family in FAMILIES}


def test_a_second_run_leaves_the_same_files(tmp_path: pathlib.Path) -> None:
    assert write_all(tmp_path) == write_all(tmp_path)


def test_a_long_bundle_is_written_in_parts(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = write_all(tmp_path / "whole")
    monkeypatch.setattr(write_to_files, "FLUSH_BYTES", 300)
    assert write_all(tmp_path / "parts") == whole
