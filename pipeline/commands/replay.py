"""newsbeam replay --rejected ...: rejected records, once more through the graph."""

import argparse
import contextlib
import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

import orjson

from pipeline.beam_flags import beam_options
from pipeline.clusters import prepare
from pipeline.damaged_lines import damaged_lines
from pipeline.fetch_flags import add_fetch_flags, fetch_of
from pipeline.flags import require_folder
from pipeline.graph import GraphConfig
from pipeline.model_checks import held_models
from pipeline.model_flags import add_model_flags, models_of
from pipeline.run import ended_well
from pipeline.said import say
from pipeline.sink_flags import add_sink_flags, sinks_of
from pipeline.sinks import memory_of
from pipeline.staged_run import run_whole
from schemas.documents import document_of
from schemas.memory import MemoryConfig
from schemas.records import Document, FeedStatus, Item, Outcome, OutcomeName, Rejected
from schemas.stored import feed_status_of, stored_document, stored_rejected
from transforms.inputs.errors import DamagedFile, ExpandsTooMuch, NothingMatches, TruncatedFile
from transforms.inputs.paths import files_of
from transforms.read_files import FileConfig
from transforms.record_outcomes import outcome_of_rejected
from transforms.web.feed_lists import Feed
from transforms.web.feeds_config import FeedsConfig


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
    if args.output_dir:
        require_folder(args.output_dir)
    sinks = sinks_of(args)
    prepare(sinks.elasticsearch)
    if sinks.elasticsearch is None:
        _say_what_is_damaged(Path(args.output_dir))
    memory = memory_of(sinks)
    rejected = still_rejected(memory, frozenset(args.rejected))
    for key in sorted({*args.rejected} - {record.key for record in rejected}):
        say(f"not among the rejected: {key}")
    records = [
        record
        for record in rejected
        if args.step in (None, record.step) and args.error in (None, record.error)
    ]
    wanted = [record for record in records if told_whether_replayable(record)]
    if not wanted:
        say("nothing to replay")
        return 0
    config = replay_config(wanted, args, memory)
    with held_models(config.models):
        ended = run_whole(config, rest)
    if refused := sum(record.replay == "document" for record in wanted):
        say(f"{refused} refused documents were sent once more")
    return ended_well(ended, args.max_rejected)


def _say_what_is_damaged(folder: Path) -> None:
    """Names the lines whose records cannot be replayed; a run writes their files without them."""
    for told in damaged_lines(folder):
        say(f"{told}; what they told comes with its input, by a backfill with --again")


def told_whether_replayable(record: Rejected) -> bool:
    """Says on standard error why a record cannot be replayed, where it cannot."""
    why = "" if record.replay != "no" else f"{record.error}: {record.message}"
    if record.replay == "file":
        try:
            files_of(str(record.origin.file), record.at)
        except NothingMatches as error:
            why = str(error)
    if why:
        say(f"cannot be replayed: {record.key}: {why}")
    return not why


def still_rejected(memory: MemoryConfig, keys: frozenset[str]) -> list[Rejected]:
    """Returns the rejected records whose outcome has not changed since; all for empty `keys`."""
    with contextlib.closing(memory.open()) as opened:
        found = opened.find("outcomes", "outcome", ["rejected"])
        steps = {d["key"]: d["step"] for d in found if not keys or d["key"] in keys}
        stored = map(stored_rejected, opened.find("rejected", "key", list(steps)))
        feeds = map(feed_status_of, opened.find("feeds", "feed", list(steps)))
        read = {feed.feed: _last_read(feed) for feed in feeds}
        # Of a key that was mended and then rejected by a later step, the last word counts.
        left = (r for r in stored if r.step == steps[r.key] and not _read_since(r, read))
        return sorted(left, key=lambda r: (r.at, r.key))


def _last_read(feed: FeedStatus) -> dt.datetime | None:
    """Returns when a feed was read well; that it is not modified may mean that it still is none."""
    return feed.last_success if feed.status == "ok" else feed.last_new_item


def _read_since(record: Rejected, read: Mapping[str, dt.datetime | None]) -> bool:
    """Says whether the record is a feed that was read well since: a feed has no outcome itself."""
    last = read.get(record.key)
    return last is not None and last > record.at


def replay_config(
    records: Sequence[Rejected], args: argparse.Namespace, memory: MemoryConfig
) -> GraphConfig:
    """Returns the graph that takes each record in as it first came."""
    files = [r for r in records if r.replay == "file"]
    feeds = [r for r in records if r.replay == "url" and r.key == r.origin.feed]
    pages = [r for r in records if r.replay == "url" and r.key != r.origin.feed]
    fetch = fetch_of(args)
    return GraphConfig(
        feeds=tuple(Feed(url=r.key, source=r.origin.source) for r in feeds),
        polls=FeedsConfig(once=True, fetch=fetch),
        inputs=tuple(sorted({str(r.origin.file) for r in files})),
        files=FileConfig(
            only=frozenset(r.key for r in files),
            anew=frozenset(str(r.origin.file) for r in files if _hides_others(r)),
        ),
        items=tuple(
            Item(key=r.key, origin=r.origin, url=r.url, title="", fetched_at=r.at) for r in pages
        ),
        documents=refused_documents([r for r in records if r.replay == "document"]),
        replayed={
            r.key: document_of(outcome_of_rejected(r)).version
            for r in records
            if r.replay != "document"
        },
        fetch=fetch,
        models=models_of(args),
        memory=memory,
        sinks=sinks_of(args),
    )


def _hides_others(record: Rejected) -> bool:
    """Says whether it may stand for records that could not be told apart when it was rejected."""
    return record.step == "ReadFiles" and (
        record.key == record.origin.file or record.error in _LOST_FROM_THERE
    )


_LOST_FROM_THERE = {error.__name__ for error in (DamagedFile, TruncatedFile, ExpandsTooMuch)}


def refused_documents(records: Sequence[Rejected]) -> tuple[Document, ...]:
    """Returns what the cluster refused, and the outcomes that stand once it has taken it.

    A refused outcome stands as it is, unless what it told of was refused, too. What the cluster
    refuses again is rejected again: those outcomes are written after these.
    """
    documents = [_as_new_as_refused(record, stored_document(record)) for record in records]
    outcomes = {
        r.key: outcome_of_taken(r, d)
        for r, d in zip(records, documents, strict=True)
        if d.family != "outcomes"
    }
    return (*documents, *(document_of(outcome) for outcome in outcomes.values()))


def _as_new_as_refused(record: Rejected, document: Document) -> Document:
    """Returns a refused document; an outcome takes the place of the one that says so."""
    if document.family != "outcomes":
        return document
    refused = document_of(outcome_of_rejected(record)).version
    return dataclasses.replace(document, version=max(document.version, refused))


def outcome_of_taken(record: Rejected, document: Document) -> Outcome:
    """Returns the outcome of a record whose refused document is written after all."""
    fields = orjson.loads(document.source)
    name: OutcomeName = "reprint" if fields.get("reprint_of") else "indexed"
    return Outcome(
        key=record.key,
        origin=record.origin,
        url=record.url,
        outcome="revised" if fields.get("revision") else name,
        step="ReplayDocuments",
        reason=f"refused at first: {record.error}",
        article_id=fields.get("article_id", ""),
        at=record.at,
    )
