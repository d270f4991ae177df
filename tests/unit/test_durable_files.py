"""What a crash of the machine leaves of a file: what was on the disk, under which name."""

import errno
import os
from pathlib import Path

import pytest

from transforms.files.durable import append_lines, put


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[str]]]:
    """Notes what was put on the disk, and what was in its folder then."""
    noted = []

    def fsync(number: int) -> None:
        path = Path(f"/proc/self/fd/{number}").readlink()
        folder = path if path.is_dir() else path.parent
        held = sorted(f"{file.name} {file.read_text()}" for file in folder.iterdir())
        noted.append(("folder" if path.is_dir() else path.name, held))

    monkeypatch.setattr(os, "fsync", fsync)
    return noted


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> None:
    def fsync(number: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", fsync)


def test_a_file_is_on_the_disk_before_it_has_its_name(
    tmp_path: Path, synced: list[tuple[str, list[str]]]
) -> None:
    path = tmp_path / "sealed.json"
    path.write_text("old")
    put(path, [b"{", b"}"])
    assert synced == [
        ("sealed.part", ["sealed.json old", "sealed.part {}"]),
        ("folder", ["sealed.json {}"]),
    ]


@pytest.mark.usefixtures("full")
def test_of_a_file_that_could_not_be_written_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No space left"):
        put(tmp_path / "sealed.json", [b"{}"])
    assert not list(tmp_path.iterdir())


def test_a_new_file_has_its_name_on_the_disk_before_its_lines(
    tmp_path: Path, synced: list[tuple[str, list[str]]]
) -> None:
    for line in (b"1\n", b"2\n"):
        append_lines(tmp_path / "done", [line])
    assert synced == [
        ("folder", ["done "]),
        ("done", ["done 1\n"]),
        ("done", ["done 1\n2\n"]),
    ]


def test_a_line_begins_anew_behind_one_that_was_cut(tmp_path: Path) -> None:
    path = tmp_path / "done"
    path.write_bytes(b"1\n2")
    append_lines(path, [b"3\n", b"4\n"])
    assert path.read_bytes() == b"1\n2\n3\n4\n"
