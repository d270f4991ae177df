"""Holds what came in against the outcomes: `newsbeam check --ledger`.

What came in is known three times without the outcomes: by the documents that were made of it, by
what each feed's poll state has seen, and by the inputs themselves, which are read once more. What
reads those is imported only where some are named, since Beam takes seconds.
"""

import argparse
import collections
import datetime as dt
import pathlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from pipeline.damaged_lines import damaged_lines
from pipeline.errors import UsageError
from pipeline.findings import Finding, bad, good, listed
from pipeline.flags import require_folder
from pipeline.sink_flags import elasticsearch_of
from pipeline.stored_fields import stored_fields
from schemas.ids import digest, milliseconds
from transforms.elasticsearch.connection import ElasticsearchConfig
from transforms.web.poll_state import PENDING_MS, PollState

# A poll's state names an entry by so much of its key's digest.
_NAME_CHARS = 16
_OTHER_NAME = "or give it by the path that it was read by, which its records are named after"
_WITH_ARTICLE = frozenset({"indexed", "reprint", "revised", "repeated", "superseded"})


class Ended(NamedTuple):
    """How a record ended. Attributes: `at`, ISO 8601."""

    outcome: str
    article_id: str
    at: str


Outcomes = Mapping[str, Ended]
Where = ElasticsearchConfig | pathlib.Path


def add_ledger_flags(parser: argparse.ArgumentParser) -> None:
    """Adds what asks for this check."""
    parser.add_argument(
        "--ledger",
        nargs="*",
        metavar="INPUT",
        help="see whether all that came in has an outcome; of the INPUTs (files, folders, globs, "
        "the archive), each record; models are then looked at only where one or a feed is named",
    )
    parser.add_argument("--output_dir", metavar="DIR", help="for --ledger: look there")


def check_ledger(args: argparse.Namespace) -> Iterator[Finding]:
    """Yields what is missing; nothing where the check was not asked for."""
    if args.ledger is None:
        return
    try:
        where = _where(args)
        if args.ledger:
            from pipeline.ready import require_files

            require_files(args.ledger, args.output_dir)
        if isinstance(where, pathlib.Path):
            yield from _check_lines(where)
        # Some 300 bytes for each outcome: a million take 300 MB.
        outcomes = {
            str(one["key"]): Ended(one["outcome"], one.get("article_id", ""), one["at"])
            for one in stored_fields(where, "outcomes", ("key", "outcome", "article_id", "at"))
        }
        yield good(f"ledger: {_told(ended.outcome for ended in outcomes.values())}")
        yield from _check_documents(where, outcomes)
        yield _check_feeds(where, outcomes, dt.datetime.now(dt.UTC))
        for name in args.ledger:
            yield _check_input(name, outcomes)
    except UsageError as error:
        yield bad(f"ledger: {error}")


def _where(args: argparse.Namespace) -> Where:
    where = require_folder(args.output_dir) if args.output_dir else elasticsearch_of(args)
    if where is None:
        raise UsageError("which? give --elasticsearch_url URL or --output_dir DIR")
    return where


def _check_lines(folder: pathlib.Path) -> Iterator[Finding]:
    for told in damaged_lines(folder):
        yield bad(
            f"ledger: {told}; run that input again (a backfill with --again): its end writes the "
            "file anew without them"
        )


def _check_documents(where: Where, outcomes: Outcomes) -> Iterator[Finding]:
    """Articles and rejected records against outcomes, both ways."""
    fields = ("key", "article_id", "fetched_at", "unfinished")
    articles = [*stored_fields(where, "articles", fields)]
    rejected = {str(one["key"]) for one in stored_fields(where, "rejected", ("key",))}
    keys = {str(one["key"]) for one in articles}
    # What a stream shows before it is judged; the one that is started next reads it again.
    under_way = {str(one["key"]) for one in articles if one.get("unfinished")} - outcomes.keys()
    late = f" ({len(under_way):,} of them under way)" if under_way else ""
    yield _finding(
        f"each of {len(articles):,} articles and {len(rejected):,} rejected records{late}",
        "articles and rejected records",
        sorted((keys | rejected) - outcomes.keys() - under_way),
    )
    # An outcome that names no article tells of none, as that of a story that a replay wrote.
    there = {"", *(str(one["article_id"]) for one in articles)}
    # Retention takes articles away, and leaves their outcomes.
    oldest = min((str(one["fetched_at"]) for one in articles), default="")
    lost = [
        key
        for key, ended in outcomes.items()
        if (ended.outcome in _WITH_ARTICLE and ended.at >= oldest and ended.article_id not in there)
        or (ended.outcome == "rejected" and key not in rejected)
    ]
    if lost:
        yield bad(f"ledger: {len(lost):,} outcomes tell of no document: {listed(lost)}")


def _check_feeds(where: Where, outcomes: Outcomes, now: dt.datetime) -> Finding:
    """What the polls have seen, by the names that the poll states keep."""
    ended = {digest(key)[:_NAME_CHARS] for key in outcomes}
    # For so long a stream asks for what came; one that was killed does so when it starts.
    since_ms = milliseconds(now) - PENDING_MS
    seen: set[str] = set()
    missing: list[str] = []
    feeds = waiting = 0
    for feed in stored_fields(where, "feeds", ("feed", "state")):
        state = _state_of(feed["state"])
        pending = {digest(key)[:_NAME_CHARS]: (key, came_ms) for key, came_ms in state.pending}
        names = {name for name, _ in state.seen}
        seen |= names
        feeds += 1
        for name in names - ended:
            key, came_ms = pending.get(name, (f"an entry of {feed['feed']}", 0))
            if came_ms >= since_ms:
                waiting += 1
            else:
                missing.append(key)
    late = f" ({waiting:,} of the last polls under way)" if waiting else ""
    what = f"URLs that {feeds:,} feeds have shown"
    return _finding(f"each of {len(seen):,} {what}{late}", what, missing)


def _state_of(written: str) -> PollState:
    try:
        return PollState.from_json(written)
    except ValueError:  # of another version: the next poll starts anew
        return PollState()


def _check_input(name: str, outcomes: Outcomes) -> Finding:
    """Each record of an input, and each entry of the feeds in an archive."""
    from pipeline.ledger_inputs import keys_of_input

    keys = keys_of_input(name)
    missing = sorted(keys - outcomes.keys())
    told = _told(outcomes[key].outcome for key in keys & outcomes.keys())
    if missing:
        all_missing = f" ({_OTHER_NAME})" if len(missing) == len(keys) else ""
        what = f"{len(missing):,} of {len(keys):,} records"
        return bad(f"ledger: {name}: {what}: {_no(missing)}{all_missing}")
    return good(f"ledger: {name}: {len(keys):,} records = {told}")


def _finding(all_well: str, what: str, missing: Sequence[str]) -> Finding:
    if not missing:
        return good(f"ledger: {all_well}: has an outcome")
    return bad(f"ledger: {len(missing):,} {what}: {_no(missing)}")


def _no(missing: Sequence[str]) -> str:
    return f"no outcome: {listed(missing)}; run that input again"


def _told(names: Iterable[str]) -> str:
    counts = collections.Counter(names)
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    parts = " + ".join(f"{count:,} {name}" for name, count in ordered)
    return f"{counts.total():,} outcomes: {parts}" if counts else "no outcomes"
