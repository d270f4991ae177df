"""StageDocuments: what is read back is what was written, to the letter."""

import errno
import os
from pathlib import Path

import apache_beam as beam
import pytest
from apache_beam.testing.test_pipeline import TestPipeline

from schemas.documents import document_of
from schemas.records import Document
from tests.record_samples import OUTCOME, REJECTED, placed
from transforms import stage_documents
from transforms.stage_documents import StageDocuments, put, staged_documents

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
    monkeypatch.setattr(stage_documents, "_FLUSH_CHARS", 1)
    assert staged(tmp_path, DOCUMENTS) == DOCUMENTS
    assert len(list(tmp_path.iterdir())) == len(DOCUMENTS)


def test_what_a_kill_left_half_written_is_not_read(tmp_path: Path) -> None:
    staged(tmp_path, DOCUMENTS)
    (tmp_path / "0-half.part").write_text('{"family": "artic')
    assert list(staged_documents(tmp_path)) == DOCUMENTS


def test_a_file_is_on_the_disk_before_it_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "sealed.json"
    synced: list[tuple[Path, bool]] = []

    def fsync(number: int) -> None:
        synced.append((Path(f"/proc/self/fd/{number}").readlink(), path.exists()))

    monkeypatch.setattr(os, "fsync", fsync)
    put(path, b"{}")
    assert path.read_bytes() == b"{}"
    assert synced == [(tmp_path / "sealed.part", False), (tmp_path, True)]


def test_of_a_file_that_could_not_be_written_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(number: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        put(tmp_path / "sealed.json", b"{}")
    assert not list(tmp_path.iterdir())
