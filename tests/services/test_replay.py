"""`newsbeam replay --rejected` after the cause was mended, with a folder and with a cluster."""

import dataclasses
import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from pipeline.cli import main
from pipeline.sinks import Sinks, memory_of
from schemas.documents import document_of
from schemas.memory import MemoryConfig
from schemas.records import Document, Outcome, Rejected
from schemas.stored import payload_of
from tests.record_samples import OUTCOME, REJECTED, placed
from tests.seeding import write_documents
from tests.services.older_cluster import make_older_index
from tests.web_servers import site
from transforms.elasticsearch.connection import ElasticsearchConfig, connect
from transforms.files import lines

OLD = "2026-01-05T08:00:00Z"  # long before the file's own time
GOOD = {"title": "Jobs", "text": "Unemployment fell to 3.9 percent in March.", "fetched_at": OLD}
OTHER = {"title": "Bridge", "text": "The old bridge was closed on Friday.", "fetched_at": OLD}
ARTICLE = document_of(placed())
REFUSED = dataclasses.replace(
    REJECTED,
    key=ARTICLE.key,
    step="WriteToElasticsearch",
    error="strict_dynamic_mapping_exception",
    payload=payload_of(ARTICLE),
    replay="document",
    at=placed().article.fetched_at,
)


@dataclasses.dataclass(frozen=True)
class Sink:
    """A place for documents: its flags, and how to look into it and write to it."""

    flags: tuple[str, ...]
    config: Sinks

    @property
    def memory(self) -> MemoryConfig:
        return memory_of(self.config)

    def outcome(self, key: str) -> str:
        memory = self.memory.open()
        (found,) = memory.find("outcomes", "key", [key])
        memory.close()
        return str(found["outcome"])

    def write(self, documents: list[Document]) -> None:
        if self.config.elasticsearch is None:
            for each in documents:
                lines.append(Path(str(self.config.output_dir)), each.family, [lines.line_of(each)])
            return
        with connect(self.config.elasticsearch) as client:
            written = write_documents(client, self.config.elasticsearch.index_prefix, documents)
            assert written.refusals == []


@pytest.fixture(params=["folder", "cluster"])
def sink(request: pytest.FixtureRequest, tmp_path: Path) -> Sink:
    """An empty folder, and an empty prefix of a real cluster."""
    if request.param == "folder":
        out = str(tmp_path / "out")
        return Sink(("--output_dir", out), Sinks(output_dir=out))
    cluster_sink: Sink = request.getfixturevalue("cluster_sink")
    return cluster_sink


@pytest.fixture
def cluster_sink(config: ElasticsearchConfig) -> Sink:
    """An empty prefix of a real cluster, its templates set up."""
    flags = ("--elasticsearch_url", config.urls[0], "--index_prefix", config.index_prefix)
    return Sink(flags, Sinks(elasticsearch=config))


def write_lines(path: Path, *records: dict[str, str] | str) -> None:
    texts = [record if isinstance(record, str) else json.dumps(record) for record in records]
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")


