"""Which inputs of a backfill are done, kept in a folder: one line for each part of a file."""

import contextlib
import dataclasses
import pathlib
from collections.abc import Iterable, Iterator

import orjson

from pipeline.state_folders import held
from schemas import ids
from schemas.memory import MemoryConfig
from transforms.files.durable import append_lines
from transforms.inputs.parts import Part

_DONE = "done.jsonl"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """A part of a file all of whose documents are written.

    Attributes:
        key: `key_of` the part. path, start: for those who read the ledger.
        witness: key of an outcome that was written with it, "" for none: where the index no longer
            has it, the index was emptied, and the part is not done.
        rejected: how many records and documents of its slice were rejected, noted with the slice's
            first part; 0 from when a backfill has told of them at its end.
    """

    key: str
    path: str
    start: int
    witness: str
    rejected: int = 0


class Ledger:
    """The done parts in `folder`, which one backfill at a time uses."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder

    @property
    def staging(self) -> pathlib.Path:
        """Where the documents of the slice under way wait."""
        return self.folder / "staged"

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Keeps other backfills off; a killed one holds nothing.

        Raises:
            UsageError: another one is under way; the folder cannot be written to.
        """
        with held(self.folder, "backfill", "--ledger_dir"):
            yield

    def entries(self, keys: Iterable[str]) -> list[LedgerEntry]:
        """Returns what is done of these parts; a line that a kill cut says nothing.

        The ledger grows with each backfill, and is never held as a whole.
        """
        wanted = frozenset(keys)
        found = []
        with contextlib.suppress(FileNotFoundError), (self.folder / _DONE).open("rb") as file:
            for line in file:
                with contextlib.suppress(orjson.JSONDecodeError, TypeError):
                    entry = LedgerEntry(**orjson.loads(line))
                    if entry.key in wanted:
                        found.append(entry)
        return found

    def done(self, keys: Iterable[str], memory: MemoryConfig) -> frozenset[str]:
        """Returns which of these parts are done, and have their documents still there."""
        entries = self.entries(keys)
        witnesses = sorted({entry.witness for entry in entries if entry.witness})
        with contextlib.closing(memory.open()) as opened:
            there = {d["key"] for d in opened.find("outcomes", "key", witnesses)}
        return frozenset(e.key for e in entries if not e.witness or e.witness in there)

    def untold(self, keys: Iterable[str]) -> list[LedgerEntry]:
        """Returns the last entries of these parts that have rejections to be told of."""
        last = {entry.key: entry for entry in self.entries(keys)}
        return [entry for entry in last.values() if entry.rejected]

    def add(self, entries: Iterable[LedgerEntry]) -> None:
        """Notes parts as done, for good when it returns; of a part the last entry counts."""
        append_lines(self.folder / _DONE, (orjson.dumps(entry) + b"\n" for entry in entries))


def key_of(part: Part, settings: str) -> str:
    """Returns the name of a part of this content: a file that has changed has other keys."""
    modified_ms = ids.milliseconds(part.file.modified_at)
    start, end = (part.stretch.start, part.stretch.end) if part.stretch else (0, None)
    place = (part.file.path, str(part.size), str(modified_ms), f"{start} {end}")
    return ids.digest("part", settings, *place)
