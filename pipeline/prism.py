"""Beam's local runner: where it is found, and what a job on it needs."""

import os
import shutil
import zipfile
from collections.abc import MutableMapping
from pathlib import Path

import apache_beam as beam
from apache_beam.options.pipeline_options import (
    DebugOptions,
    PipelineOptions,
    PortableOptions,
    PrismRunnerOptions,
    StandardOptions,
)
from apache_beam.runners.portability.prism_runner import PrismJobServer

from pipeline.errors import UsageError

PRISM_RUNNER = "prismrunner"

# Where `make services` puts what it builds, in the clone that this package lies in.
SERVICES = Path(__file__).parents[1] / ".services"

# Prism is of Beam's own version.
_PRISM = f"github.com/apache/beam/sdks/v2/go/cmd/prism@v{beam.__version__}"

_YEAR_S = 366 * 86_400


def runner_of(options: PipelineOptions) -> str:
    """Returns the name of the runner that is asked for, "" for none."""
    return (options.view_as(StandardOptions).runner or "").rpartition(".")[2]


def fit_for_prism(options: PipelineOptions) -> PipelineOptions:
    """Lets a job on Prism start, run for as long as it takes, and lose nothing; others stay.

    Beam (2.77) asks Prism for the job's states by one call that may last `job_server_timeout`
    seconds, 300 by default, and takes its end for a failure of the job. Prism splits a bundle that
    takes long at an index that does not count the timers in it, and so drops elements (beam#35771).

    Raises:
        UsageError: there is no Prism.
    """
    if runner_of(options).lower() == PRISM_RUNNER:
        options.view_as(PortableOptions).job_server_timeout = _YEAR_S
        options.view_as(DebugOptions).add_experiment("prism_disable_sdf_split")
        own = options.view_as(PrismRunnerOptions)
        own.prism_location = own.prism_location or _found_prism()
        PrismJobServer._prepare_executable = staticmethod(_prepared)  # type: ignore[method-assign]
        reach_own_machine(os.environ)
    return options


def find_prism() -> str | None:
    """Returns the path of Prism, None where there is none.

    It is the one that `NEWSBEAM_PRISM` names, else that on the PATH, else that of `make services`.

    Raises:
        UsageError: `NEWSBEAM_PRISM` names none.
    """
    if own := os.environ.get("NEWSBEAM_PRISM"):
        if found := shutil.which(own):
            return found
        raise UsageError(f"NEWSBEAM_PRISM {own}: there is no such program; name another, or none")
    built = Path(os.environ.get("NEWSBEAM_SERVICES") or SERVICES) / "bin" / "prism"
    return shutil.which("prism") or shutil.which(str(built.resolve()))


def reach_own_machine(environment: MutableMapping[str, str]) -> None:
    """Keeps calls to this machine from proxies.

    gRPC, by which Beam, its runner and its workers speak, asks a proxy for `localhost` also, and
    Beam waits for the answer for ever. It reads `no_grpc_proxy`, else the lower-case `no_proxy`,
    and knows no "*", which Python knows where it stands alone.
    """
    for name in ("no_grpc_proxy", "no_proxy"):
        told = environment.get(name) or environment.get(name.upper()) or ""
        hosts = [host.strip() for host in told.split(",") if host.strip()]
        if name == "no_grpc_proxy" and not hosts:
            continue
        if name == "no_proxy" and hosts == ["*"]:
            if not environment.get("no_grpc_proxy"):
                environment["no_grpc_proxy"] = "localhost,127.0.0.1"
            continue
        own = [host for host in ("localhost", "127.0.0.1") if host not in hosts]
        environment[name] = ",".join(hosts + own)


def _found_prism() -> str:
    if found := find_prism():
        return found
    raise UsageError(
        f"a stream needs a runner: put Prism on the PATH (go install {_PRISM}), or run "
        "`make services` in a clone, or name another runner with --runner"
    )


_beams_own = PrismJobServer._prepare_executable


def _prepared(url: str, bin_cache: str, ignore_cache: bool = True) -> str:
    """Leaves alone what can be run: Beam would set its mode, which a read-only disk refuses."""
    if os.access(url, os.X_OK) and not zipfile.is_zipfile(url):
        return url
    return _beams_own(url, bin_cache, ignore_cache)
