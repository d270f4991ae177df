"""newsbeam metrics: what the index tells of feeds and outcomes, for Prometheus."""

import argparse
import sys
from collections.abc import Sequence

from prometheus_client import CollectorRegistry, generate_latest, start_http_server

from pipeline.errors import UsageError
from pipeline.flags import no_more_flags
from pipeline.index_metrics import IndexCollector
from pipeline.said import say
from pipeline.sink_flags import add_cluster_flags, require_elasticsearch

# Prometheus waits for ten by default.
_REQUEST_TIMEOUT_S = 5.0


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Adds the command's flags."""
    add_cluster_flags(parser)
    parser.set_defaults(request_timeout_s=_REQUEST_TIMEOUT_S)
    parser.add_argument(
        "--port",
        type=int,
        metavar="N",
        help="serve them there until stopped, and ask the index anew for each scrape; "
        "default: print them once",
    )
    parser.add_argument(
        "--address",
        default="127.0.0.1",
        help="to serve on, default %(default)s; 0.0.0.0 for all, and then whoever reaches it "
        "reads the addresses of feeds",
    )


def run(args: argparse.Namespace, rest: Sequence[str]) -> int:
    """Prints the metrics, or serves them until it is interrupted.

    Returns:
        0; 2 where they are printed and the index could not be asked.
    """
    no_more_flags(rest)
    config = require_elasticsearch(args)
    collector = IndexCollector(config)
    if args.port is None:
        sys.stdout.buffer.write(generate_latest(collector))
        return 0 if collector.answered else 2
    registry = CollectorRegistry()
    registry.register(collector)
    try:
        server, thread = start_http_server(args.port, args.address, registry)
    except (OSError, OverflowError) as error:
        raise UsageError(f"port {args.port}: {error}; take another with --port") from error
    say(f"newsbeam: metrics on {args.address}, port {server.server_port}, until stopped")
    thread.join()
    return 0
