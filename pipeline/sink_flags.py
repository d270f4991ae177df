"""Flags on where documents go: which cluster, which folder."""

import argparse
import os
import re

from pipeline.errors import UsageError
from pipeline.flags import folder_here, make_folder
from pipeline.sinks import Sinks
from transforms.elasticsearch.connection import ElasticsearchConfig, check_prefix

_URL = "NEWSBEAM_ELASTICSEARCH_URL"
_CLUSTER_FILES = (
    ("secrets_file", "FILE", "NAME=value lines, names as in the environment"),
    ("ca_certs", "FILE", "PEM file of the cluster's authority; default: the machine's own"),
    ("ca_fingerprint", "SHA256", "of the authority's certificate, instead of --ca_certs"),
    ("client_cert", "FILE", "PEM file, where the cluster wants a certificate of its clients"),
    ("client_key", "FILE", "its key, where it is not in the same file"),
)


def add_sink_flags(parser: argparse.ArgumentParser) -> None:
    """Adds where the documents go."""
    group = parser.add_argument_group("where documents go")
    add_cluster_flags(group)
    group.add_argument(
        "--output_dir",
        type=folder_here,
        metavar="DIR",
        help="write <family>.jsonl files there; needs no cluster, and may go beside one",
    )
    group.add_argument(
        "--max_rejected",
        type=_allowed,
        default=0,
        metavar="N",
        help="exit with status 1 where more was rejected, records and documents that the cluster "
        "refused (default 0; -1: any number); not of a stream that runs until it is stopped",
    )


def _allowed(text: str) -> int:
    if re.fullmatch(r"-1|\d+", text) is None:
        raise argparse.ArgumentTypeError(f"{text}: must be 0 or more, or -1 for any number")
    return int(text)


def add_cluster_flags(parser: argparse._ActionsContainer) -> None:
    """Adds which Elasticsearch, and which indices in it."""
    parser.add_argument(
        "--elasticsearch_url",
        metavar="URL",
        default=os.environ.get(_URL),
        help="or several nodes of one cluster, with commas; default: the environment's "
        f"{_URL}; credentials come from NEWSBEAM_ELASTICSEARCH_API_KEY, ..._BEARER_TOKEN, or "
        "..._USERNAME and ..._PASSWORD, or --secrets_file",
    )
    parser.add_argument("--cloud_id", metavar="ID", help="of Elastic Cloud, instead of a URL")
    parser.add_argument("--index_prefix", metavar="NAME", type=_index_prefix, default="newsbeam")
    for name, metavar, text in _CLUSTER_FILES:
        parser.add_argument(f"--{name}", metavar=metavar, help=text)
    parser.add_argument("--compress", action="store_true", help="gzip what is sent to the cluster")
    parser.add_argument(
        "--request_timeout_s", type=float, default=60.0, metavar="S", help="default %(default)g"
    )


def _index_prefix(text: str) -> str:
    try:
        check_prefix(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return text


def elasticsearch_of(args: argparse.Namespace) -> ElasticsearchConfig | None:
    """Returns the cluster's configuration, None where neither URL nor cloud id is given.

    Raises:
        UsageError: what is given cannot be a cluster.
    """
    urls = args.elasticsearch_url
    if args.cloud_id and urls == os.environ.get(_URL):
        urls = None  # what is said beats what lies about
    if not urls and not args.cloud_id:
        return None
    try:
        return ElasticsearchConfig(
            urls=tuple(urls.split(",")) if urls else (),
            cloud_id=args.cloud_id,
            index_prefix=args.index_prefix,
            compress=args.compress,
            request_timeout_s=args.request_timeout_s,
            **{name: getattr(args, name) for name, _, _ in _CLUSTER_FILES},
        )
    except ValueError as error:
        raise UsageError(str(error)) from error


def require_elasticsearch(args: argparse.Namespace) -> ElasticsearchConfig:
    """Returns the cluster's configuration.

    Raises:
        UsageError: no URL is given.
    """
    config = elasticsearch_of(args)
    if config is None:
        raise UsageError(
            "no cluster: give --elasticsearch_url URL or --cloud_id ID, "
            "or set NEWSBEAM_ELASTICSEARCH_URL"
        )
    return config


def sinks_of(args: argparse.Namespace) -> Sinks:
    """Returns where the documents go.

    Raises:
        UsageError: they would go nowhere, or into a folder that takes none.
    """
    elasticsearch = elasticsearch_of(args)
    if elasticsearch is None and not args.output_dir:
        raise UsageError(
            "nowhere to write: give --elasticsearch_url URL (or set NEWSBEAM_ELASTICSEARCH_URL), "
            "or --output_dir DIR"
        )
    if args.output_dir:
        make_folder("--output_dir", args.output_dir)
    return Sinks(elasticsearch=elasticsearch, output_dir=args.output_dir)
