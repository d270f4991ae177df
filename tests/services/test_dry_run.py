"""`newsbeam backfill --dry_run` counts what the backfill then does, and writes nothing."""

import json
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from pipeline.cli import main

OLD, NEW = "2026-11-01T08:00:00Z", "2026-11-02T08:00:00Z"


def article(number: int, text: str, at: str) -> str:
    url = f"https://news.example/{number}"
    return json.dumps({"title": f"Number {number}", "text": text, "url": url, "fetched_at": at})


FIRST = [article(1, "The bridge is open.", NEW), article(2, "The road is closed.", NEW)]
SECOND = [
    article(1, "The bridge is open.", NEW),
    article(1, "The bridge was opened on Monday.", "2026-11-03T08:00:00Z"),
    article(2, "The road may be closed.", OLD),
    article(2, "", "2026-11-03T08:00:00Z"),
    article(3, "The ferry runs.", NEW),
    article(4, "The ferry was late.", "2026-10-01T08:00:00Z"),
    "{",
]
WANTED = {"add": 1, "change": 1, "fetch pages of": 0, "skip": 4, "reject": 1}


@pytest.fixture(params=["folder", "cluster"])
def sink(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, ...]:
    """Flags of an empty folder, and of an empty prefix of a real cluster."""
    if request.param == "folder":
        return "--output_dir", str(tmp_path / "out")
    flags: tuple[str, ...] = request.getfixturevalue("cluster")
    return flags


def counts(said: str) -> dict[str, int]:
    lines = [line.removeprefix("would ") for line in said.splitlines() if line.startswith("would")]
    return {line[:14].strip(): int(line[14:].split()[0].strip(",")) for line in lines}


def write(path: Path, lines: list[str]) -> list[str]:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return [str(path), "--from", "2026-11-01"]


def test_it_says_what_the_backfill_then_does(
    sink: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["backfill", *write(tmp_path / "first.jsonl", FIRST), *sink]) == 0
    second = ["backfill", *write(tmp_path / "second.jsonl", SECOND), *sink]
    capsys.readouterr()
    for _ in range(2):  # it has changed nothing
        assert main([*second, "--dry_run"]) == 1
        said = capsys.readouterr().out
        assert counts(said) == WANTED
    assert "known already: 2, e.g. https://news.example/1 'Number 1'" in said
    assert "older than what is known: 1, e.g. https://news.example/2" in said
    assert "outside of --from and --to: 1" in said
    assert "NotJson: 1, e.g. " in said and "second.jsonl, line 7: no JSON" in said
    assert main([*second, "--dry_run", "--max_rejected", "1"]) == 0
    capsys.readouterr()
    assert main(second) == 1
    ended = capsys.readouterr().err
    for outcome in ("indexed", "revised", "superseded", "skipped", "rejected"):
        assert f"1 {outcome}" in ended
    assert "2 repeated" in ended
    assert main([*second, "--dry_run"]) == 0
    assert "1 of 1 inputs are done already" in capsys.readouterr().out


def test_nothing_is_created(
    tmp_path: Path, client: Elasticsearch, cluster: tuple[str, ...], index_prefix: str
) -> None:
    inputs = write(tmp_path / "first.jsonl", FIRST)
    assert main(["backfill", *inputs, "--dry_run", "--output_dir", str(tmp_path / "out")]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["first.jsonl"]
    assert main(["backfill", *inputs, "--dry_run", *cluster]) == 0
    assert not client.indices.exists(index=f"{index_prefix}-*", allow_no_indices=False)
    assert not client.indices.exists_index_template(name=f"{index_prefix}-*")
