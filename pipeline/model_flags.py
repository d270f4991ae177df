"""Flags on which models are asked."""

import argparse

from pipeline.chosen_models import Models
from pipeline.errors import UsageError


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
    parser.add_argument("task", choices=("claims", "stances"), metavar="claims|stances")
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
