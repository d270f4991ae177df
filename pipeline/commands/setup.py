"""newsbeam setup: templates, live indices, retention; safe to run again."""

import argparse
import datetime as dt
from collections.abc import Sequence

from elasticsearch import Elasticsearch
from rich.console import Console

from pipeline.clusters import reachable, require_names
from pipeline.errors import UsageError
from pipeline.flags import no_more_flags
from pipeline.migrating import run_migrations
from pipeline.sink_flags import add_cluster_flags, require_elasticsearch
from schemas.kibana import ndjson
from schemas.templates import Choices
from transforms.elasticsearch.live_templates import choices_of
from transforms.elasticsearch.retention import expired, remove_expired
from transforms.elasticsearch.roles import roles
from transforms.elasticsearch.setup import Difference, apply, plan

# A hundred years; calendars end somewhere.
MOST_DAYS = 36_500


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Adds the command's flags."""
    add_cluster_flags(parser)
    parser.add_argument("--dry_run", action="store_true", help="say what would change, only")
    parser.add_argument(
        "--migrate",
        action="store_true",
        help="rebuild the indices whose mapping cannot be changed in place; writers wait meanwhile",
    )
    parser.add_argument(
        "--keep_days",
        type=int,
        metavar="N",
        help="remove the articles and revisions of months that ended N or more days ago; claims, "
        "stances, stories, outcomes, rejected and feeds have one index each and are not cut",
    )
    parser.add_argument(
        "--bulk_load",
        choices=["on", "off"],
        help="on: no refresh, no replicas, until off; for indices that there are and to come",
    )
    parser.add_argument(
        "--languages",
        metavar="CODES",
        help="languages with an analyser and sub-fields (`body.de`) of their own, such as de,fr; "
        "`none` for none (default: as the cluster was set up; at first none)",
    )
    printed = parser.add_mutually_exclusive_group()
    printed.add_argument(
        "--print_roles",
        action="store_true",
        help="print the roles of least privilege as JSON and end; needs no cluster",
    )
    printed.add_argument(
        "--print_kibana",
        action="store_true",
        help="print data views, saved searches and a dashboard for Kibana to import, and end; "
        "needs no cluster",
    )


def run(args: argparse.Namespace, rest: Sequence[str]) -> int:
    """Brings the cluster to what this version writes.

    Returns:
        0; 2 where an index cannot be brought there without `--migrate`, or refuses.
    """
    no_more_flags(rest)
    console = Console(soft_wrap=True, highlight=False, markup=False)
    if args.print_roles:
        console.print_json(data=roles(args.index_prefix))
        return 0
    if args.print_kibana:
        console.out(ndjson(args.index_prefix), highlight=False)
        return 0
    if args.keep_days is not None and not 1 <= args.keep_days <= MOST_DAYS:
        raise UsageError(f"--keep_days {args.keep_days}: must be from 1 to {MOST_DAYS}")
    config = require_elasticsearch(args)
    with reachable(config) as client:
        return _Setup(args, client, config.index_prefix, console).run()


class _Setup:
    """One run of the command, step by step."""

    def __init__(
        self, args: argparse.Namespace, client: Elasticsearch, prefix: str, console: Console
    ) -> None:
        self._args = args
        self._client = client
        self._prefix = prefix
        self._console = console
        self._said = False

    def run(self) -> int:
        require_names(self._client, self._prefix)
        choices = _chosen(self._args, choices_of(self._client, self._prefix))
        if self._args.keep_days is not None:
            self._expire(self._args.keep_days)
        differences = self._update(choices)
        if self._args.migrate:
            dry = self._args.dry_run
            for line in run_migrations(
                self._client, self._prefix, choices, dry_run=dry, console=self._console
            ):
                self._say(line)
        if not self._said:
            self._console.print("nothing to change")
        if choices.bulk_load:
            self._console.print("bulk load is on: `newsbeam setup --bulk_load off` ends it")
        waiting = not self._args.migrate and any(each.needs_migration for each in differences)
        return 2 if waiting or any(each.refused for each in differences) else 0

    def _expire(self, keep_days: int) -> None:
        now = dt.datetime.now(dt.UTC)
        gone = expired(self._client, self._prefix, keep_days=keep_days, now=now)
        for index in gone:
            self._say(str(index))
        if not self._args.dry_run:
            remove_expired(self._client, gone)

    def _update(self, choices: Choices) -> list[Difference]:
        change = plan if self._args.dry_run else apply
        differences = change(self._client, self._prefix, choices)
        for difference in differences:
            if difference.refused:
                self._cannot(f"{difference}: {difference.refused}")
            elif not difference.needs_migration:
                self._say(str(difference))
            elif not self._args.migrate:
                self._cannot(f"update {difference}")
        return differences

    def _cannot(self, line: str) -> None:
        self._said = True
        self._console.print(f"cannot {line}")

    def _say(self, line: str) -> None:
        self._said = True
        self._console.print(f"would {line}" if self._args.dry_run else line)


def _chosen(args: argparse.Namespace, now: Choices) -> Choices:
    """Returns what the flags say, and for the rest what the cluster was set up with.

    Raises:
        UsageError: a language without an analyser.
    """
    languages, bulk_load = now.languages, now.bulk_load
    if args.languages is not None:
        codes = [code.strip() for code in args.languages.split(",")]
        languages = () if codes == ["none"] else tuple(sorted({*codes}))
    if args.bulk_load is not None:
        bulk_load = args.bulk_load == "on"
    try:
        return Choices(languages=languages, bulk_load=bulk_load)
    except ValueError as error:
        raise UsageError(f"--languages: {error}") from error
