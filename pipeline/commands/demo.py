"""newsbeam demo: the example news site through the whole graph into a real Elasticsearch."""

import argparse
import contextlib
import dataclasses
import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from rich.console import Console

from pipeline.clusters import reachable
from pipeline.errors import UsageError
from pipeline.flags import folder_here, make_folder
from pipeline.graph import GraphConfig
from pipeline.model_flags import add_model_flags, models_of
from pipeline.run import Run, run_bounded
from pipeline.said import say
from pipeline.sink_flags import add_cluster_flags, require_elasticsearch
from pipeline.sinks import Sinks, memory_of
from pipeline.summary import summarise
from transforms.elasticsearch.connection import ElasticsearchConfig
from transforms.elasticsearch.setup import apply, remove
from transforms.web.feed_lists import read_feed_lists
from transforms.web.feeds_config import FeedsConfig
from transforms.web.http_config import FetchConfig

# The newsroom's hosts are loopback addresses of this machine; nobody else is kept waiting.
FETCH = FetchConfig(
    contact="demo@newsbeam.example", host_delay_s=0.0, allow_networks=("127.0.0.0/8",)
)


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Adds the command's flags."""
    add_cluster_flags(parser)
    parser.set_defaults(index_prefix="newsbeam-demo")
    parser.add_argument("--port", type=int, default=8642, help="of the example news site")
    parser.add_argument(
        "--archive_dir",
        type=folder_here,
        metavar="DIR",
        help="keep the WARC there (default: a temporary folder)",
    )
    add_model_flags(parser)


def run(args: argparse.Namespace, rest: Sequence[str]) -> int:
    """Serves the newsroom, reads it twice: before and after its corrections."""
    if "demo" not in re.split("[^a-z0-9]", args.index_prefix):
        raise UsageError(
            f"--index_prefix {args.index_prefix}: the demo removes all that is under its prefix; "
            "give one that has `demo` as a word, such as my-demo"
        )
    console = Console(width=None if sys.stdout.isatty() else 120)
    newsroom = _newsroom()
    if not args.cloud_id:
        args.elasticsearch_url = args.elasticsearch_url or _own_elasticsearch(console)
    elasticsearch = require_elasticsearch(args)
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        args.archive_dir = args.archive_dir or folder
        make_folder("--archive_dir", args.archive_dir)
        try:
            site = stack.enter_context(newsroom.serve_newsroom(args.port))
        except (OSError, OverflowError) as error:
            raise UsageError(f"port {args.port}: {error}; take another with --port") from error
        _start_afresh(elasticsearch)
        runs = _read_twice(site, args, elasticsearch, rest, console)
    _show(elasticsearch, runs, console)
    return 0


def _newsroom() -> ModuleType:
    """Returns the example newsroom, which lies in the repository and not in the wheel.

    Raises:
        UsageError: this is no clone of the repository.
    """
    sys.path.insert(0, str(Path.cwd()))
    try:
        from examples.newsroom import site
    except ImportError as error:
        raise UsageError(
            f"the demo runs in a clone of the repository, by `make demo` ({error})"
        ) from error
    return site


def _own_elasticsearch(console: Console) -> str:
    """Starts the repository's own Elasticsearch, or finds it running.

    Raises:
        UsageError: something that it needs is missing.
    """
    from deploy.common import ServiceError
    from deploy.elasticsearch.start import ensure_elasticsearch

    try:
        with _stage(console, "Starting Elasticsearch (the first time, it is downloaded) ..."):
            return str(ensure_elasticsearch())
    except ServiceError as error:
        raise UsageError(str(error)) from error


def _stage(console: Console, what: str) -> contextlib.AbstractContextManager[Any]:
    """Says what is done in a `with` block: while it is done on a terminal, else by a line."""
    if console.is_terminal:
        return console.status(what)
    say(what)
    return contextlib.nullcontext()


def _start_afresh(elasticsearch: ElasticsearchConfig) -> None:
    """Removes what an earlier demo wrote, so that its first edition comes first again.

    A killed one's half-written documents go with it: that is why the demo's runs are not staged.
    """
    with reachable(elasticsearch) as client:
        remove(client, elasticsearch.index_prefix)
        apply(client, elasticsearch.index_prefix)


def _read_twice(
    site: Any,
    args: argparse.Namespace,
    elasticsearch: ElasticsearchConfig,
    rest: Sequence[str],
    console: Console,
) -> list[Run]:
    """Reads the feeds and an archive; then the feeds once more, after the outlets' corrections."""
    with tempfile.TemporaryDirectory() as folder:
        feed_list = Path(folder) / "feeds.opml"
        feed_list.write_text(site.opml, encoding="utf-8")
        feeds = read_feed_lists([str(feed_list)])
    sinks = Sinks(elasticsearch=elasticsearch)
    first = GraphConfig(
        feeds=feeds,
        polls=FeedsConfig(once=True, fetch=FETCH),
        inputs=("examples/archive",),
        fetch=FETCH,
        archive_dir=args.archive_dir,
        models=models_of(args),
        memory=memory_of(sinks),
        sinks=sinks,
    )
    with _stage(console, f"Reading {len(first.feeds)} feeds of the newsroom, and an archive ..."):
        runs = [run_bounded(first, rest)]
    site.publish_corrections()
    with _stage(console, "The outlets have corrected themselves; polling once more ..."):
        runs.append(run_bounded(dataclasses.replace(first, inputs=()), rest))
    return runs


def _show(elasticsearch: ElasticsearchConfig, runs: Sequence[Run], console: Console) -> None:
    base = f"curl -s '{elasticsearch.hosts[0]}/{elasticsearch.index_prefix}"
    queries = (
        f"{base}-claims/_search?q=denying:>0&sort=denying:desc&filter_path=**.text&pretty'",
        f"{base}-outcomes/_search?q=outcome:(rejected+OR+fetch_failed)"
        "&filter_path=**.key,**.reason&pretty'",
    )
    with contextlib.closing(memory_of(Sinks(elasticsearch=elasticsearch)).open()) as memory:
        summarise(memory, runs, console, queries)
