"""A backfill in slices: each is a run of its own, done or not done, never half."""

import collections
import dataclasses
import pathlib
from collections.abc import Iterable, Iterator, Sequence

from pipeline.backfill_ledger import Ledger, LedgerEntry, key_of
from pipeline.errors import UsageError
from pipeline.graph import GraphConfig
from pipeline.run import Run, is_local, run_bounded
from pipeline.said import say
from pipeline.sinks import sinks_name
from pipeline.staged_run import Sealed, discard, hand_over, sealed_in, stage
from schemas import ids
from transforms.files.lines import compact
from transforms.inputs.parts import Part, parts_of
from transforms.inputs.paths import files_of


def parts_of_inputs(config: GraphConfig, ledger: pathlib.Path | None = None) -> list[Part]:
    """Returns all that the inputs name, each file once, in the order of the inputs, then of paths.

    Args:
        ledger: the folder that the backfill keeps its own files in.
    Raises:
        NothingMatches: an input names no file.
        UsageError: one names what lies in the ledger's folder: each run would read the last one's.
    """
    files = {file.path: file for name in config.inputs for file in files_of(name, config.files.now)}
    own = ledger.resolve() if ledger else None
    for file in files.values():
        if own and pathlib.Path(file.path).resolve().is_relative_to(own):
            raise UsageError(
                f"{file.written_path} lies where the backfill notes what is done, and is no input: "
                "leave it out, or give another --ledger_dir"
            )
    return [part for file in files.values() for part in parts_of(file)]


def slices_of(parts: Sequence[Part], slice_bytes: int) -> Iterator[tuple[Part, ...]]:
    """Yields parts in order, as many together as have `slice_bytes`; one at least; 0: all at once.

    What is left of a backfill is cut at the same places as the whole of it.
    """
    together: list[Part] = []
    size = 0
    for part in parts:
        if together and slice_bytes and size + part.bytes > slice_bytes:
            yield tuple(together)
            together, size = [], 0
        together.append(part)
        size += part.bytes
    if together:
        yield tuple(together)


def settings_of(config: GraphConfig) -> str:
    """Returns what stands for all that, beside the input, decides on the documents of a part.

    The sinks are of it: one ledger may serve several, and what is done for one is not for another.
    """
    files, models = config.files, config.models
    fetched = repr(config.fetch) if config.fetch_file_items else ""
    told = (f"{files.since} {files.until}", fetched, repr(models), sinks_name(config.sinks))
    return ids.digest("settings", *told)


class Backfill:
    """Runs what is left of a backfill."""

    def __init__(self, config: GraphConfig, rest: Sequence[str], ledger: Ledger) -> None:
        self._config = config
        self._rest = rest
        self._ledger = ledger
        self._noted: set[str] = set()

    def run(self, slice_bytes: int, *, again: bool = False) -> Run:
        """Reads the inputs to their end, a slice after the other.

        Args:
            again: read also what is done.
        Returns:
            What became of the records; with them those that were rejected by an earlier run which
            did not come to its end.
        Raises:
            UsageError: the ledger's folder holds documents for other sinks.
        """
        ended = [*self._finished_before()]
        parts = self._parts()
        wanted = parts if again else self._left(parts)
        slices = [*slices_of([part for _, part in wanted], slice_bytes)]
        keys = {id(part): key for key, part in wanted}
        for number, together in enumerate(slices, start=1):
            ended.append(self._run_slice(together, [keys[id(part)] for part in together]))
            if len(slices) > 1:
                say(f"slice {number} of {len(slices)}: {ended[-1].records} records")
        if self._config.sinks.output_dir:
            compact(self._config.sinks.output_dir)
        return _summed([*ended, self._rejected_before(key for key, _ in parts)])

    def _parts(self) -> list[tuple[str, Part]]:
        settings = settings_of(self._config)
        found = parts_of_inputs(self._config, self._ledger.folder)
        return [(key_of(part, settings), part) for part in found]

    def _left(self, parts: list[tuple[str, Part]]) -> list[tuple[str, Part]]:
        assert self._config.memory is not None
        done = self._ledger.done((key for key, _ in parts), self._config.memory)
        left = [(key, part) for key, part in parts if key not in done]
        if len(left) < len(parts):
            say(
                f"{len(parts) - len(left)} of {len(parts)} inputs were done by an earlier backfill "
                f"({self._ledger.folder}); --again reads them once more"
            )
        return left

    def _rejected_before(self, keys: Iterable[str]) -> Run:
        """Returns what earlier runs rejected of these parts, and notes that it is told now."""
        untold = self._ledger.untold(keys)
        before = sum(entry.rejected for entry in untold if entry.key not in self._noted)
        if before:
            say(f"{before} of these were rejected in slices that were done before:")
        self._ledger.add(dataclasses.replace(entry, rejected=0) for entry in untold)
        return Run(outcomes={"rejected": before} if before else {}, seconds=0.0)

    def _finished_before(self) -> Iterator[Run]:
        """Finishes the slice that an earlier backfill had sealed when it was killed."""
        sealed = sealed_in(self._ledger.staging)
        if sealed is None:
            return
        if sealed.label["sinks"] != sinks_name(self._config.sinks):
            raise UsageError(
                f"{self._ledger.folder} holds a slice for other indices or folders, which is not "
                "written yet: run that backfill again, or give another --ledger_dir"
            )
        yield self._hand_over(sealed)

    def _run_slice(self, parts: Sequence[Part], keys: list[str]) -> Run:
        config = dataclasses.replace(self._config, inputs=(), parts=tuple(parts))
        entries = [_entry(key, part) for key, part in zip(keys, parts, strict=True)]
        if not is_local(self._rest):
            # Workers elsewhere do not see the staging folder; the runner's own checkpoints carry
            # the run over a worker's death.
            run = run_bounded(config, self._rest)
            self._note(entries, run)
            return run
        lines = [f"{entry.key} {entry.start} {entry.path}" for entry in entries]
        label = {"sinks": sinks_name(config.sinks), "parts": lines}
        return self._hand_over(stage(config, self._rest, self._ledger.staging, label))

    def _hand_over(self, sealed: Sealed) -> Run:
        run = hand_over(sealed, self._ledger.staging, self._config.sinks, self._rest)
        self._note([_entry_of(line, sealed.witness) for line in sealed.label["parts"]], run)
        discard(self._ledger.staging)
        return run

    def _note(self, entries: Sequence[LedgerEntry], run: Run) -> None:
        """Notes the parts of a slice as done."""
        rejected = run.outcomes.get("rejected", 0) + run.refused
        self._ledger.add([dataclasses.replace(entries[0], rejected=rejected), *entries[1:]])
        self._noted.update(entry.key for entry in entries)


def _entry(key: str, part: Part) -> LedgerEntry:
    start = part.stretch.start if part.stretch else 0
    return LedgerEntry(key=key, path=part.file.written_path, start=start, witness="")


def _entry_of(line: str, witness: str) -> LedgerEntry:
    key, start, path = line.split(" ", 2)
    return LedgerEntry(key=key, path=path, start=int(start), witness=witness)


def _summed(runs: Iterable[Run]) -> Run:
    outcomes: collections.Counter[str] = collections.Counter()
    seconds = 0.0
    for run in runs:
        outcomes.update(run.outcomes)
        seconds += run.seconds
    return Run(outcomes=dict(outcomes), seconds=seconds)
