"""All that can be found wrong before a graph starts is found before it starts."""

import contextlib
import datetime as dt
import pathlib
from collections.abc import Iterator, Sequence

from pipeline.beam_flags import beam_options
from pipeline.clusters import prepare
from pipeline.errors import UsageError
from pipeline.graph import GraphConfig
from pipeline.model_checks import held_models
from transforms.files.lines import files_in
from transforms.inputs.errors import NothingMatches
from transforms.inputs.paths import files_of


@contextlib.contextmanager
def made_ready(config: GraphConfig, rest: Sequence[str]) -> Iterator[None]:
    """Checks flags, inputs, models, cluster in this order; holds the models for the graph's run.

    Raises:
        UsageError: an unknown flag, an input that names no file or one of the documents', a model
            that cannot be loaded, a cluster that cannot be reached, or has no templates and takes
            none.
    """
    beam_options(rest)
    require_files(config.inputs, config.sinks.output_dir)
    with held_models(config.models):
        prepare(config.sinks.elasticsearch)
        yield


def require_files(patterns: Sequence[str], output_dir: str | None) -> None:
    """Looks for the inputs before a graph starts.

    Raises:
        UsageError: one of them names no file, or one in `output_dir` that documents are written to:
            it would be taken for documents, and be written anew without what is none.
    """
    now = dt.datetime.now(dt.UTC)
    written = {path.resolve() for path in files_in(output_dir)} if output_dir else set()
    for pattern in patterns:
        try:
            files = files_of(pattern, now)
        except NothingMatches as error:
            raise UsageError(str(error)) from error
        for file in files if written else ():
            if pathlib.Path(file.path).resolve() in written:
                raise UsageError(
                    f"{file.written_path} is where documents are written, and is no input: "
                    "leave it out, or give another --output_dir"
                )
