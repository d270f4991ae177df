"""StageDocuments: what is read back is what was written, to the letter."""

from pathlib import Path

import apache_beam as beam
import pytest
from apache_beam.testing.test_pipeline import TestPipeline

from schemas.documents import document_of
from schemas.records import Document
from tests.record_samples import OUTCOME, REJECTED, placed
from transforms import stage_documents
from transforms.files.staged import staged_documents
from transforms.stage_documents import StageDocuments

DOCUMENTS = [document_of(record) for record in (placed(), OUTCOME, REJECTED)]


def staged(folder: Path, documents: list[Document]) -> list[Document]:
    with TestPipeline(runner="FnApiRunner") as pipeline:
        _ = pipeline | beam.Create(documents) | StageDocuments(str(folder))
    return list(staged_documents(folder))


def test_documents_come_back_as_they_were(tmp_path: Path) -> None:
    assert staged(tmp_path, DOCUMENTS) == DOCUMENTS
    assert staged(tmp_path, []) == DOCUMENTS


def test_what_is_held_is_bounded_and_the_order_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage_documents, "_FLUSH_BYTES", 1)
    assert staged(tmp_path, DOCUMENTS) == DOCUMENTS
    assert len(list(tmp_path.iterdir())) == len(DOCUMENTS)


def test_what_a_kill_left_half_written_is_not_read(tmp_path: Path) -> None:
    staged(tmp_path, DOCUMENTS)
    (tmp_path / "0-half.part").write_text('{"family": "artic')
    assert list(staged_documents(tmp_path)) == DOCUMENTS
