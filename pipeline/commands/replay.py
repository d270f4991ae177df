"""newsbeam replay --rejected ...: rejected records, once more through the graph."""

import argparse
from collections.abc import Sequence

from rich.console import Console

from pipeline.clusters import prepare
from pipeline.fetching import add_fetch_flags, fetch_of
from pipeline.flags import add_model_flags, add_sink_flags, beam_options, models_of, sinks_of
from pipeline.graph import GraphConfig
from pipeline.model_checks import require_models
from pipeline.remembering import memory_of
from pipeline.run import exit_status, report, run_bounded
from schemas.documents import rejected_of, stored_document
from schemas.memory import MemoryConfig
from schemas.records import Item, Rejected
from transforms.read_files import FileConfig


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Adds the command's flags."""
    parser.add_argument(
        "--rejected",
        nargs="*",
        default=None,
        required=True,
        metavar="KEY",
        help="keys of rejected records: URL or file#position; without: all",
    )
    parser.add_argument("--step", help="only what this step rejected")
    parser.add_argument("--error", help="only what was rejected with this error")
    add_fetch_flags(parser)
    add_sink_flags(parser)
    add_model_flags(parser)


def run(args: argparse.Namespace, rest: Sequence[str]) -> int:
    """Reads what was rejected from the sink and sends it through the graph again."""
    beam_options(rest)
    sinks = sinks_of(args)
    prepare(sinks.elasticsearch)
    memory = memory_of(sinks)
    records = [
        record
        for record in still_rejected(memory, frozenset(args.rejected))
        if args.step in (None, record.step) and args.error in (None, record.error)
    ]
    say = Console(stderr=True).print
    for record in records:
        if record.replay == "no":
            say(f"cannot be replayed: {record.key}: {record.error}: {record.message}")
    if not any(record.replay != "no" for record in records):
        say("nothing to replay")
        return 0
    config = replay_config(records, args, memory)
    models = require_models(config.models)
    outcome = run_bounded(config, rest)
    del models
    report(outcome)
    return exit_status(outcome, args.max_rejected)


def still_rejected(memory: MemoryConfig, keys: frozenset[str]) -> list[Rejected]:
    """Returns the rejected records whose outcome has not changed since; all for empty `keys`."""
    opened = memory.open()
    try:
        found = list(opened.find("outcomes", "outcome", ["rejected"]))
        wanted = [d["key"] for d in found if not keys or d["key"] in keys]
        stored = opened.find("rejected", "key", wanted)
        return sorted((rejected_of(d) for d in stored), key=lambda r: (r.at, r.key))
    finally:
        opened.close()


def replay_config(
    records: Sequence[Rejected], args: argparse.Namespace, memory: MemoryConfig
) -> GraphConfig:
    """Returns the graph that takes each record in as it first came."""
    files = [r for r in records if r.replay == "file" and r.origin.file]
    return GraphConfig(
        inputs=tuple(sorted({str(r.origin.file) for r in files})),
        files=FileConfig(only=frozenset(r.key for r in files)),
        items=tuple(
            Item(key=r.key, origin=r.origin, url=r.url, title="", fetched_at=r.at)
            for r in records
            if r.replay == "url"
        ),
        documents=tuple(stored_document(r) for r in records if r.replay == "document"),
        fetch=fetch_of(args),
        models=models_of(args),
        memory=memory,
        sinks=sinks_of(args),
    )
