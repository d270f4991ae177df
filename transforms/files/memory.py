"""What earlier runs left in the output folder (`schemas.memory`)."""

import collections
import dataclasses
import datetime as dt
import pathlib
from collections.abc import Iterator, Sequence
from typing import Any

from schemas import ids
from transforms.files.lines import SUFFIX, read

_Stored = dict[str, Any]


@dataclasses.dataclass(frozen=True, slots=True)
class FolderMemoryConfig:
    """Looks documents up in the `<family>.jsonl` files of `folder`."""

    folder: str

    def open(self) -> "FolderMemory":
        """Reads nothing yet."""
        return FolderMemory(pathlib.Path(self.folder))


class FolderMemory:
    """A lookup over files as they are when a family is first asked for.

    Keeps the documents of each family asked for in memory: for demos, tests and folders of some
    100,000 documents. A file that does not exist is empty.
    """

    def __init__(self, folder: pathlib.Path) -> None:
        self._folder = folder
        self._families: dict[str, list[_Stored]] = {}
        self._by_value: dict[tuple[str, str], dict[str, list[_Stored]]] = {}

    def find(
        self,
        family: str,
        field: str,
        values: Sequence[str],
        *,
        fetched_ms: tuple[int, int] | None = None,
    ) -> Iterator[_Stored]:
        """Yields documents; see `schemas.memory.Memory.find`."""
        index = self._index(family, field)
        for value in dict.fromkeys(values):
            for document in index.get(value, ()):
                if fetched_ms is None or _within(document.get("fetched_at"), *fetched_ms):
                    yield dict(document)

    def close(self) -> None:
        """Forgets what was read."""
        self._families.clear()
        self._by_value.clear()

    def _index(self, family: str, field: str) -> dict[str, list[_Stored]]:
        if (family, field) not in self._by_value:
            index: dict[str, list[_Stored]] = collections.defaultdict(list)
            for document in self._documents(family):
                value = document.get(field)
                for each in value if isinstance(value, list) else [value]:
                    index[str(each)].append(document)
            self._by_value[family, field] = dict(index)
        return self._by_value[family, field]

    def _documents(self, family: str) -> list[_Stored]:
        if family not in self._families:
            lines = read(self._folder / f"{family}{SUFFIX}")
            self._families[family] = [_without_head(line) for line in lines]
        return self._families[family]


def _without_head(line: _Stored) -> _Stored:
    return {name: value for name, value in line.items() if name not in ("_id", "_version")}


def _within(time: str | None, since_ms: int, until_ms: int) -> bool:
    if time is None:
        return False
    return since_ms <= ids.milliseconds(dt.datetime.fromisoformat(time)) <= until_ms
