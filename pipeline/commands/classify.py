"""newsbeam classify claims|stances: the models alone, JSON Lines in, JSON Lines out."""

import argparse
import codecs
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import orjson

from pipeline.errors import UsageError
from pipeline.flags import no_more_flags
from pipeline.model_checks import held_models
from pipeline.model_flags import add_task_flags, models_of_task
from pipeline.said import say
from transforms.models.classify import RecordError, Unjudged, classify_claims, classify_stances


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Adds the command's flags."""
    add_task_flags(parser)


def run(args: argparse.Namespace, rest: Sequence[str]) -> int:
    """Judges each line of standard input, in order.

    Returns:
        0; 1 if a text could not be judged.

    Raises:
        UsageError: a line is wrong; raised when all the others are judged.
    """
    no_more_flags(rest)
    models = models_of_task(args)
    if args.task == "claims":
        judged = classify_claims(_lines({"text"}), models.claims)
    else:
        judged = classify_stances(_lines({"claim", "text"}), models.stances)
    with held_models(models):
        unjudged = list(_unjudged(judged))
    for record in unjudged:
        if record["error"] == RecordError.__name__:
            raise UsageError(record["message"])
    if not unjudged:
        return 0
    say(f"exit status 1: {len(unjudged)} could not be judged; `message` says why")
    return 1


def _unjudged(judged: Iterable[dict[str, Any]]) -> Iterator[Unjudged]:
    """Writes each record to standard output, and yields those that could not be judged."""
    for record in judged:
        sys.stdout.buffer.write(orjson.dumps(record) + b"\n")
        sys.stdout.buffer.flush()
        if isinstance(record, Unjudged):
            yield record


def _lines(needed: set[str]) -> Iterator[dict[str, Any] | RecordError]:
    """Yields the records of standard input; an error for a line that is none."""
    for number, line in enumerate(sys.stdin.buffer, start=1):
        if not line.strip():
            continue
        try:
            record = orjson.loads(line.removeprefix(codecs.BOM_UTF8))
        except orjson.JSONDecodeError as error:
            yield RecordError(f"line {number} of standard input is no JSON: {error}")
            continue
        if isinstance(record, dict) and all(isinstance(record.get(name), str) for name in needed):
            yield record
            continue
        fields = " and ".join(sorted(needed))
        yield RecordError(f"line {number} of standard input must be an object with {fields}")
