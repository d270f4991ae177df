"""int8 ONNX weights on a CPU, one sequence a call, as many calls at once as there are cores.

Dynamic int8 takes one activation scale for each call. With one sequence in a call no score depends
on its batch mates, nothing is spent on padding, and cores share the sequences instead of each
matrix product: the fastest measured of the ways that keep scores independent
(models/README.md has the figures).
"""

from __future__ import annotations

import concurrent.futures
import json
import os
import pathlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import onnxruntime
import tokenizers

from transforms.models.base import LABELS, Floats, ModelError, ModelInfo, Task, Text, probabilities

# Sequences tokenised at once: bounds memory, whatever the caller brings.
_CHUNK = 1024


class OnnxModel:
    """A folder of `model.onnx`, tokenizer and `newsbeam.json`, loaded."""

    def __init__(self, folder: pathlib.Path) -> None:
        about = _read_about(folder)
        self.about = about
        self.info = ModelInfo(
            name=about["name"],
            revision=about["revision"],
            threshold=float(about.get("threshold", 0.0)),
        )
        self._tokenizer = _tokenizer(folder, int(about["max_tokens"]))
        self._session = _session(folder / "model.onnx")
        threads = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 4
        self._helpers = threads - 1
        self._pool = concurrent.futures.ThreadPoolExecutor(max(1, self._helpers), "newsbeam-onnx")

    def run(self, texts: Sequence[Text]) -> Floats:
        """The graph's output (n, width), a row for each text, in order."""
        parts = [self._run_chunk(texts[i : i + _CHUNK]) for i in range(0, len(texts), _CHUNK)]
        if not parts:
            return np.empty((0, self._width()), np.float32)
        return np.concatenate(parts)

    def _run_chunk(self, texts: Sequence[Text]) -> Floats:
        encodings = self._tokenizer.encode_batch(list(texts))
        rows = np.empty((len(texts), self._width()), np.float32)
        # Longest first, so that no thread starts a long one when the others are done. Threads take
        # from one list iterator, whose `next` is atomic.
        order = iter(sorted(range(len(texts)), key=lambda i: -len(encodings[i].ids)))

        def work() -> None:
            for i in order:
                rows[i] = self._run_one(encodings[i])

        helpers = min(self._helpers, len(texts) - 1)
        running = [self._pool.submit(work) for _ in range(helpers)]
        work()
        for helper in running:
            helper.result()
        return rows

    def _run_one(self, encoding: Any) -> Floats:
        ids = np.array([encoding.ids], np.int64)
        feed = {
            "input_ids": ids,
            "attention_mask": np.ones_like(ids),
            "token_type_ids": np.array([encoding.type_ids], np.int64),
        }
        row: Floats = self._session.run(None, feed)[0][0]
        return row

    def _width(self) -> int:
        return int(self._session.get_outputs()[0].shape[1])


class OnnxClassifier:
    """A `Classifier` out of a folder."""

    def __init__(self, task: Task, folder: pathlib.Path) -> None:
        self._model = OnnxModel(folder)
        self._temperature = float(self._model.about.get("temperature", 1.0))
        self.info = self._model.info
        self.labels = LABELS[task]
        if tuple(self._model.about.get("labels", ())) != self.labels:
            raise ModelError(f"{folder} is no model for {task}: its labels must be {self.labels}")

    def scores(self, texts: Sequence[Text]) -> Floats:
        """See `Classifier.scores`."""
        return probabilities(self._model.run(texts), self._temperature)


class OnnxEmbedder:
    """An `Embedder` out of a folder."""

    def __init__(self, folder: pathlib.Path) -> None:
        self._model = OnnxModel(folder)
        self.info = self._model.info

    def embed(self, texts: Sequence[str]) -> Floats:
        """See `Embedder.embed`."""
        return self._model.run(texts)


def _read_about(folder: pathlib.Path) -> dict[str, Any]:
    try:
        about: dict[str, Any] = json.loads((folder / "newsbeam.json").read_text("utf-8"))
    except OSError as error:
        raise ModelError(f"{folder} holds no model: {error}") from error
    return about


def _tokenizer(folder: pathlib.Path, max_tokens: int) -> Any:
    """transformers' fast tokenizer without the Python around it, which costs more than its work.

    It belongs to one model, so that its truncation is set once and never changes. Importing
    transformers itself would import torch too, where that is installed.
    """
    tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_tokens, strategy="longest_first")
    return tokenizer


def _session(path: pathlib.Path) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(
        path.read_bytes(), options, providers=["CPUExecutionProvider"]
    )
