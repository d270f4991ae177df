"""newsbeam evaluate claims|stances FILE: what a model is worth on labelled JSON Lines."""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from pipeline.errors import UsageError
from pipeline.evaluation import Evaluation, evaluate, read_examples
from pipeline.flags import folder_here, make_folder, no_more_flags
from pipeline.model_checks import held_models
from pipeline.model_flags import add_task_flags, models_of_task
from pipeline.reliability_plot import draw_reliability, require_matplotlib
from transforms.models.load import load_classifier


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Adds the command's flags."""
    add_task_flags(parser)
    parser.add_argument(
        "file",
        metavar="FILE",
        type=Path,
        help="JSON Lines: text and label (yes, no); or claim, text and label (supports, denies,"
        " discusses, unrelated)",
    )
    parser.add_argument(
        "--output_dir",
        metavar="DIR",
        type=folder_here,
        help="where metrics.json, worst_errors.jsonl and reliability.png are written",
    )
    parser.add_argument("--no_plot", action="store_true", help="writes no reliability.png")


def run(args: argparse.Namespace, rest: Sequence[str]) -> int:
    """Judges the file and prints the figures."""
    no_more_flags(rest)
    models = models_of_task(args)
    plot = args.output_dir is not None and not args.no_plot
    if plot:
        require_matplotlib()
    if args.output_dir is not None:
        make_folder("--output_dir", args.output_dir)
    examples = read_examples(args.file, args.task)
    name = models.claims if args.task == "claims" else models.stances
    with held_models(models):
        found = evaluate(examples, args.task, load_classifier(args.task, name))
    sys.stdout.writelines(f"{line}\n" for line in lines_of(found.figures))
    if args.output_dir is not None:
        _write(found, Path(args.output_dir), plot=plot)
    return 0


def lines_of(figures: Mapping[str, Any]) -> Iterator[str]:
    """Yields one line for each figure, and the confusion as a table."""
    for name, value in figures.items():
        if name == "confusion":
            yield "confusion (rows: the label; columns: the answer)"
            yield " " * 12 + "".join(f"{column:>11}" for column in value)
            for label, row in value.items():
                yield f"  {label:<10}" + "".join(f"{count:>11}" for count in row.values())
        else:
            yield f"{name:<18} {value:.4f}" if isinstance(value, float) else f"{name:<18} {value}"


def _write(found: Evaluation, folder: Path, *, plot: bool) -> None:
    try:
        metrics = orjson.dumps(found.figures, option=orjson.OPT_INDENT_2)
        (folder / "metrics.json").write_bytes(metrics + b"\n")
        errors = b"".join(orjson.dumps(each) + b"\n" for each in found.worst_errors)
        (folder / "worst_errors.jsonl").write_bytes(errors)
        if plot:
            title = f"{found.figures['model']}, {found.figures['task']}"
            draw_reliability(found.probabilities, found.right, title, folder / "reliability.png")
    except OSError as error:
        raise UsageError(f"--output_dir {folder}: {error.strerror}") from error
