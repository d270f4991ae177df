"""A backfill that is killed at any point and started again ends with the same documents."""

import json
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli import main
from pipeline.sinks import Sinks, sinks_name
from tests.killed_before import Moment, appended_to, killed_before
from tests.newsroom import documents

CONTENT = Path("examples/newsroom/content")
STORIES = ("harbour-fire", "ferry-grounding")


def records() -> list[dict[str, Any]]:
    """The articles of two stories in turn, an hour apart, and a corrected text of the first."""
    texts = [sorted((CONTENT / story).glob("*.md")) for story in STORIES]
    found = []
    for number, path in enumerate(path for pair in zip(*texts, strict=False) for path in pair):
        _, head, text = path.read_text(encoding="utf-8").split("+++", 2)
        found.append(
            {
                "title": tomllib.loads(head)["title"],
                "text": text.strip(),
                "url": f"https://{path.stem}.example/1",
                "fetched_at": f"2026-11-20T{number:02}:00:00Z",
            }
        )
    changed = {"text": found[0]["text"] + "\n\nNobody was hurt, police said on Friday."}
    return [*found, found[0] | changed | {"fetched_at": "2026-11-20T23:00:00Z"}]


def inputs(folder: Path) -> Path:
    """Three files; the corrected text stands in the last one."""
    folder.mkdir()
    lines = [json.dumps(record) for record in records()]
    share = -(-len(lines) // 3)
    for number in range(3):
        part = lines[number * share : (number + 1) * share]
        (folder / f"{number}.jsonl").write_text("\n".join(part) + "\n", encoding="utf-8")
    return folder


def done(out: Path) -> int:
    """Inputs that the ledger names; twice, where a kill came before the slice was cleared away."""
    ledger = out / ".backfill" / "done.jsonl"
    return len(set(ledger.read_bytes().splitlines())) if ledger.exists() else 0


@pytest.mark.timeout(1200)
def test_killed_at_every_step_it_ends_as_if_undisturbed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = inputs(tmp_path / "in")
    slices = ("--slice_mb", "0.001")
    undisturbed, out = tmp_path / "undisturbed", tmp_path / "out"
    assert main(["backfill", str(folder), "--output_dir", str(undisturbed), *slices]) == 0
    assert "slice 3 of 3" in capsys.readouterr().err
    command = ["backfill", str(folder), "--output_dir", str(out), *slices]
    articles = out / "articles.jsonl"
    # Documents of the first slice are there, and the slice has not ended.
    killed_before(Moment("os.rename", "sealed.json'"), command)
    assert done(out) == 0 and not articles.exists()
    # The second slice has ended, and some of it is written.
    killed_before(appended_to("articles", 2), command)
    assert done(out) == 1
    # The second slice is done, and not cleared away.
    killed_before(Moment("os.remove", "sealed.json'"), command)
    assert done(out) == 2
    # The last slice has written its articles, and the one before once more.
    before = articles.stat().st_size
    killed_before(appended_to("outcomes", 2), command)
    assert done(out) == 2 and articles.stat().st_size > before
    assert main(command) == 0
    assert documents(out) == documents(undisturbed)
    found = documents(out)
    assert found["claims"] and found["stances"] and len(found["revisions"]) == 1
    assert not any(o["outcome"] == "repeated" for o in found["outcomes"].values())
    capsys.readouterr()
    assert main(command) == 0
    assert "3 of 3 inputs were done" in capsys.readouterr().err


def test_a_changed_input_and_other_settings_are_read_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.jsonl"
    lines = [json.dumps({"title": f"Title {n}", "text": f"Word {n}."}) for n in range(2)]
    path.write_text(lines[0] + "\n", encoding="utf-8")
    sinks = ["--output_dir", str(tmp_path / "out")]

    def ended(*flags: str) -> str:
        assert main(["backfill", str(path), *sinks, *flags]) == 0
        return capsys.readouterr().err

    assert "1 indexed" in ended()
    assert "none" in ended()
    assert "1 repeated" in ended("--again")
    assert "1 repeated" in ended("--from", "2026-01-01")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    said = ended()
    assert "1 indexed" in said and "1 repeated" in said
    for name in ("articles", "outcomes"):
        (tmp_path / "out" / f"{name}.jsonl").unlink()
    assert "2 indexed" in ended()


@pytest.mark.parametrize("seal", [b"", b'{"label":{"sin', b"[]", b"{}"])
def test_a_seal_that_cannot_be_read_counts_as_none(seal: bytes, tmp_path: Path) -> None:
    path, out = tmp_path / "a.jsonl", tmp_path / "out"
    path.write_text(json.dumps({"title": "Title", "text": "Word."}) + "\n", encoding="utf-8")
    staged = out / ".backfill" / "staged"
    staged.mkdir(parents=True)
    (staged / "sealed.json").write_bytes(seal)
    assert main(["backfill", str(path), "--output_dir", str(out)]) == 0
    assert len(documents(out)["articles"]) == done(out) == 1


def test_an_input_beside_the_documents_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "export.jsonl"
    text = json.dumps({"title": "Title", "text": "Word."}) + "\n"
    path.write_text(text, encoding="utf-8")
    command = ["backfill", str(path), "--output_dir", str(tmp_path), "--again"]
    for _ in range(2):
        assert main(command) == 0
        assert path.read_text("utf-8") == text
    assert len((tmp_path / "articles.jsonl").read_bytes().splitlines()) == 1


def test_slices_of_time_leave_the_outcomes_of_each_other(tmp_path: Path) -> None:
    path, out = tmp_path / "a.jsonl", tmp_path / "out"
    days = ("2026-11-01", "2026-11-02")
    whole = [{"title": f"Title {d}", "text": f"Said on {d}.", "fetched_at": d} for d in days]
    # Of the second day is also a record that is no article.
    lines = [*whole, {"url": "https://a.example/1", "title": " ", "fetched_at": days[1]}]
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    for first, behind in (("2026-11-02", "2026-11-03"), ("2026-11-01", "2026-11-02")):
        slice_ = ("--from", first, "--to", behind)
        main(["backfill", str(path), "--output_dir", str(out), *slice_])
    ended = [outcome["outcome"] for outcome in documents(out)["outcomes"].values()]
    assert sorted(ended) == ["indexed", "indexed", "rejected"]


def test_texts_of_one_moment_are_all_kept_and_the_same_input_again_changes_nothing(
    tmp_path: Path,
) -> None:
    path, out = tmp_path / "a.jsonl", tmp_path / "out"
    texts = [f"{n} people were hurt in the fire, the mayor said." for n in (10, 12, 15)]
    lines = [json.dumps({"url": "https://a.example/1", "title": "Fire", "text": t}) for t in texts]
    path.write_text("\n".join(lines), encoding="utf-8")  # all are of the file's own time
    command = ["backfill", str(path), "--output_dir", str(out), "--again"]
    assert main(command) == 0
    first = documents(out)
    kept = [*first["articles"].values(), *first["revisions"].values()]
    assert sorted(text["body"] for text in kept) == texts
    for _ in range(2):
        assert main(command) == 0
        assert documents(out) == first


def test_a_newer_text_is_not_written_over_one_of_the_moment_before(tmp_path: Path) -> None:
    path, out = tmp_path / "a.jsonl", tmp_path / "out"
    bodies = ("Ten were hurt.", "Six were hurt.", "One was hurt.")
    times = ("2026-11-20T10:00:00Z", "2026-11-20T10:00:00Z", "2026-11-20T11:00:00Z")
    lines = [
        json.dumps({"url": "https://a.example/1", "title": "Fire", "text": body, "fetched_at": at})
        for body, at in zip(bodies, times, strict=True)
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert main(["backfill", str(path), "--output_dir", str(out)]) == 0
    assert {text["body"] for text in documents(out)["revisions"].values()} == {*bodies[:2]}


def test_what_the_slices_before_a_kill_rejected_is_told_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for number, line in enumerate(("{", json.dumps({"title": "Title", "text": "Word."}), "{")):
        (folder / f"{number}.jsonl").write_text(f"{line}\n{{\n", encoding="utf-8")
    out = tmp_path / "out"
    command = ["backfill", str(folder), "--output_dir", str(out), "--slice_mb", "0.000001"]
    # The first slice is done, and not cleared away; then the second one is.
    killed_before(Moment("os.remove", "sealed.json'"), command)
    killed_before(Moment("os.remove", "sealed.json'", 2), command)
    assert done(out) == 2
    assert main([*command, "--max_rejected", "4", "--dry_run"]) == 1
    assert "\n3 records of these were rejected\n" in capsys.readouterr().out
    assert main([*command, "--max_rejected", "4"]) == 1
    said = capsys.readouterr().err
    assert "2 of these were rejected in slices that were done before" in said
    assert "6 records in" in said and "5 rejected, 1 indexed" in said
    assert main(command) == 0


def test_what_is_read_anew_is_not_rejected_twice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = tmp_path / "a.jsonl", tmp_path / "out"
    path.write_text("{\n", encoding="utf-8")
    ledger = ("--ledger_dir", str(tmp_path / "ledger"))
    command = ["backfill", str(path), "--output_dir", str(out), *ledger]
    killed_before(Moment("os.remove", "sealed.json'"), command)
    shutil.rmtree(out)
    shutil.rmtree(tmp_path / "ledger" / "staged")
    assert main([*command, "--max_rejected", "1", "--dry_run"]) == 0
    assert "of these were rejected" not in capsys.readouterr().out
    assert main([*command, "--max_rejected", "1"]) == 0


def test_what_is_done_for_one_folder_is_not_done_for_another(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.jsonl"
    lines = [json.dumps({"title": f"Title {n}", "text": f"Word {n}."}) for n in range(2)]

    def ended(out: str, *flags: str) -> str:
        command = ["backfill", str(path), "--output_dir", str(tmp_path / out), *flags]
        assert main(command) == 0
        told = capsys.readouterr()
        return told.out + told.err

    path.write_text(lines[0] + "\n", encoding="utf-8")
    assert "1 indexed" in ended("other")  # so that it has an outcome of the same key
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    ledger = ("--ledger_dir", str(tmp_path / "ledger"))
    assert "2 indexed" in ended("own", *ledger)
    assert "done already" not in ended("other", *ledger, "--dry_run")
    assert "1 indexed" in ended("other", *ledger)
    for out in ("own", "other"):
        assert "1 of 1 inputs were done" in ended(out, *ledger)


def test_an_output_folder_is_the_same_however_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names = ("out", "./out/", str(tmp_path / "out"))
    assert len({sinks_name(Sinks(output_dir=name)) for name in names}) == 1
    here = sinks_name(Sinks(output_dir="out"))
    monkeypatch.chdir(tmp_path.parent)
    assert sinks_name(Sinks(output_dir="out")) != here


def test_the_ledger_is_no_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, out = inputs(tmp_path / "in"), tmp_path / "out"
    command = ["backfill", str(folder), "--output_dir", str(out)]
    within = ("--ledger_dir", str(folder / "ledger"))
    for flags in ((), ("--dry_run",)):
        assert main([*command, *within, *flags]) == 2
        said = capsys.readouterr().err
        assert said.count("\n") == 1 and "give another --ledger_dir" in said
    assert not [*out.glob("*.jsonl")]
