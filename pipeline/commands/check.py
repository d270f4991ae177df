"""newsbeam check: what is wrong with cluster, models and feeds, and how to mend it."""

import argparse
from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.text import Text

from pipeline.chosen_models import Models
from pipeline.cluster_checks import check_cluster
from pipeline.clusters import reachable
from pipeline.errors import UsageError
from pipeline.fetch_flags import add_fetch_flags, fetch_of
from pipeline.findings import Finding, bad, good
from pipeline.flags import no_more_flags
from pipeline.ledger_checks import add_ledger_flags, check_ledger
from pipeline.model_flags import add_model_flags, models_of
from pipeline.said import printable
from pipeline.sink_flags import add_cluster_flags, elasticsearch_of
from transforms.web.feed_lists import FeedListError, read_feed_lists


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Adds the command's flags."""
    parser.add_argument("feeds", nargs="*", metavar="FEED", help="OPML or TOML file, or URL")
    parser.add_argument("--feeds", dest="more_feeds", nargs="+", default=[], metavar="FEED")
    add_cluster_flags(parser)
    add_fetch_flags(parser)
    add_model_flags(parser)
    add_ledger_flags(parser)


def run(args: argparse.Namespace, rest: Sequence[str]) -> int:
    """Prints one line for each thing looked at.

    Returns:
        0 where all is well, 2 where something is to be mended.
    """
    no_more_flags(rest)
    console = Console()
    findings = []
    for finding in _findings(args):
        mark = ("ok   ", "green") if finding.good else ("wrong", "red")
        console.print(Text.assemble(mark, " ", printable(finding.what)), soft_wrap=True)
        findings.append(finding)
    return 0 if all(finding.good for finding in findings) else 2


def _findings(args: argparse.Namespace) -> Iterator[Finding]:
    fetch = fetch_of(args)  # wrong flags are told also where no feed is named
    models, names = models_of(args), [*args.feeds, *args.more_feeds]
    yield from _check_cluster(args)
    # What takes seconds to be imported is imported where it is asked for.
    if args.ledger is None or names or models != Models():
        from pipeline.model_checks import check_models

        yield from check_models(models)
    yield from check_ledger(args)
    if names:
        from pipeline.feed_checks import check_feeds

        try:
            feeds = read_feed_lists(names)
        except FeedListError as error:
            yield bad(f"feeds: {error}")
            return
        yield from check_feeds(feeds, fetch)


def _check_cluster(args: argparse.Namespace) -> Iterator[Finding]:
    try:
        config = elasticsearch_of(args)
        if config is None:
            yield good("cluster: none given (--elasticsearch_url); --output_dir needs none")
            return
        with reachable(config) as client:
            yield from check_cluster(client, config.index_prefix)
    except UsageError as error:
        yield bad(f"cluster: {error}")
