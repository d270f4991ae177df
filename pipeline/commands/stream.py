"""newsbeam stream --feeds ...: polls feeds until stopped."""

import argparse
import dataclasses
from collections.abc import Sequence
from pathlib import Path

from pipeline.errors import UsageError
from pipeline.fetch_flags import add_fetch_flags, fetch_of
from pipeline.flags import folder_here, is_address, make_folder
from pipeline.graph import GraphConfig
from pipeline.interrupts import INTERRUPTS
from pipeline.model_flags import add_model_flags, models_of
from pipeline.ready import made_ready
from pipeline.run import ended_well, is_local, run_until_stopped
from pipeline.said import say
from pipeline.sink_flags import add_sink_flags, sinks_of
from pipeline.sinks import Sinks, memory_of
from pipeline.staged_run import run_whole, write_committed
from pipeline.state_folders import default_folder, held
from transforms.files.lines import compact
from transforms.files.staged import remove_parts
from transforms.web.feed_lists import Feed, FeedListError, read_feed_lists
from transforms.web.feeds_config import FeedsConfig

# A year: a feed that is asked less often may as well not be listed.
LONGEST_S = 366 * 86_400
# Seconds of event time that a stream waits to put articles in order; each ordered stage once.
RELEASE_S = 0.5
# Seconds that a stream's documents wait for others, to go into the index together.
KEEP_S = 1.0
# Seconds that a stopped stream tries to write what is kept; then the next start does it.
_LAST_WRITE_S = 5.0


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Adds the command's flags."""
    parser.add_argument(
        "--feeds",
        nargs="+",
        required=True,
        metavar="FEED",
        help="OPML or TOML file, or URL; a stream takes up what changes in the files",
    )
    parser.add_argument("--once", action="store_true", help="poll each feed one time, then end")
    parser.add_argument(
        "--min_interval_s",
        type=float,
        default=300.0,
        metavar="S",
        help="shortest poll interval (default 300)",
    )
    parser.add_argument(
        "--max_interval_s",
        type=float,
        default=21_600.0,
        metavar="S",
        help="longest poll interval (default 21600)",
    )
    parser.add_argument(
        "--list_check_s",
        type=int,
        default=30,
        metavar="S",
        help="between looks at the lists (default 30)",
    )
    parser.add_argument(
        "--state_dir",
        type=folder_here,
        metavar="DIR",
        help="where a local runner keeps what is not yet written (default: .stream in "
        "--output_dir, else a folder for the cluster in the user's state folder)",
    )
    parser.add_argument("--archive_dir", metavar="DIR", help="keep what is fetched there, as WARC")
    add_fetch_flags(parser)
    add_sink_flags(parser)
    add_model_flags(parser)


def run(args: argparse.Namespace, rest: Sequence[str]) -> int:
    """Polls the feeds."""
    config = graph_config(args)
    if args.archive_dir and not is_address(args.archive_dir) and is_local(rest):
        make_folder("--archive_dir", args.archive_dir)
    with made_ready(config, rest):
        if not args.once:
            if _all_paused(config.feeds):
                names = ", ".join(args.feeds)
                say(f"{names}: every feed is paused; the stream waits for one that is not")
            stream(config, rest, Path(args.state_dir or default_folder(args, "stream")))
            return 0
        ended = run_whole(config, rest)
    return ended_well(ended, args.max_rejected)


def stream(config: GraphConfig, rest: Sequence[str], folder: Path) -> None:
    """Polls until stopped; on a runner that keeps no state, by way of files in `folder`.

    What is kept there is written before, and once more behind an interrupt.
    """
    if not is_local(rest):
        bulk = dataclasses.replace(config.sinks.bulk, keep_s=KEEP_S)
        sinks = dataclasses.replace(config.sinks, bulk=bulk)
        run_until_stopped(dataclasses.replace(config, sinks=sinks), rest)
        return
    with held(folder, "stream", "--state_dir"):
        remove_parts(folder)
        write_committed(folder, config.sinks)
        if config.sinks.output_dir:
            compact(config.sinks.output_dir)
        sinks = dataclasses.replace(config.sinks, commit_dir=str(folder))
        # The one local runner that streams is Prism.
        local = dataclasses.replace(config, sinks=sinks, joint_watermark=True)
        try:
            run_until_stopped(local, rest)
        finally:
            if INTERRUPTS.heard:
                # Written at the next start it could undo what a backfill until then adds.
                write_committed(folder, _in_haste(config.sinks))


def _in_haste(sinks: Sinks) -> Sinks:
    """Returns sinks that wait for the cluster no longer than a stopped stream may."""
    cluster = sinks.elasticsearch
    if cluster is not None:
        request_s = min(cluster.request_timeout_s, _LAST_WRITE_S)
        cluster = dataclasses.replace(cluster, request_timeout_s=request_s)
    bulk = dataclasses.replace(sinks.bulk, retry_deadline_s=_LAST_WRITE_S)
    return dataclasses.replace(sinks, elasticsearch=cluster, bulk=bulk)


def _all_paused(feeds: Sequence[Feed]) -> bool:
    return all(feed.paused for feed in feeds)


def _place(name: str) -> str:
    """Returns the name of a list so that workers find it, whatever folder they run in.

    Links stay: Kubernetes and deployments put a new list in place by changing where they lead.
    """
    return name if is_address(name) else str(Path(name).absolute())


def graph_config(args: argparse.Namespace) -> GraphConfig:
    """Returns the graph that the flags ask for.

    Raises:
        UsageError: a feed list cannot be read, an interval makes no sense, each feed is paused
            where it is polled once: a stream takes up the one that is listed anew.
    """
    try:
        feeds = read_feed_lists(args.feeds)
    except FeedListError as error:
        raise UsageError(str(error)) from error
    if args.once and _all_paused(feeds):
        raise UsageError(
            f"{', '.join(args.feeds)}: every feed is paused; take `paused = true` from one"
        )
    if not 0 < args.min_interval_s <= args.max_interval_s <= LONGEST_S:
        raise UsageError(
            "--min_interval_s must be above 0 and not above --max_interval_s, which may be "
            f"{LONGEST_S:,} at most"
        )
    if args.list_check_s < 1:
        raise UsageError("--list_check_s must be 1 or more")
    sinks = sinks_of(args)
    fetch = fetch_of(args)
    return GraphConfig(
        feeds=feeds,
        feed_lists=tuple(map(_place, args.feeds)),
        polls=FeedsConfig(
            once=args.once,
            min_interval_s=args.min_interval_s,
            max_interval_s=args.max_interval_s,
            list_check_s=args.list_check_s,
            fetch=fetch,
        ),
        fetch=fetch,
        archive_dir=args.archive_dir,
        models=models_of(args),
        memory=memory_of(sinks),
        sinks=sinks,
        release_s=None if args.once else RELEASE_S,
    )
