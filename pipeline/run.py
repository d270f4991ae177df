"""Runs a graph on a runner, and tells how its records ended."""

import collections
import dataclasses
import signal
import time
from collections.abc import Callable, Mapping, Sequence

import apache_beam as beam
from apache_beam.metrics import MetricsFilter
from apache_beam.options.pipeline_options import (
    FlinkRunnerOptions,
    PipelineOptions,
    StandardOptions,
)
from apache_beam.runners.portability import portable_runner
from apache_beam.runners.portability.fn_api_runner import worker_handlers
from apache_beam.runners.runner import PipelineResult, PipelineState

from pipeline.beam_flags import beam_options
from pipeline.errors import UsageError
from pipeline.flink_jobs import CancelError, cancel_job
from pipeline.graph import GraphConfig, build
from pipeline.interrupts import INTERRUPTS
from pipeline.prism import PRISM_RUNNER, fit_for_prism, runner_of
from pipeline.said import say
from pipeline.sinks import told_places
from schemas.records import FAILED_POLLS
from transforms.files.lines import compact
from transforms.poll_fns import METRICS as POLLS
from transforms.poll_fns import RESTING
from transforms.record_outcomes import METRICS as OUTCOMES
from transforms.record_outcomes import REFUSED

# Bounded runs take Beam's in-process runner by its own name: DirectRunner would look for Prism on
# the network first.
BOUNDED_RUNNER = "FnApiRunner"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A finished run.

    Attributes:
        outcomes: how many records ended in each outcome, as seen by this run; and under `REFUSED`,
            how many documents the cluster refused.
        seconds: wall time, from submission to the end.
        polls: how many polls of feeds ended in each status.
    """

    outcomes: Mapping[str, int]
    seconds: float
    polls: Mapping[str, int] = dataclasses.field(default_factory=dict)

    @property
    def endings(self) -> dict[str, int]:
        """The outcomes of records alone."""
        return {name: count for name, count in self.outcomes.items() if name != REFUSED}

    @property
    def records(self) -> int:
        return sum(self.endings.values())

    @property
    def refused(self) -> int:
        return self.outcomes.get(REFUSED, 0)


def run_bounded(config: GraphConfig, rest: Sequence[str]) -> Run:
    """Runs a graph that ends by itself, and waits for its end.

    Raises:
        UsageError: an unknown flag.
        RuntimeError: the run failed; the runner's own error is its cause.
    """
    run = run_graph(lambda pipeline: build(pipeline, config), rest)
    if config.sinks.output_dir and not config.sinks.staging_dir:
        compact(config.sinks.output_dir)
    return run


def run_graph(wire: Callable[[beam.Pipeline], None], rest: Sequence[str]) -> Run:
    """Runs what `wire` puts into a pipeline, and waits for its end.

    Raises:
        UsageError: an unknown flag.
        RuntimeError: the run failed; the runner's own error is its cause.
    """
    options = fit_for_prism(beam_options(rest))
    runner = options.view_as(StandardOptions).runner or BOUNDED_RUNNER
    started = time.monotonic()
    # State of this process is read faster than it is sized for a cache: an element of an ordered
    # stage takes 0.2 ms, with the cache 0.3 (Beam 2.77, `transforms.state_sizes`).
    worker_handlers.STATE_CACHE_SIZE_MB = 0
    pipeline = _pipeline(runner, options)
    wire(pipeline)
    state, result = _finished(pipeline)
    if state not in (PipelineState.DONE, None):
        raise RuntimeError(f"the run ended in state {state}")
    return Run(
        outcomes=counters(result, OUTCOMES),
        seconds=time.monotonic() - started,
        polls=counters(result, POLLS),
    )


def _pipeline(runner: str | None, options: PipelineOptions) -> beam.Pipeline:
    """Returns an empty pipeline.

    Raises:
        UsageError: there is no such runner, or its own flags are wrong.
    """
    try:
        return beam.Pipeline(runner=runner, options=options)
    except ValueError as error:
        raise UsageError(" ".join(str(error).split())) from error


def is_local(rest: Sequence[str]) -> bool:
    """Tells whether the runner's workers are processes of this machine, and see its folders."""
    return _is_local(beam_options(rest))


def _is_local(options: PipelineOptions) -> bool:
    runner = runner_of(options) or BOUNDED_RUNNER
    return runner.lower() in (*_IN_PROCESS_RUNNERS, PRISM_RUNNER)


# They run what ends by itself: of a stream they show nothing, since a poll never ends.
_IN_PROCESS_RUNNERS = ("fnapirunner", "directrunner", "bundlebaseddirectrunner")


