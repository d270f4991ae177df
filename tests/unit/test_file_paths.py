"""Files, folders and globs."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from apache_beam.io.filesystem import FileMetadata
from apache_beam.io.localfilesystem import LocalFileSystem

from pipeline.beam_flags import beam_options
from schemas.records import Rejected
from tests.file_samples import MODIFIED, NOW
from transforms.inputs.errors import NothingMatches
from transforms.inputs.parts import Part
from transforms.inputs.paths import files_of
from transforms.read_files import FileConfig, records_in


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


def test_a_hidden_file_that_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    for above in ("", f"{folder}/"):
        assert names(f"{above}.hidden", folder) == [".hidden"]
        assert names(f"{above}.git", folder) == [".git/d.txt"]


@pytest.mark.parametrize("name", ["[2026-11] a.jsonl", "[old]/b.jsonl", "what?.txt", "**", "*[!a"])
def test_a_name_that_would_be_a_glob_is_taken_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    for each in (name, "other/a.jsonl", "o/b.jsonl", "whats.txt"):
        (tmp_path / each).parent.mkdir(exist_ok=True)
        (tmp_path / each).write_text("x")
    assert names(f"{tmp_path}/{name}", tmp_path) == [name]
    assert names(f"{tmp_path}/{Path(name).parts[0]}", tmp_path) == [name]
    monkeypatch.chdir(tmp_path)
    assert names(name, tmp_path) == [name]


def test_a_name_that_is_no_utf_8(tmp_path: Path) -> None:
    for name in (b"caf\xe9.txt", b"caf\xe8.txt", rb"x\xe9.txt"):
        (tmp_path / os.fsdecode(name)).write_text("x")
    found = files_of(str(tmp_path), NOW)
    assert [file.name for file in found] == [r"caf\xe8.txt", r"caf\xe9.txt", "xe9.txt"]
    assert [Path(file.written_path).name for file in found[1:]] == [
        r"caf\xe9.txt",
        r"x\xe9.txt",
    ]
    for file in found:
        assert files_of(file.written_path, NOW) == [file]


class _Objects(LocalFileSystem):
    """A store of objects: no folders."""

    names = ("objects://bucket/[2026-11]/a.jsonl", "objects://bucket/[2026-11] b.jsonl")

    @classmethod
    def scheme(cls) -> str:
        return "objects"

    def has_dirs(self) -> bool:
        return False

    def exists(self, path: str) -> bool:
        return path in self.names

    def metadata(self, path: str) -> FileMetadata:
        return FileMetadata(path, 1, MODIFIED.timestamp())

    def _list(self, dir_or_prefix: str) -> Iterator[FileMetadata]:
        return (self.metadata(name) for name in self.names if name.startswith(dir_or_prefix))


def test_names_that_would_be_globs_in_a_store_of_objects() -> None:
    below, beside = _Objects.names
    for pattern, found in (
        ("objects://bucket/[2026-11]", [below]),
        (below, [below]),
        (beside, [beside]),
        ("objects://bucket/*.jsonl", [beside]),
        ("objects://bucket/**.jsonl", [beside, below]),
        ("objects://bucket", [beside, below]),
    ):
        assert [file.path for file in files_of(pattern, NOW)] == found


def test_a_glob_that_is_none(folder: Path) -> None:
    with pytest.raises(NothingMatches, match=r"\[z-a\].txt names no file: .*bad character range"):
        files_of(f"{folder}/[z-a].txt", NOW)


def test_relative_patterns(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert [file.name for file in files_of("*.jsonl", NOW)] == ["a.jsonl"]
    assert [file.name for file in files_of("deep", NOW)] == ["c.html"]
    for pattern in ("*/er/*.html", "d*/**", "[d]eep/er/c.html"):
        assert [file.name for file in files_of(pattern, NOW)] == ["c.html"]


@pytest.mark.parametrize("pattern", ["absent.txt", "*.absent", "nosuch://bucket/x"])
def test_what_names_nothing(folder: Path, pattern: str) -> None:
    with pytest.raises(NothingMatches, match=r"absent|nosuch"):
        files_of(pattern if ":" in pattern else f"{folder}/{pattern}", NOW)


def test_pipes_and_devices_are_no_files(folder: Path) -> None:
    """Nobody may write to a pipe for ever, and none can be read twice."""
    os.mkfifo(folder / "deep" / "d.jsonl")
    assert names(f"{folder}/deep", folder) == ["deep/er/c.html"]
    assert names(f"{folder}/deep/**", folder) == ["deep/er/c.html"]
    for name in (f"{folder}/deep/d.jsonl", "/dev/null"):
        with pytest.raises(NothingMatches, match=f"{name} names no file: it is a pipe or a device"):
            files_of(name, NOW)


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("file:///data/*.jsonl", "give the path without file://"),
        ("s3://bucket/a.jsonl", "its filesystem is not set up .*apache-beam"),
        ("hdfs://host/a/*.jsonl", r"is not set up \(Failed to import hdfs"),
        ("azfs://account/container/a", "is not set up"),
        ("gs://bucket/a", "apache-beam"),
    ],
)
def test_what_a_filesystem_lacks_is_told(pattern: str, told: str) -> None:
    beam_options([])
    with pytest.raises(NothingMatches, match=told):
        files_of(pattern, NOW)


def test_a_store_that_is_told_beams_flags(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    monkeypatch.setattr(
        _Objects, "__init__", lambda self, pipeline_options: seen.append(pipeline_options)
    )
    options = beam_options(["--s3_region_name", "somewhere"])
    files_of("objects://bucket", NOW)
    assert seen == [options]


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


@pytest.mark.parametrize("pattern", ["", "/**", "/deep/*.html"])
def test_a_link_that_leads_nowhere_is_a_file_that_cannot_be_opened(
    folder: Path, pattern: str
) -> None:
    lost = folder / "deep" / "lost.html"
    lost.symlink_to(folder / "absent")
    (folder / "deep" / "lost.circle.html").symlink_to(folder / "deep" / "lost.circle.html")
    (folder / "deep" / ".lost.html").symlink_to(folder / "absent")
    found = {file.path: file for file in files_of(f"{folder}{pattern}", NOW)}
    assert [path for path in found if "lost" in path] == [str(lost)]
    (read,) = records_in(Part(file=found[str(lost)], size=0), FileConfig(now=NOW))
    assert isinstance(read, Rejected)
    assert (read.error, read.key) == ("CannotOpen", str(lost))


def _not_allowed(monkeypatch: pytest.MonkeyPatch, call: str, *paths: Path) -> None:
    """Lets the system refuse a call, as it refuses none to a test that root runs."""
    allowed = getattr(os, call)

    def refused(path: Any, *args: Any, **named: Any) -> Any:
        if Path(path) in paths:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return allowed(path, *args, **named)

    monkeypatch.setattr(os, call, refused)


def test_a_folder_that_may_not_be_listed_is_not_passed_over(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shut = folder / "deep" / "er"
    own = folder / "lost+found"  # ext4's, of each disk
    own.mkdir()
    _not_allowed(monkeypatch, "scandir", shut, folder / ".git", own)
    for pattern in ("", "/deep", "/deep/er", "/**", "/d*/**.html", "/*/*/*.html"):
        with pytest.raises(NothingMatches, match=f"{shut}/? cannot be read: Permission denied"):
            files_of(f"{folder}{pattern}", NOW)
    assert names(f"{folder}/*.txt", folder) == ["b.txt", "e[1].txt"]
    assert names(f"{folder}/[!d]*", folder) == ["a.jsonl", "b.txt", "e[1].txt"]


def test_a_file_below_a_folder_that_may_not_be_entered(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = folder / "deep" / "er" / "c.html"
    _not_allowed(monkeypatch, "stat", file)
    with pytest.raises(NothingMatches, match=f"{file} cannot be read: Permission denied"):
        files_of(str(file), NOW)
    assert names(f"{folder}/deep", folder) == ["deep/er/c.html"]
