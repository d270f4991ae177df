"""Beam's own flags, of its Flink runner among them."""

import argparse
from collections.abc import Sequence
from typing import NoReturn

from apache_beam.io.filesystems import FileSystems
from apache_beam.options.pipeline_options import PipelineOptions

from pipeline.errors import UsageError

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
