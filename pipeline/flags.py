"""Flags that several commands share, and what they make of them.

Names use underscores, as Beam's do: one command line takes both, and what neither knows is an
error. Secrets never come by flag.
"""

import argparse
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from apache_beam.io.filesystems import FileSystems
from apache_beam.options.pipeline_options import PipelineOptions

from pipeline.errors import UsageError
from pipeline.graph import Models, Sinks
from transforms.elasticsearch.connection import ElasticsearchConfig, check_prefix

# Flags of Beam's Flink runner, which its job server takes and Beam's Python SDK does not know.
FLINK_FLAGS = (
    *("checkpointing_interval", "checkpointing_mode", "checkpoint_timeout_millis"),
    *(
        "min_pause_between_checkpoints",
        "num_concurrent_checkpoints",
        "tolerable_checkpoint_failures",
    ),
    *("savepoint_path", "state_backend", "state_backend_storage_path"),
    *("shutdown_sources_after_idle_ms", "max_bundle_size", "max_bundle_time_mills"),
    *("number_of_execution_retries", "execution_retry_delay"),
    *("auto_watermark_interval", "latency_tracking_interval"),
)
# Those of them that take no value.
FLINK_SWITCHES = (
    *("finish_bundle_before_checkpointing", "unaligned_checkpoint_enabled"),
    *("externalized_checkpoints_enabled", "retain_externalized_checkpoints_on_cancellation"),
    *("allow_non_restored_state", "object_reuse", "operator_chaining"),
    *("disable_metrics", "faster_copy"),
)


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
        type=int,
        default=0,
        metavar="N",
        help="exit with status 1 where more was rejected, records and documents that the cluster "
        "refused (default 0; -1: any number); not of a stream that runs until it is stopped",
    )


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
        "--request_timeout_s", type=float, default=60.0, metavar="S", help="default 60"
    )


def add_model_flags(parser: argparse.ArgumentParser) -> None:
    """Adds which models read the articles."""
    group = parser.add_argument_group("models (default: the packaged ones)")
    for task in ("claim", "stance", "embedding"):
        group.add_argument(
            f"--{task}_model",
            metavar="CHECKPOINT",
            help="Hugging Face folder or hub name; needs newsbeam[torch]; it reads the `languages` "
            "that its config.json names",
        )


def models_of(args: argparse.Namespace) -> Models:
    """Returns the chosen models."""
    return Models(
        claims=args.claim_model, stances=args.stance_model, embeddings=args.embedding_model
    )


def add_task_flags(parser: argparse.ArgumentParser) -> None:
    """Adds which task a model alone is asked for, and which model."""
    parser.add_argument("task", choices=("claims", "stances"))
    for task in ("claim", "stance"):
        parser.add_argument(
            f"--{task}_model", metavar="CHECKPOINT", help=f"for {task}s (default: the packaged one)"
        )


def models_of_task(args: argparse.Namespace) -> Models:
    """Returns the model that is chosen for the task, the others being the packaged ones.

    Raises:
        UsageError: one is chosen for the other task.
    """
    models = Models(claims=args.claim_model, stances=args.stance_model)
    if args.task == "claims" and models.stances is not None:
        raise UsageError("--stance_model judges no claims; give --claim_model, or neither")
    if args.task == "stances" and models.claims is not None:
        raise UsageError("--claim_model judges no stances; give --stance_model, or neither")
    return models


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


def folder_here(name: str) -> str:
    """Returns the name of a folder, for argparse; there need be none yet.

    Raises:
        argparse.ArgumentTypeError: it is an address: its folders would be made in this one.
    """
    if is_address(name):
        raise argparse.ArgumentTypeError(f"{name} is no folder of this machine; give one")
    return name


def is_address(name: str) -> bool:
    """Tells names in a store of objects, and whatever else has a scheme, from paths."""
    return "://" in name


def make_folder(flag: str, name: str) -> None:
    """Makes a folder that the user named, and sees that files can be written there.

    Raises:
        UsageError: they cannot.
    """
    try:
        Path(name).mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=name):
            pass
    except OSError as error:
        raise UsageError(f"{flag} {name}: {error.strerror}; give another folder") from error


def beam_options(rest: Sequence[str]) -> PipelineOptions:
    """Returns Beam's options from what Newsbeam's own flags left over; its filesystems take them.

    Inputs are looked for before a pipeline is there to give them their options.

    Raises:
        UsageError: a flag is neither Newsbeam's nor Beam's, of which Beam itself would only warn;
            the value of one is wrong, for which it would print all its flags; checkpoints would
            break the order (see "Runners" in ARCHITECTURE.md).
    """
    options = PipelineOptions(list(rest))
    found: list[tuple[argparse.Namespace, list[str]]] = []

    def refuse(message: str) -> NoReturn:
        raise UsageError(message)

    def parse_all(parser: argparse.ArgumentParser) -> None:
        parser.error = refuse  # type: ignore[method-assign]
        for name in FLINK_FLAGS:
            parser.add_argument(f"--{name}")
        for name in FLINK_SWITCHES:
            parser.add_argument(f"--{name}", action="store_true")
        found.append(parser.parse_known_args(list(rest)))

    options.get_all_options(add_extra_args_fn=parse_all)
    [(known, unknown)] = found
    if unknown:
        raise UsageError(f"unknown flag {unknown[0]!r} (see newsbeam COMMAND --help)")
    if known.checkpointing_interval and not known.finish_bundle_before_checkpointing:
        raise UsageError(
            "--checkpointing_interval takes --finish_bundle_before_checkpointing beside it: without"
            " it Flink holds back what a bundle put out, until after the watermark or for ever"
        )
    FileSystems.set_options(options)
    return options


def no_more_flags(rest: Sequence[str]) -> None:
    """Refuses left-over flags, for commands that run no graph.

    Raises:
        UsageError: there are some.
    """
    if rest:
        raise UsageError(f"unknown flag {rest[0]!r} (see newsbeam COMMAND --help)")
