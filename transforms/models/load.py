"""Which code runs which model; one copy of each for a process."""

from __future__ import annotations

import importlib.resources
import pathlib
import threading
import weakref
from collections.abc import Callable
from typing import Any

from transforms.models.base import Classifier, Embedder, Task
from transforms.models.onnx_models import OnnxClassifier, OnnxEmbedder
from transforms.models.remembering import Remembering

# Models live as long as somebody holds them: DoFns take theirs in `setup` and let go in `teardown`.
_LOADED: weakref.WeakValueDictionary[tuple[str, str | None], Any] = weakref.WeakValueDictionary()
_LOCK = threading.Lock()


def load_classifier(task: Task, name: str | None = None) -> Classifier:
    """The classifier of a task; the same object for the same name in one process.

    Args:
        name: None for the packaged weights (no torch, no network), else a Hugging Face checkpoint,
            a folder or a hub name, or a folder that `models/` exported.

    Raises:
        ModelError: it cannot be loaded, or its labels do not fit the task.
    """

    def load() -> Classifier:
        folder = _onnx_folder(task, name)
        if folder is not None:
            return Remembering(OnnxClassifier(task, folder))
        from transforms.models.checkpoints import CheckpointClassifier

        return Remembering(CheckpointClassifier(task, str(name)))

    classifier: Classifier = _shared(task, name, load)
    return classifier


def load_embedder(name: str | None = None) -> Embedder:
    """The embedder; `name` as in `load_classifier`.

    Raises:
        ModelError: it cannot be loaded.
    """

    def load() -> Embedder:
        folder = _onnx_folder("embeddings", name)
        if folder is not None:
            return OnnxEmbedder(folder)
        from transforms.models.checkpoints import CheckpointEmbedder

        return CheckpointEmbedder(str(name))

    embedder: Embedder = _shared("embeddings", name, load)
    return embedder


def _shared(task: str, name: str | None, load: Callable[[], Any]) -> Any:
    with _LOCK:
        model = _LOADED.get((task, name))
        if model is None:
            model = load()
            _LOADED[task, name] = model
        return model


def _onnx_folder(task: str, name: str | None) -> pathlib.Path | None:
    if name is not None:
        folder = pathlib.Path(name)
        return folder if (folder / "newsbeam.json").is_file() else None
    weights = importlib.resources.files("transforms.models") / "weights" / task / "newsbeam.json"
    with importlib.resources.as_file(weights) as path:
        return path.parent
