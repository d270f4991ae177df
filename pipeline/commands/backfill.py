"""newsbeam backfill INPUT...: files of the past through the same graph as the stream."""

import argparse
import dataclasses
import datetime as dt
import math
from collections.abc import Sequence
from pathlib import Path

from pipeline.backfill_ledger import Ledger, key_of
from pipeline.beam_flags import beam_options
from pipeline.clusters import reachable
from pipeline.dry_run import Plan, plan_of, print_plan
from pipeline.errors import UsageError
from pipeline.fetch_flags import add_fetch_flags, fetch_of
from pipeline.flags import folder_here
from pipeline.graph import GraphConfig
from pipeline.model_flags import add_model_flags, models_of
from pipeline.ready import made_ready, require_files
from pipeline.run import ended_well, status_told
from pipeline.sink_flags import add_sink_flags, elasticsearch_of, sinks_of
from pipeline.sinks import Sinks, memory_of
from pipeline.slices import Backfill, parts_of_inputs, settings_of
from pipeline.state_folders import default_folder, require_possible
from schemas.memory import MemoryConfig
from transforms.elasticsearch.memory import ElasticsearchMemoryConfig
from transforms.files.memory import FolderMemoryConfig
from transforms.read_files import FileConfig

DEFAULT_SLICE_MB = 32
_FROM = "what was fetched then or later; ISO 8601, a date is its midnight in UTC"
_TO = "what was fetched before then"


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Adds the command's flags."""
    parser.add_argument("inputs", nargs="+", metavar="INPUT", help="file, folder or glob")
    parser.add_argument("--from", dest="since", type=_moment, metavar="TIME", help=_FROM)
    parser.add_argument("--to", dest="until", type=_moment, metavar="TIME", help=_TO)
    parser.add_argument(
        "--fetch_pages",
        action="store_true",
        help="fetch the pages of feed items without full text; else they stand on their summaries",
    )
    parser.add_argument(
        "--dry_run",
        action="store_true",
        help="say how many articles would be added, changed, skipped, rejected; write nothing",
    )
    add_resume_flags(parser)
    add_fetch_flags(parser)
    add_sink_flags(parser)
    add_model_flags(parser)


def add_resume_flags(parser: argparse.ArgumentParser) -> None:
    """Adds how a backfill is cut into slices, and where it notes what is done."""
    group = parser.add_argument_group("slices and the ledger of done inputs (docs/backfill.md)")
    group.add_argument(
        "--slice_mb",
        type=float,
        default=DEFAULT_SLICE_MB,
        metavar="MB",
        help=f"input read in one run (default {DEFAULT_SLICE_MB}); 0: all; more needs more memory",
    )
    group.add_argument(
        "--ledger_dir",
        type=folder_here,
        metavar="DIR",
        help="default: .backfill in --output_dir, else a folder for the cluster in the user's "
        "state folder (XDG_STATE_HOME)",
    )
    group.add_argument("--again", action="store_true", help="read also inputs that are done")


def run(args: argparse.Namespace, rest: Sequence[str]) -> int:
    """Reads the inputs to their end."""
    files = file_config(args)
    if not 0 <= args.slice_mb < math.inf:
        raise UsageError("--slice_mb must be 0 or above")
    if args.dry_run:
        beam_options(rest)
        plan = planned(args, files)
        print_plan(plan)
        rejected = plan.counts.get("rejected", 0) + plan.rejected_before
        remedy = "the backfill would end so, too"
        return status_told({"rejected": rejected}, args.max_rejected, remedy)
    config = graph_config(args, files)
    ledger = Ledger(ledger_folder(args))
    with made_ready(config, rest), ledger.held():
        ended = Backfill(config, rest, ledger).run(int(args.slice_mb * 2**20), again=args.again)
    return ended_well(ended, args.max_rejected)


def planned(args: argparse.Namespace, files: FileConfig) -> Plan:
    """Returns what a backfill with these flags would do."""
    memory = memory_without_writing(args)
    require_files(args.inputs, args.output_dir)
    reading = reading_config(args, files)
    to = Sinks(elasticsearch=elasticsearch_of(args), output_dir=args.output_dir)
    settings = settings_of(dataclasses.replace(reading, sinks=to))
    ledger = Ledger(ledger_folder(args))
    found = parts_of_inputs(reading, ledger.folder)
    wanted = [(key_of(part, settings), part) for part in found]
    done = frozenset[str]() if args.again else ledger.done((key for key, _ in wanted), memory)
    parts = [part for key, part in wanted if key not in done]
    plan = plan_of(parts, files, memory, fetches=args.fetch_pages, done=len(wanted) - len(parts))
    untold = ledger.untold(done)
    return dataclasses.replace(plan, rejected_before=sum(entry.rejected for entry in untold))


def memory_without_writing(args: argparse.Namespace) -> MemoryConfig:
    """Returns where the documents would go, as it is; nothing is created.

    Raises:
        UsageError: they would go nowhere, or the cluster cannot be reached.
    """
    cluster = elasticsearch_of(args)
    if cluster is not None:
        with reachable(cluster) as client:
            client.cluster.health()
        return ElasticsearchMemoryConfig(cluster)
    if not args.output_dir:
        raise UsageError("nowhere to look: give --elasticsearch_url URL or --output_dir DIR")
    require_possible("--output_dir", Path(args.output_dir))
    return FolderMemoryConfig(args.output_dir)


def ledger_folder(args: argparse.Namespace) -> Path:
    """Returns where this backfill's ledger lies.

    Raises:
        UsageError: that is a file, or below one.
    """
    folder = Path(args.ledger_dir) if args.ledger_dir else default_folder(args, "backfill")
    require_possible("--ledger_dir", folder)
    return folder


def file_config(args: argparse.Namespace) -> FileConfig:
    """Returns what is taken out of the files.

    Raises:
        UsageError: nothing lies between --from and --to.
    """
    if args.since and args.until and args.since >= args.until:
        raise UsageError("--from must be before --to")
    return FileConfig(since=args.since, until=args.until)


def graph_config(args: argparse.Namespace, files: FileConfig) -> GraphConfig:
    """Returns the graph that the flags ask for.

    Raises:
        UsageError: the documents would go nowhere.
    """
    sinks = sinks_of(args)
    reading = reading_config(args, files)
    return dataclasses.replace(reading, memory=memory_of(sinks), sinks=sinks)


def reading_config(args: argparse.Namespace, files: FileConfig) -> GraphConfig:
    """Returns what the graph reads, and how; it writes nowhere."""
    return GraphConfig(
        inputs=tuple(args.inputs),
        files=files,
        fetch=fetch_of(args) if args.fetch_pages else None,
        fetch_file_items=args.fetch_pages,
        models=models_of(args),
    )


def _moment(text: str) -> dt.datetime:
    """Returns an aware time; a date is its midnight in UTC.

    Raises:
        argparse.ArgumentTypeError: it is no ISO 8601 time.
    """
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no time: write 2026-11-22 or 2026-11-22T18:00:00Z"
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
