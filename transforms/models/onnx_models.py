"""int8 ONNX weights on a CPU, as many calls at once as there are cores.

A graph that `models.int8_graph` wrote scales each token by itself, so that sequences of about one
length share a call. Others may have been quantised dynamically, with one scale for all that is in
a call: they are given one sequence a call. Either way no score depends on its batch mates
(models/README.md has the figures).
"""

from __future__ import annotations

import json
import pathlib
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import onnxruntime
import tokenizers
from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidArgument, RuntimeException

from transforms.models.base import (
    LABELS,
    Floats,
    ModelError,
    ModelInfo,
    Task,
    Text,
    TextError,
    not_loaded,
    probabilities,
)
from transforms.models.cores import on_all_cores
from transforms.models.words import look_up

# Metadata of a graph: what shares an activation scale.
SCALE_KEY, SCALE_OF_TOKENS = "activation_scale", "token"
# Inputs that a graph may ask for, and where a tokenised text has them.
_OF_ENCODING = {
    "input_ids": "ids",
    "attention_mask": "attention_mask",
    "token_type_ids": "type_ids",
}
# Asked for in place of the ids by graphs whose word vectors are in the table that they share.
_WORD_VECTORS = "word_vectors"
# Sequences tokenised at once: bounds memory, whatever the caller brings.
_CHUNK = 1024
# Tokens in a call, padding among them: as many as fill the cache of a core.
_BATCH_TOKENS = 256


class OnnxModel:
    """A folder of `model.onnx`, tokenizer and `newsbeam.json`, loaded.

    Raises:
        ModelError: one of the files is absent, damaged, or not of the others' kind.
    """

    def __init__(self, folder: pathlib.Path) -> None:
        try:
            self.about: dict[str, Any] = json.loads((folder / "newsbeam.json").read_text("utf-8"))
            self.info = _info_of(self.about)
            self._tokenizer = _tokenizer(folder, int(self.about["max_tokens"]))
            self._session = _session(folder / "model.onnx")
            self._inputs = {each.name for each in self._session.get_inputs()}
            self._width = int(self._session.get_outputs()[0].shape[1])
        except Exception as error:  # of what libraries raise at damaged files there is no list
            raise not_loaded(folder, error) from error
        told = self._session.get_modelmeta().custom_metadata_map
        self._batch_tokens = _BATCH_TOKENS if told.get(SCALE_KEY) == SCALE_OF_TOKENS else 0
        self._must_run(folder)

    def run(self, texts: Sequence[Text]) -> Floats:
        """The graph's output (n, width), a row for each text, in order.

        Raises:
            TextError: the tokenizer or the graph cannot take one of the texts.
        """
        rows = np.empty((len(texts), self._width), np.float32)
        for start in range(0, len(texts), _CHUNK):
            end = start + _CHUNK
            self._run_chunk(texts[start:end], rows[start:end])
        return rows

    def _run_chunk(self, texts: Sequence[Text], rows: Floats) -> None:
        encodings = self._encoded(texts)

        def work(batch: list[int]) -> None:
            rows[batch] = self._forward([encodings[i] for i in batch])

        on_all_cores(work, batches([len(each.ids) for each in encodings], self._batch_tokens))

    def _encoded(self, texts: Sequence[Text]) -> list[Any]:
        try:
            return self._tokenizer.encode_batch(list(texts))
        except (TypeError, ValueError) as error:
            raise TextError(f"{self.info.name} cannot read the text: {error}") from error

    def _forward(self, encodings: Sequence[Any]) -> Floats:
        shape = len(encodings), max(len(each.ids) for each in encodings)
        values = {name: np.zeros(shape, np.int64) for name in _OF_ENCODING}
        for i, each in enumerate(encodings):
            for name, attribute in _OF_ENCODING.items():
                values[name][i, : len(each.ids)] = getattr(each, attribute)
        feed: dict[str, Any] = {name: values[name] for name in self._inputs & values.keys()}
        if _WORD_VECTORS in self._inputs:
            feed[_WORD_VECTORS] = look_up(values["input_ids"])
        try:
            output: Floats = self._session.run(None, feed)[0]
        except (Fail, InvalidArgument, RuntimeException) as error:
            raise TextError(f"{self.info.name} cannot run on the text: {error}") from error
        return output

    def _must_run(self, folder: pathlib.Path) -> None:
        """Tells a broken folder from a text that cannot be read."""
        try:
            self.run(["A text."])
        except TextError as error:
            raise ModelError(f"{folder} holds no model that runs: {error}") from error


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


def batches(lengths: Sequence[int], budget: int) -> Iterator[list[int]]:
    """Indexes in batches of about one length, the longest first.

    So little is padded, and no thread begins a long batch when the others are done.

    Args:
        lengths: tokens of each sequence.
        budget: tokens of a batch, padding among them; one sequence may be longer by itself.
    """
    batch: list[int] = []
    for i in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        if batch and (len(batch) + 1) * lengths[batch[0]] > budget:
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch


def _info_of(about: dict[str, Any]) -> ModelInfo:
    return ModelInfo(
        name=about["name"],
        revision=about["revision"],
        threshold=float(about.get("threshold", 0.0)),
        languages=frozenset(about.get("languages", ())),
        sure_from=tuple(map(float, about.get("sure_from", ()))),
        evidence_from=tuple(map(float, about.get("evidence_from", ()))),
    )


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
    # By its path: a session that is given bytes keeps them beside what it makes of them.
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
