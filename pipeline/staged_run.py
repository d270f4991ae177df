"""A run whose sinks get all of its documents, or none: they are kept aside until it has ended.

A run that is killed half-way would leave articles without their claims; the next one would find
the articles known, and look for no claims. So the documents wait in a folder; when the run has
ended the folder is sealed, and what is sealed is written to the sinks, as often as it takes.
"""

import collections
import contextlib
import dataclasses
import functools
import itertools
import pathlib
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import apache_beam as beam
import orjson

from pipeline.errors import UsageError
from pipeline.graph import GraphConfig, write
from pipeline.run import Run, is_local, run_bounded, run_graph
from pipeline.sinks import Sinks, sinks_name
from schemas.records import Document
from transforms.files.durable import put
from transforms.files.lines import compact
from transforms.files.staged import kept_files, staged_documents

_SEAL = "sealed.json"
_SINKS = "sinks"
_REFUSED = "refused"
_ENDINGS = ("rejected", "outcomes")
# What tells that others are there is written behind them, in a pass of its own, since of one bulk
# request some documents may fail alone: an article tells the next run that its claims are there, an
# outcome that its article is, a feed that what it has brought has come to its end.
_PASSES = (("revisions", "claims", "stances", "stories"), ("articles",), _ENDINGS, ("feeds",))


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """Documents of a run that has ended.

    Attributes:
        label: what the caller calls the run.
        outcomes, seconds, polls: see `pipeline.run.Run`.
        witness: key of one of its outcomes, "" where it has none.
    """

    label: Mapping[str, Any]
    outcomes: Mapping[str, int]
    seconds: float
    witness: str
    polls: Mapping[str, int] = dataclasses.field(default_factory=dict)


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
    sealed = Sealed(
        label=label,
        outcomes=run.outcomes,
        seconds=run.seconds,
        witness=witness,
        polls=run.polls,
    )
    put(folder / _SEAL, [orjson.dumps(sealed)])
    return sealed


def sealed_in(folder: pathlib.Path) -> Sealed | None:
    """Returns what a run sealed that was killed before all of it was written; else None.

    A seal that cannot be read is none: its run is made again.
    """
    with contextlib.suppress(FileNotFoundError, orjson.JSONDecodeError, TypeError):
        return Sealed(**orjson.loads((folder / _SEAL).read_bytes()))
    return None


def hand_over(sealed: Sealed, folder: pathlib.Path, sinks: Sinks, rest: Sequence[str]) -> Run:
    """Writes what is sealed to the sinks; again, where that was not finished before.

    What vouches for others comes after them: an article in the index has its claims there, and what
    ended as `indexed` its article. A pass that fails ends it; the later ones are not begun.

    Returns:
        The staged run, with what the cluster refused, and its time, added.
    """
    outcomes = collections.Counter(sealed.outcomes)
    seconds = sealed.seconds
    # That an article is refused is told behind the outcome that it was to have: of two with one
    # time the later stays. What an earlier try was refused may be taken now.
    refused = folder / _REFUSED
    shutil.rmtree(refused, ignore_errors=True)
    refused.mkdir()
    to = dataclasses.replace(sinks, refusals_dir=str(refused))
    for families in _PASSES:
        if families == _ENDINGS:
            to = sinks
        read = functools.partial(_documents_in, families=families)
        written = run_graph(functools.partial(_copy, folder=str(folder), read=read, to=to), rest)
        outcomes.update(written.outcomes)
        seconds += written.seconds
    return Run(outcomes=dict(outcomes), seconds=seconds, polls=sealed.polls)


def run_whole(config: GraphConfig, rest: Sequence[str]) -> Run:
    """Runs a bounded graph whose sinks get nothing before it has ended.

    Killed at any point it leaves no article without its claims, and no outcome or feed that tells
    of an article which is not there: the next poll or replay brings what is missing. Workers on
    other machines do not see the folder; their runner's checkpoints carry the run over a worker's
    death.
    """
    if not is_local(rest):
        return run_bounded(config, rest)
    with tempfile.TemporaryDirectory(prefix="newsbeam-") as name:
        folder = pathlib.Path(name) / "staged"
        run = hand_over(stage(config, rest, folder, {}), folder, config.sinks, rest)
    if config.sinks.output_dir:
        compact(config.sinks.output_dir)
    return run


def write_committed(folder: pathlib.Path, sinks: Sinks) -> None:
    """Writes what a killed stream left in its folder, and empties it; it may be there already.

    Raises:
        UsageError: it was left for other sinks.
    """
    of_folder, name = folder / _SINKS, sinks_name(sinks)
    kept = kept_files(folder)
    if kept and of_folder.exists() and of_folder.read_text("utf-8") != name:
        raise UsageError(
            f"{folder} is of a stream into other indices or folders, which may not have written "
            "all that is kept there: give another --state_dir"
        )
    if kept:
        run_graph(functools.partial(_copy, folder=str(folder), read=_all_in, to=sinks), ())
    for path in kept:
        path.unlink()
    put(of_folder, [name.encode()])


def discard(folder: pathlib.Path) -> None:
    """Removes what was handed over: the seal first, for the rest means nothing without it."""
    (folder / _SEAL).unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)


def _copy(
    pipeline: beam.Pipeline, *, folder: str, read: Callable[[str], Iterator[Document]], to: Sinks
) -> None:
    documents = (
        pipeline
        | "StagingFolder" >> beam.Create([folder], reshuffle=False)
        | "ReadStaged" >> beam.FlatMap(read).with_output_types(Document)
    )
    write(documents, to)


def _all_in(folder: str) -> Iterator[Document]:
    yield from staged_documents(pathlib.Path(folder))


def _documents_in(folder: str, *, families: Sequence[str]) -> Iterator[Document]:
    of_run = pathlib.Path(folder)
    for document in itertools.chain(*map(staged_documents, (of_run, of_run / _REFUSED))):
        if document.family in families:
            yield document
