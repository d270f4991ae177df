"""newsbeam backfill INPUT...: files of the past through the same graph as the stream."""

import argparse
import datetime as dt
from collections.abc import Sequence

from pipeline.errors import UsageError
from pipeline.fetching import add_fetch_flags, fetch_of
from pipeline.flags import add_model_flags, add_sink_flags, models_of, sinks_of
from pipeline.graph import GraphConfig
from pipeline.ready import made_ready
from pipeline.remembering import memory_of
from pipeline.run import exit_status, report, run_bounded
from transforms.read_files import FileConfig


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Adds the command's flags."""
    parser.add_argument("inputs", nargs="+", metavar="INPUT", help="file, folder or glob")
    parser.add_argument("--from", dest="since", type=_moment, metavar="TIME", help="ISO 8601")
    parser.add_argument("--to", dest="until", type=_moment, metavar="TIME", help="ISO 8601")
    parser.add_argument(
        "--fetch_pages",
        action="store_true",
        help="fetch the pages of feed items without full text; else they stand on their summaries",
    )
    add_fetch_flags(parser)
    add_sink_flags(parser)
    add_model_flags(parser)


def run(args: argparse.Namespace, rest: Sequence[str]) -> int:
    """Reads the inputs to their end."""
    config = graph_config(args)
    with made_ready(config, rest):
        outcome = run_bounded(config, rest)
    report(outcome)
    return exit_status(outcome, args.max_rejected)


def graph_config(args: argparse.Namespace) -> GraphConfig:
    """Returns the graph that the flags ask for.

    Raises:
        UsageError: nothing lies between --from and --to, or the documents would go nowhere.
    """
    if args.since and args.until and args.since >= args.until:
        raise UsageError("--from must be before --to")
    sinks = sinks_of(args)
    return GraphConfig(
        inputs=tuple(args.inputs),
        files=FileConfig(since=args.since, until=args.until),
        fetch=fetch_of(args) if args.fetch_pages else None,
        fetch_file_items=args.fetch_pages,
        models=models_of(args),
        memory=memory_of(sinks),
        sinks=sinks,
    )


def _moment(text: str) -> dt.datetime:
    """Returns an aware time; a date is its midnight in UTC.

    Raises:
        UsageError: it is no ISO 8601 time.
    """
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            f"{text!r} is no time: write 2026-11-22 or 2026-11-22T18:00:00Z"
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
