"""A trained checkpoint as int8 ONNX, beside the tokenizer and what serving must know of it."""

from __future__ import annotations

import hashlib
import json
import logging
import pathlib
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnx
import torch
import transformers
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers import optimizer
from onnxruntime.transformers.fusion_options import FusionOptions

from models.data import Example
from models.int8_graph import FINEST, Rounding, write_int8
from transforms.models.onnx_models import OnnxModel

_LOG = logging.getLogger(__name__)
_TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json", "config.json")


class Pooled(torch.nn.Module):
    """An encoder whose output is the mean of the token vectors at length 1, float32 (n, dim)."""

    def __init__(self, encoder: torch.nn.Module) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> torch.Tensor:
        hidden = self.encoder(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
        return torch.nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1), dim=-1)


def export_embedder(
    model: Pooled, checkpoint: pathlib.Path, out: pathlib.Path, about: Mapping[str, Any]
) -> None:
    """Write an embedder's folder: one activation scale a call, see `export`."""
    config = transformers.AutoConfig.from_pretrained(checkpoint)
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        plain, fused = pathlib.Path(folder, "plain.onnx"), pathlib.Path(folder, "fused.onnx")
        to_onnx(model, plain)
        fuse(plain, fused, config)
        quantise(fused, out / "model.onnx")
    _write_beside(checkpoint, out, about)


def export(
    model: Any,
    checkpoint: pathlib.Path,
    out: pathlib.Path,
    about: Mapping[str, Any],
    rounding: Rounding = FINEST,
) -> None:
    """Write `out/model.onnx` (int8), its tokenizer, its config and `newsbeam.json`.

    Args:
        model: a sequence classifier of a base whose word vectors serving has as a table.
        checkpoint: folder with the tokenizer and the config.
        about: what `newsbeam.json` says beside the revision: name, labels, threshold, temperature,
            max_tokens.
        rounding: of the weights.
    """
    out.mkdir(parents=True, exist_ok=True)
    write_int8(
        model.eval(), out / "model.onnx", about["max_tokens"], word_vectors=True, rounding=rounding
    )
    _write_beside(checkpoint, out, about)


def load_checkpoint(checkpoint: pathlib.Path) -> Any:
    """The sequence classifier of a folder, as torch has it."""
    return transformers.AutoModelForSequenceClassification.from_pretrained(checkpoint)


@torch.no_grad()
def add_bias(model: Any, bias: np.ndarray) -> None:
    """Move the logits of a sequence classifier by `bias` (labels,), as part of its last layer."""
    model.classifier.out_proj.bias += torch.tensor(bias, dtype=torch.float32)


def logits_of(model: OnnxModel, examples: Sequence[Example]) -> np.ndarray:
    """Logits (n, labels) of exported weights, in the order of `examples`."""
    return model.run([e.text if e.pair is None else (e.text, e.pair) for e in examples])


def _write_beside(checkpoint: pathlib.Path, out: pathlib.Path, about: Mapping[str, Any]) -> None:
    for name in _TOKENIZER_FILES:
        if not (checkpoint / name).is_file():
            transformers.AutoTokenizer.from_pretrained(checkpoint).save_pretrained(out)
            transformers.AutoConfig.from_pretrained(checkpoint).save_pretrained(out)
            break
        shutil.copyfile(checkpoint / name, out / name)
    revision = hashlib.sha256((out / "model.onnx").read_bytes()).hexdigest()[:12]
    text = json.dumps({**about, "revision": revision}, indent=1)
    (out / "newsbeam.json").write_text(text + "\n")
    _LOG.info("wrote %s, %d bytes: %s", out, (out / "model.onnx").stat().st_size, text)


def to_onnx(model: torch.nn.Module, path: pathlib.Path) -> None:
    """The float32 graph, with free batch size and length."""
    ids = torch.ones(2, 16, dtype=torch.int64)
    inputs = ("input_ids", "attention_mask", "token_type_ids")
    with torch.inference_mode():
        torch.onnx.export(
            model.eval(),
            (ids, ids, torch.zeros_like(ids)),
            str(path),
            input_names=list(inputs),
            output_names=["output"],
            dynamic_axes={name: {0: "batch", 1: "length"} for name in inputs}
            | {"output": {0: "batch"}},
            opset_version=17,
            dynamo=False,
        )


def fuse(path: pathlib.Path, fused: pathlib.Path, config: Any) -> None:
    """The same graph with attention, layer norm and gelu as one operator each."""
    options = FusionOptions("bert")
    options.enable_embed_layer_norm = False
    model = optimizer.optimize_model(
        str(path),
        "bert",
        num_heads=config.num_attention_heads,
        hidden_size=config.hidden_size,
        optimization_options=options,
    )
    _LOG.info("fused: %s", model.get_fused_operator_statistics())
    model.save_model_to_file(str(fused))


def quantise(path: pathlib.Path, quantised: pathlib.Path) -> None:
    """int8 weights, activations quantised as they come, one scale for each call."""
    quantize_dynamic(
        str(path),
        str(quantised),
        weight_type=QuantType.QInt8,
        per_channel=True,
        extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT, "MatMulConstBOnly": True},
    )
