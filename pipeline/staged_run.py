"""A run whose sinks get all of its documents, or none: they are kept aside until it has ended.

A run that is killed half-way would leave articles without their claims; the next one would find
the articles known, and look for no claims. So the documents wait in a folder; when the run has
ended the folder is sealed, and what is sealed is written to the sinks, as often as it takes.
"""

import dataclasses
import pathlib
import shutil
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import apache_beam as beam
import orjson

from pipeline.graph import GraphConfig, Sinks, write
from pipeline.run import Run, run_bounded, run_graph
from schemas.records import Document
from transforms.stage_documents import staged_documents

_SEAL = "sealed.json"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """Documents of a run that has ended.

    Attributes:
        label: what the caller calls the run.
        outcomes, seconds: see `pipeline.run.Run`.
        witness: key of one of its outcomes, "" where it has none.
    """

    label: Mapping[str, Any]
    outcomes: Mapping[str, int]
    seconds: float
    witness: str


def stage(
    config: GraphConfig,
    rest: Sequence[str],
    folder: pathlib.Path,
    label: Mapping[str, Any],
) -> Sealed:
    """Runs the graph into `folder`, whose content is lost, and seals it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    sinks = dataclasses.replace(config.sinks, staging_dir=str(folder))
    run = run_bounded(dataclasses.replace(config, sinks=sinks), rest)
    witness = next((d.key for d in staged_documents(folder) if d.family == "outcomes"), "")
    sealed = Sealed(label=label, outcomes=run.outcomes, seconds=run.seconds, witness=witness)
    written = folder / f".{_SEAL}"
    written.write_bytes(orjson.dumps(sealed))
    written.rename(folder / _SEAL)
    return sealed


def sealed_in(folder: pathlib.Path) -> Sealed | None:
    """Returns what a run sealed that was killed before all of it was written; else None."""
    path = folder / _SEAL
    return Sealed(**orjson.loads(path.read_bytes())) if path.exists() else None


def hand_over(sealed: Sealed, folder: pathlib.Path, sinks: Sinks, rest: Sequence[str]) -> Run:
    """Writes what is sealed to the sinks; again, where that was not finished before.

    Returns:
        The staged run, with what the cluster refused, and its time, added.
    """

    def wire(pipeline: beam.Pipeline) -> None:
        documents = (
            pipeline
            | "StagingFolder" >> beam.Create([str(folder)], reshuffle=False)
            | "ReadStaged" >> beam.FlatMap(_documents_in).with_output_types(Document)
        )
        write(documents, sinks)

    written = run_graph(wire, rest)
    outcomes = dict(sealed.outcomes)
    for name, count in written.outcomes.items():
        outcomes[name] = outcomes.get(name, 0) + count
    return Run(outcomes=outcomes, seconds=sealed.seconds + written.seconds)


def discard(folder: pathlib.Path) -> None:
    """Removes what was handed over: the seal first, for the rest means nothing without it."""
    (folder / _SEAL).unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)


def _documents_in(folder: str) -> Iterator[Document]:
    yield from staged_documents(pathlib.Path(folder))
