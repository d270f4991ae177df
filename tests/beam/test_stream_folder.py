"""What a stopped stream left in its folder goes to its own sinks alone."""

import signal
import socket
import time
from pathlib import Path

import pytest

from pipeline.commands import stream
from pipeline.errors import UsageError
from pipeline.graph import GraphConfig
from pipeline.interrupts import INTERRUPTS
from pipeline.sinks import Sinks
from pipeline.staged_run import write_committed
from schemas.documents import document_of
from tests.record_samples import OUTCOME
from transforms.elasticsearch.connection import ElasticsearchConfig
from transforms.files import lines
from transforms.files.staged import keep_documents, kept_files


def test_another_stream_does_not_get_what_is_kept(tmp_path: Path) -> None:
    own, other = (Sinks(output_dir=str(tmp_path / name)) for name in ("own", "other"))
    folder = tmp_path / "state"
    folder.mkdir()
    write_committed(folder, own)
    keep_documents(folder, [document_of(OUTCOME)])
    cluster = ElasticsearchConfig(urls=("http://127.0.0.1:1",))
    for sinks in (other, Sinks(elasticsearch=cluster)):
        with pytest.raises(UsageError, match="give another --state_dir"):
            write_committed(folder, sinks)
    assert len(kept_files(folder)) == 1
    write_committed(folder, own)
    assert len((tmp_path / "own/outcomes.jsonl").read_bytes().splitlines()) == 1
    write_committed(folder, other)  # nothing is kept any more
    keep_documents(folder, [document_of(OUTCOME)])
    with pytest.raises(UsageError):
        write_committed(folder, own)


def test_what_is_kept_without_a_name_is_written(tmp_path: Path) -> None:
    keep_documents(tmp_path, [document_of(OUTCOME)])  # as earlier releases left it
    write_committed(tmp_path, Sinks(output_dir=str(tmp_path / "out")))
    assert (tmp_path / "out/outcomes.jsonl").exists()


def written(out: Path) -> list[bytes]:
    return (out / "outcomes.jsonl").read_bytes().splitlines()


def test_a_stream_that_is_stopped_leaves_nothing_to_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, out = tmp_path / "state", tmp_path / "out"

    def stopped(*_: object) -> None:
        keep_documents(folder, [document_of(OUTCOME)])
        raise KeyboardInterrupt

    monkeypatch.setattr(stream, "run_until_stopped", stopped)
    monkeypatch.setattr(INTERRUPTS, "heard", signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt):
        stream.stream(GraphConfig(sinks=Sinks(output_dir=str(out))), (), folder)
    assert len(written(out)) == 1 and not kept_files(folder)


def test_a_stopped_stream_does_not_wait_for_a_cluster_that_is_silent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object) -> None:
        keep_documents(tmp_path, [document_of(OUTCOME)])
        raise KeyboardInterrupt

    monkeypatch.setattr(stream, "run_until_stopped", stopped)
    monkeypatch.setattr(stream, "_LAST_WRITE_S", 0.5)
    monkeypatch.setattr(INTERRUPTS, "heard", signal.SIGTERM)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        sinks = Sinks(elasticsearch=ElasticsearchConfig(urls=(url,), request_timeout_s=50))
        started = time.monotonic()
        with pytest.raises(Exception, match="could not be written within"):
            stream.stream(GraphConfig(sinks=sinks), (), tmp_path)
    assert time.monotonic() - started < 40
    assert len(kept_files(tmp_path)) == 1


def test_a_stream_begins_with_one_line_for_each_document_and_without_halves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, out = tmp_path / "state", tmp_path / "out"
    for _ in range(2):
        lines.append(out, "outcomes", [lines.line_of(document_of(OUTCOME))])
    folder.mkdir()
    keep_documents(folder, [document_of(OUTCOME)])
    (whole,) = kept_files(folder)
    whole.rename(whole.with_suffix(".part"))
    (folder / "film.part").touch()
    monkeypatch.setattr(stream, "run_until_stopped", lambda *_: None)
    stream.stream(GraphConfig(sinks=Sinks(output_dir=str(out))), (), folder)
    assert len(written(out)) == 1
    assert [path.name for path in folder.glob("*.part")] == ["film.part"]
