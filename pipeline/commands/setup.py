"""newsbeam setup: templates and aliases; safe to run again."""

import argparse
from collections.abc import Sequence

from rich.console import Console

from pipeline.clusters import reachable
from pipeline.flags import add_cluster_flags, no_more_flags, require_elasticsearch
from transforms.elasticsearch.setup import apply, plan


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Adds the command's flags."""
    add_cluster_flags(parser)
    parser.add_argument("--dry_run", action="store_true", help="say what would change, only")


def run(args: argparse.Namespace, rest: Sequence[str]) -> int:
    """Brings the cluster's templates to what this version writes."""
    no_more_flags(rest)
    config = require_elasticsearch(args)
    console = Console(soft_wrap=True, highlight=False, markup=False)
    with reachable(config) as client:
        changes = (plan if args.dry_run else apply)(client, config.index_prefix)
    for change in changes:
        console.print(f"would {change}" if args.dry_run else str(change))
    if not changes:
        console.print("nothing to change")
    return 0