def run_until_stopped(config: GraphConfig, rest: Sequence[str]) -> None:
    """Runs a graph that polls for ever, until the process is interrupted or the job ends."""
    options = fit_for_prism(beam_options([*rest, *_stream_flags(rest)]))
    options.view_as(StandardOptions).streaming = True
    pipeline = _pipeline(None, options)
    build(pipeline, config)
    # It says nothing more while all goes well.
    say(f"polling into {told_places(config.sinks)} until stopped (Ctrl-C)")
    _finished(pipeline)


def _finished(pipeline: beam.Pipeline) -> tuple[str | None, PipelineResult]:
    """Runs a pipeline until it ends; an interrupt ends it, too, where this machine does not stop.

    Returns:
        its last state, None where the runner tells none, and what else the runner has to say.
    """
    # Beam takes its name out of the options.
    local = _is_local(pipeline.options)
    result = pipeline.run()
    INTERRUPTS.hear()
    try:
        return result.wait_until_finish(), result
    except KeyboardInterrupt:
        if INTERRUPTS.heard == signal.SIGINT and not local:
            _cancel(result, pipeline.options)
        raise


def _cancel(result: PipelineResult, options: PipelineOptions) -> None:
    """Cancels a cluster's job; those of local runners end with the command."""
    if isinstance(result, portable_runner.PipelineResult):
        # The job server's id of a job is its name on Flink, and a number.
        _cancel_on_flink(result._job_id.rpartition("_")[0], options)
    result.cancel()


def _cancel_on_flink(name: str, options: PipelineOptions) -> None:
    address = options.view_as(FlinkRunnerOptions).flink_master
    if address.startswith("["):
        say(
            f"newsbeam: if this was Flink, the job goes on: cancel {name} there; with "
            "--flink_master=HOST:PORT (of its REST API) Ctrl-C does so"
        )
        return
    try:
        cancel_job(address, name)
    except CancelError as error:
        say(f"newsbeam: the job may go on, cancel {name} on Flink: {error}")


def counters(result: PipelineResult, namespace: str) -> dict[str, int]:
    """Returns the sums of a namespace's counters over all steps, by name."""
    totals: collections.Counter[str] = collections.Counter()
    for counter in result.metrics().query(MetricsFilter().with_namespace(namespace))["counters"]:
        # Beam's own `result` takes a committed 0 for "not committed": it is then None on Prism,
        # which may drop the attempted value of a finished job (Beam 2.77).
        totals[counter.key.metric.name] += counter.committed or counter.attempted or 0
    return dict(totals)


def report(run: Run) -> None:
    """Prints how the records ended, the most frequent first, on standard error."""
    ordered = sorted(run.endings.items(), key=lambda pair: (-pair[1], pair[0]))
    endings = ", ".join(f"{count} {name}" for name, count in ordered)
    pace = run.records / run.seconds if run.seconds else 0.0
    took = f"{run.seconds:.1f} s ({pace:.1f} a second)"
    refused = f"; the cluster refused {run.refused} documents" if run.refused else ""
    say(f"{run.records} records in {took}: {endings or 'none'}{refused}{_failed(run.polls)}")


def _failed(polls: Mapping[str, int]) -> str:
    failed = sum(polls.get(status, 0) for status in FAILED_POLLS)
    told = [f"{failed} of {sum(polls.values())} feeds failed"] if failed else []
    if resting := polls.get(RESTING, 0):
        told.append(f"{resting} not asked, since they want to be left alone or are gone")
    return f"; {', '.join(told)} (the documents `feeds` say why)" if told else ""


def ended_well(run: Run, max_rejected: int) -> int:
    """Prints how the records ended, and returns the command's exit status, with its reason."""
    report(run)
    remedy = "the documents `rejected` say why, `newsbeam replay --rejected` tries them once more"
    return status_told(run.outcomes, max_rejected, remedy)


def status_told(outcomes: Mapping[str, int], max_rejected: int, remedy: str) -> int:
    """Returns 1 where more was rejected than allowed (-1 allows any number), else 0.

    What counts are rejected records, and documents that the cluster refused. The reason of a 1 is
    printed on standard error.
    """
    rejected = outcomes.get("rejected", 0) + outcomes.get(REFUSED, 0)
    status = int(0 <= max_rejected < rejected)
    if status:
        say(
            f"exit status {status}: more rejected than --max_rejected {max_rejected} allows; "
            f"{remedy}"
        )
    return status


def _stream_flags(rest: Sequence[str]) -> list[str]:
    """Returns flags for Prism where the user names no runner.

    Raises:
        UsageError: the runner that is named cannot poll.
    """
    runner = runner_of(beam_options(rest))
    if runner.lower() in _IN_PROCESS_RUNNERS:
        raise UsageError(
            f"--runner={runner} runs only what ends by itself, such as --once; leave the flag out "
            "for a stream on Prism, or name a cluster's runner"
        )
    if runner:
        return []
    return ["--runner=PrismRunner", "--environment_type=LOOPBACK"]
