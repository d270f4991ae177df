"""`newsbeam check --ledger` on what a poll and a backfill left, whole and with losses."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from elasticsearch import Elasticsearch

from pipeline.cli import main
from schemas.documents import document_of, unfinished_of
from schemas.ids import digest
from schemas.index_names import alias
from tests.record_samples import placed
from tests.web_servers import site
from transforms.files.lines import append, line_of

ENTRY = "<item><title>{name}</title><link>/{name}</link><description>News.</description></item>"
LINES = [
    json.dumps({"title": "Ferry", "text": "The ferry runs again.", "url": "https://a.example/1"}),
    json.dumps({"title": "Bridge", "text": "The bridge is closed.", "url": "https://a.example/2"}),
    "{",
    json.dumps({"title": "Ferry", "text": "The ferry runs again.", "url": "https://a.example/1"}),
]
PAGE = "<html><head><title>{0}</title></head><body><h1>{0}</h1><p>{1}</p></body></html>"


class Sink(NamedTuple):
    """A place for documents: its flags, and how to take one out."""

    flags: tuple[str, ...]
    remove: Callable[[str, str], None]


@pytest.fixture(params=["folder", "cluster"])
def sink(request: pytest.FixtureRequest, tmp_path: Path) -> Sink:
    """An empty folder, and an empty prefix of a real cluster."""
    if request.param == "folder":
        out = tmp_path / "out"

        def cut(family: str, document_id: str) -> None:
            path = out / f"{family}.jsonl"
            kept = [line for line in path.read_text().splitlines() if document_id not in line[:60]]
            path.write_text("\n".join(kept) + "\n")

        return Sink(("--output_dir", str(out)), cut)
    client: Elasticsearch = request.getfixturevalue("client")
    prefix = request.getfixturevalue("index_prefix")

    def delete(family: str, document_id: str) -> None:
        index = alias(prefix, family)
        client.indices.refresh(index=index)
        (hit,) = client.search(index=index, query={"ids": {"values": [document_id]}})["hits"][
            "hits"
        ]
        client.delete(index=hit["_index"], id=document_id)

    return Sink(request.getfixturevalue("cluster"), delete)


def test_nothing_is_missing_until_something_is(
    sink: Sink, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, archive = tmp_path / "a.jsonl", tmp_path / "archive"
    file.write_text("\n".join(LINES) + "\n", encoding="utf-8")
    entries = "".join(ENTRY.format(name=name) for name in ("harbour", "island", "gone"))
    with site() as served:
        served.text("/rss", f'<rss version="2.0"><channel>{entries}</channel></rss>', "text/xml")
        for name in ("harbour", "island"):
            served.text(f"/{name}", PAGE.format(name, f"What the {name} said. " * 30), "text/html")
        guards = ("--allow_networks", "127.0.0.0/8", "--host_delay_s", "0")
        poll = ["stream", "--feeds", served.url("/rss"), "--once", "--archive_dir", str(archive)]
        assert main([*poll, *guards, *sink.flags]) == 0
        harbour, island = served.url("/harbour"), served.url("/island")
    assert main(["backfill", str(file), *sink.flags, "--max_rejected", "1"]) == 0

    def checked(status: int) -> str:
        capsys.readouterr()
        assert main(["check", *sink.flags, "--ledger", str(file), str(archive)]) == status
        return capsys.readouterr().out

    said = checked(0)
    assert "7 outcomes: 4 indexed + 1 " in said
    assert "each of 4 articles and 1 rejected records: has an outcome" in said
    assert "each of 3 URLs that 1 feeds have shown: has an outcome" in said
    counts = "4 records = 4 outcomes: 2 indexed + 1 rejected + 1 repeated"
    assert f"ledger: {file}: {counts}" in said
    assert f"ledger: {archive}: 3 records = 3 outcomes: 2 indexed + 1 fetch_failed" in said

    sink.remove("outcomes", digest("outcome", f"{file}#line 4"))
    said = checked(2)
    assert f"ledger: {file}: 1 of 4 records: no outcome: {file}#line 4; run" in said
    assert said.count("wrong") == 1

    sink.remove("outcomes", digest("outcome", harbour))
    said = checked(2)
    assert f"ledger: 1 articles and rejected records: no outcome: {harbour};" in said
    assert f"ledger: {archive}: 1 of 3 records: no outcome: {harbour};" in said
    assert "(1 of the last polls under way)" in said

    sink.remove("articles", digest("url", island))
    assert f"1 outcomes tell of no document: {island}" in checked(2)


def test_lines_of_a_folder_that_cannot_be_read_are_named_and_mended_by_another_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file, out = tmp_path / "a.jsonl", tmp_path / "out"
    file.write_text("\n".join(LINES[:2]) + "\n", encoding="utf-8")
    backfill = ["backfill", str(file), "--output_dir", str(out)]
    check = ["check", "--output_dir", str(out), "--ledger", str(file)]
    assert main(backfill) == 0
    outcomes = out / "outcomes.jsonl"
    first, second = outcomes.read_bytes().splitlines()
    outcomes.write_bytes(first[:100] + b"\n" + second.replace(b'"key"', b'"k\xff"') + b"\n")
    capsys.readouterr()
    assert main(check) == 2
    said = capsys.readouterr().out
    assert f"wrong ledger: {outcomes}: cut or damaged, and passed over: line 1, line 2; run" in said
    assert f"ledger: {file}: 2 of 2 records: no outcome" in said
    assert main([*backfill, "--again"]) == 0
    assert main(check) == 0
    monkeypatch.chdir(tmp_path)
    assert main([*check[:-1], file.name]) == 2
    assert "run that input again (or give it by the path that it was" in capsys.readouterr().out


def test_what_a_stream_has_not_judged_yet_is_under_way(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    append(tmp_path, "articles", [line_of(unfinished_of(placed()))])
    check = ["check", "--output_dir", str(tmp_path), "--ledger"]
    assert main(check) == 0
    told = capsys.readouterr().out
    assert "each of 1 articles and 0 rejected records (1 of them under way): has an outcome" in told
    append(tmp_path, "articles", [line_of(document_of(placed()))])
    assert main(check) == 2


def test_it_wants_to_know_where(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NEWSBEAM_ELASTICSEARCH_URL", raising=False)
    assert main(["check", "--ledger"]) == 2
    assert "give --elasticsearch_url URL or --output_dir DIR" in capsys.readouterr().out
