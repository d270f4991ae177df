"""Whether a run's models can be loaded: told before a graph starts, loaded as by a worker."""

import contextlib
import dataclasses
from collections.abc import Iterator
from pathlib import Path

from pipeline.chosen_models import Models
from pipeline.errors import UsageError
from pipeline.findings import Finding, bad, good
from transforms.models.base import Classifier, Embedder, ModelError
from transforms.models.load import load_classifier, load_embedder

FLAGS = {"claims": "--claim_model", "stances": "--stance_model", "embeddings": "--embedding_model"}


def check_models(models: Models) -> Iterator[Finding]:
    """Yields one finding for each model, the packaged ones among them."""
    for task, name in dataclasses.asdict(models).items():
        try:
            info = load(task, name).info
            yield good(f"model for {task}: {info.name} {info.revision}")
        except ModelError as error:
            remedy = f"; give another {FLAGS[task]}, or none for the packaged one" if name else ""
            yield bad(f"model for {task}: {error}{remedy}")


@contextlib.contextmanager
def held_models(models: Models) -> Iterator[None]:
    """Loads the models that take the place of packaged ones, and holds them for a `with` block.

    Meanwhile workers in this process share them instead of loading them again.

    Raises:
        UsageError: one cannot be loaded.
    """
    held = []
    for task, name in dataclasses.asdict(models).items():
        try:
            if name is not None:
                held.append(load(task, name))
        except ModelError as error:
            raise UsageError(f"{FLAGS[task]}: {error}") from error
    yield


def load(task: str, name: str | None) -> Classifier | Embedder:
    """Returns the model of a task.

    Raises:
        ModelError: it cannot be loaded.
    """
    if name is not None and not name.strip():
        raise ModelError("the name is empty; leave the flag out for the packaged model")
    if name and name.startswith((".", "/", "~")) and not Path(name).is_dir():
        raise ModelError(f"there is no folder {name}")
    match task:
        case "claims" | "stances":
            return load_classifier(task, name)
        case _:
            return load_embedder(name)
