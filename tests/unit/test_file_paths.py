"""Files, folders and globs."""

import os
from pathlib import Path

import pytest

from tests.file_samples import MODIFIED, NOW
from transforms.web.file_errors import NothingMatches
from transforms.web.file_paths import files_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a.jsonl", "b.txt", "deep/er/c.html", ".hidden", ".git/d.txt", "e[1].txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
        os.utime(path, (MODIFIED.timestamp(), MODIFIED.timestamp()))
    return tmp_path


def names(pattern: str, folder: Path) -> list[str]:
    return [os.path.relpath(file.path, folder) for file in files_of(pattern, NOW)]


def test_a_file(folder: Path) -> None:
    (file,) = files_of(str(folder / "a.jsonl"), NOW)
    assert (file.path, file.name, file.modified_at) == (
        str(folder / "a.jsonl"),
        "a.jsonl",
        MODIFIED,
    )


@pytest.mark.parametrize("end", ["", "/"])
def test_a_folder_is_all_below_it_but_for_hidden_files(folder: Path, end: str) -> None:
    assert names(f"{folder}{end}", folder) == ["a.jsonl", "b.txt", "deep/er/c.html", "e[1].txt"]


def test_globs(folder: Path) -> None:
    assert names(f"{folder}/*.txt", folder) == ["b.txt", "e[1].txt"]
    assert names(f"{folder}/**.html", folder) == ["deep/er/c.html"]


def test_a_hidden_file_that_is_named(folder: Path) -> None:
    assert names(f"{folder}/.hidden", folder) == [".hidden"]
    assert names(f"{folder}/.git", folder) == [".git/d.txt"]


def test_relative_patterns(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert [file.name for file in files_of("*.jsonl", NOW)] == ["a.jsonl"]
    assert [file.name for file in files_of("deep", NOW)] == ["c.html"]


@pytest.mark.parametrize("pattern", ["absent.txt", "*.absent", "nosuch://bucket/x"])
def test_what_names_nothing(folder: Path, pattern: str) -> None:
    with pytest.raises(NothingMatches, match=r"absent|nosuch"):
        files_of(pattern if ":" in pattern else f"{folder}/{pattern}", NOW)


@pytest.mark.parametrize("pattern", ["", " "])
def test_an_empty_name_is_not_the_whole_machine(pattern: str) -> None:
    with pytest.raises(NothingMatches, match="check the variable"):
        files_of(pattern, NOW)


def test_a_folder_without_files_is_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    for pattern in ("empty", "./empty", str(tmp_path / "empty")):
        with pytest.raises(NothingMatches, match="empty names no file"):
            files_of(pattern, NOW)