def test_a_line_that_was_mended_comes_through(
    sink: Sink, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "[2026-11] articles.jsonl"  # no glob, though it looks like one
    write_lines(path, GOOD, '{"title": "Bridge', '{"text": ')
    assert main(["backfill", str(path), *sink.flags]) == 1
    assert sink.outcome(f"{path}#line 2") == "rejected"
    # A repeat is as good an end as any other for what could not be read.
    write_lines(path, GOOD, OTHER, GOOD)
    assert main(["replay", "--rejected", *sink.flags]) == 0
    assert "2 records" in capsys.readouterr().err
    outcomes = [sink.outcome(f"{path}#line {number}") for number in (1, 2, 3)]
    assert outcomes == ["indexed", "indexed", "repeated"]
    assert main(["replay", "--rejected", *sink.flags]) == 0
    assert "nothing to replay" in capsys.readouterr().err


def test_a_file_whose_name_is_no_utf_8(
    sink: Sink, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    path = folder / os.fsdecode(b"caf\xe9.jsonl")
    write_lines(path, GOOD, "{")
    write_lines(folder / "other.jsonl", OTHER)
    assert main(["backfill", str(folder), "--dry_run", *sink.flags]) == 1
    assert r"caf\xe9.jsonl, line 2: no JSON" in capsys.readouterr().out
    for told in ("3 records", "2 of 2 inputs were done"):
        main(["backfill", str(folder), *sink.flags])
        assert told in capsys.readouterr().err
    key = rf"{folder}/caf\xe9.jsonl#line"
    assert [sink.outcome(f"{key} {number}") for number in (1, 2)] == ["indexed", "rejected"]
    write_lines(path, GOOD, GOOD)
    assert main(["replay", "--rejected", *sink.flags]) == 0
    assert sink.outcome(f"{key} 2") == "repeated"


def test_what_is_still_broken_stays_rejected(sink: Sink, tmp_path: Path) -> None:
    path = tmp_path / "articles.jsonl"
    write_lines(path, "{", GOOD)
    assert main(["backfill", str(path), *sink.flags]) == 1
    assert main(["replay", "--rejected", *sink.flags]) == 1
    assert main(["replay", "--rejected", "another key", *sink.flags]) == 0
    assert main(["replay", "--rejected", f"{path}#line 1", *sink.flags]) == 1
    assert sink.outcome(f"{path}#line 1") == "rejected"
    assert sink.outcome(f"{path}#line 2") == "indexed"


@pytest.mark.parametrize("fetched_at", [OLD, "2026-01-04T08:00:00Z"])
def test_a_rejected_article_that_proves_a_repeat_is_not_replayed_again(
    fetched_at: str, sink: Sink, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "articles.jsonl"
    write_lines(path, GOOD, GOOD | {"title": "J" * 1001})
    assert main(["backfill", str(path), *sink.flags]) == 1
    key = f"{path}#line 2"
    assert sink.outcome(key) == "rejected"
    write_lines(path, GOOD, GOOD | {"fetched_at": fetched_at})
    assert main(["replay", "--rejected", *sink.flags]) == 0
    assert sink.outcome(key) in {"repeated", "superseded"}
    capsys.readouterr()
    assert main(["replay", "--rejected", *sink.flags]) == 0
    assert "nothing to replay" in capsys.readouterr().err


def test_a_file_that_is_gone_is_named(
    sink: Sink, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "articles.jsonl"
    write_lines(path, "{")
    assert main(["backfill", str(path), *sink.flags]) == 1
    path.unlink()
    assert main(["replay", "--rejected", *sink.flags]) == 0
    said = capsys.readouterr().err
    assert f"cannot be replayed: {path}#line 1: {path} names no file" in said
    assert sink.outcome(f"{path}#line 1") == "rejected"


def refused(sink: Sink, record: Rejected) -> None:
    """Leaves behind what a run leaves whose document the cluster refused."""
    outcome: Outcome = dataclasses.replace(
        OUTCOME, key=record.key, outcome="rejected", step=record.step, at=record.at
    )
    sink.write([document_of(record), document_of(outcome)])


def test_a_refused_document_is_written_once_the_cluster_takes_it(sink: Sink) -> None:
    refused(sink, REFUSED)
    assert sink.outcome(ARTICLE.key) == "rejected"
    assert main(["replay", "--rejected", *sink.flags]) == 0
    memory = sink.memory.open()
    (found,) = memory.find("articles", "key", [ARTICLE.key])
    memory.close()
    assert found["title"] == placed().article.title
    assert sink.outcome(ARTICLE.key) == "indexed"


def test_a_document_that_is_refused_again_stays_rejected(cluster_sink: Sink) -> None:
    bad = dataclasses.replace(ARTICLE, source=ARTICLE.source[:-1] + b',"nope":1}')
    refused(cluster_sink, dataclasses.replace(REFUSED, payload=payload_of(bad)))
    assert main(["replay", "--rejected", *cluster_sink.flags]) == 1
    assert cluster_sink.outcome(ARTICLE.key) == "rejected"


@pytest.mark.parametrize(("article_refused", "ends"), [(False, "no_text"), (True, "indexed")])
def test_a_refused_outcome_is_written_as_it_was_unless_its_article_was_refused_too(
    sink: Sink, article_refused: bool, ends: str
) -> None:
    at = placed().article.fetched_at
    ended = dataclasses.replace(OUTCOME, key=ARTICLE.key, outcome="no_text", article_id="", at=at)
    payload = payload_of(document_of(ended))
    refused(sink, dataclasses.replace(REFUSED, payload=payload))
    if article_refused:
        refused(sink, REFUSED)
    assert main(["replay", "--rejected", *sink.flags]) == 0
    assert sink.outcome(ARTICLE.key) == ends


def _language_as_a_date(body: dict[str, Any]) -> None:
    body["mappings"]["properties"]["language"] = {"type": "date"}


def test_what_the_cluster_refuses_is_told_beside_the_records_and_written_again(
    client: Elasticsearch,
    config: ElasticsearchConfig,
    cluster_sink: Sink,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for family in ("articles-2026.01", "stories-all"):
        make_older_index(client, config.index_prefix, family, _language_as_a_date)
    path = tmp_path / "articles.jsonl"
    long = GOOD | {"text": f"{GOOD['text']}\n{'The fog has come. ' * 3000}"}
    write_lines(path, long)
    backfill = ["backfill", str(path), *cluster_sink.flags]
    assert main(backfill) == 1
    said = capsys.readouterr().err
    assert "1 records in" in said
    assert ": 1 indexed; the cluster refused 2 documents\n" in said
    assert main([*backfill, "--again", "--max_rejected", "2"]) == 0
    key = f"{path}#line 1"
    assert cluster_sink.outcome(key) == "rejected"
    for family in ("articles-2026.01", "stories-all"):
        client.indices.delete(index=f"{config.index_prefix}-{family}")
    capsys.readouterr()
    path.unlink()
    assert main(["replay", "--rejected", *cluster_sink.flags]) == 0
    assert "2 refused documents were sent once more\n" in capsys.readouterr().err
    write_lines(path, long)
    assert cluster_sink.outcome(key) == "indexed"
    assert main(["check", "--ledger", str(path), *cluster_sink.flags]) == 0


ENTRY = "<item><title>Jobs</title><link>{url}</link></item>"
RSS = '<rss version="2.0"><channel><title>Post</title>{entries}</channel></rss>'


def test_a_missing_page_is_no_reject_and_a_feed_that_was_no_feed_is_polled_again(
    sink: Sink, capsys: pytest.CaptureFixture[str]
) -> None:
    guards = ("--allow_networks", "127.0.0.0/8", "--host_delay_s", "0")
    with site() as served:
        feed = served.url("/rss")
        served.text("/rss", "this is no feed at all", "text/plain")
        poll = ["stream", "--feeds", feed, "--once", *guards, *sink.flags]
        assert main(poll) == 1
        entries = ENTRY.format(url=served.url("/gone"))
        served.text("/rss", RSS.format(entries=entries), "application/rss+xml")
        assert main(["replay", "--rejected", *guards, *sink.flags]) == 0
        assert sink.outcome(served.url("/gone")) == "fetch_failed"
        capsys.readouterr()
        assert main(["replay", "--rejected", *guards, *sink.flags]) == 0
        assert "nothing to replay" in capsys.readouterr().err


def test_the_page_of_a_line_that_was_rejected_is_fetched_again(
    sink: Sink, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, guards = tmp_path / "articles.jsonl", ("--allow_networks", "127.0.0.0/8")
    with site() as served:
        write_lines(path, {"url": served.url("/1"), "title": "Jobs", "fetched_at": OLD})
        served.text("/1", f"<p>{'long ' * 2**20}</p>")
        backfill = ["backfill", str(path), "--fetch_pages", *guards, *sink.flags]
        assert main(backfill) == 1
        text = "Unemployment fell to 3.9 percent in March, the office said on Friday. " * 3
        served.text("/1", f"<h1>Jobs</h1><p>{text}</p>")
        assert main(["replay", "--rejected", *guards, *sink.flags]) == 0
    key = f"{path}#line 1"
    assert sink.outcome(key) == "indexed"
    memory = sink.memory.open()
    [found] = memory.find("articles", "key", [key])
    memory.close()
    assert (found["file"], found["position"]) == (str(path), "line 1")
    assert "3.9 percent" in found["body"]
    capsys.readouterr()
    assert main(["replay", "--rejected", *guards, *sink.flags]) == 0
    assert "nothing to replay" in capsys.readouterr().err


def test_files_that_were_rejected_as_a_whole_or_from_some_place_on_are_read_whole(
    sink: Sink, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty, cut = tmp_path / "empty#1.jsonl", tmp_path / "cut#1.jsonl.gz"
    packed = gzip.compress("\n".join(json.dumps(one) for one in (GOOD, OTHER)).encode())
    empty.write_bytes(b"")
    cut.write_bytes(packed[:-30])
    assert main(["backfill", str(tmp_path), *sink.flags]) == 1
    write_lines(empty, GOOD, OTHER)
    cut.write_bytes(packed)
    capsys.readouterr()
    assert main(["replay", "--rejected", *sink.flags]) == 0
    ended = [sink.outcome(f"{path}#line {n}") for path in (empty, cut) for n in (1, 2)]
    assert ended == ["indexed"] * 4
    assert sink.outcome(str(empty)) == "skipped"
    assert main(["replay", "--rejected", *sink.flags]) == 0
    assert "nothing to replay" in capsys.readouterr().err
