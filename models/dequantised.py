"""The float32 checkpoint that an int8 graph of `models.int8_graph` stands for.

    python -m models.dequantised transforms/models/weights/claims --out FOLDER

Its weights are those of int8, multiplied out; its activations are floats. So the two differ by what
quantised activations cost, and by nothing that quantised weights cost: for that the trained
checkpoint would be needed, which is not shipped. To torch it is a checkpoint like any other, as
fast as the trained one.
"""

from __future__ import annotations

import argparse
import pathlib
import shutil
from collections.abc import Iterator
from typing import Any

import numpy as np
import onnx
import torch
import transformers
from onnx import numpy_helper

from transforms.models.words import look_up

_BESIDE = ("config.json", "tokenizer.json", "tokenizer_config.json")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=pathlib.Path, help="folder of a packaged classifier")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    args = parser.parse_args()
    save_checkpoint(args.weights, args.out)


def save_checkpoint(weights: pathlib.Path, out: pathlib.Path) -> None:
    """Writes to `out` what `from_pretrained` takes.

    Args:
        weights: `model.onnx` of an MPNet that takes word vectors, with config and tokenizer.
    """
    config = transformers.AutoConfig.from_pretrained(weights)
    model: Any = transformers.AutoModelForSequenceClassification.from_config(config)
    model.load_state_dict(_state_of(onnx.load(str(weights / "model.onnx")), model))
    model.save_pretrained(out)
    for name in _BESIDE:
        shutil.copyfile(weights / name, out / name)


def _state_of(graph: onnx.ModelProto, model: Any) -> dict[str, torch.Tensor]:
    """Every weight of `model` by its name, from the graph's constants in the order of their use."""
    constants = {each.name: numpy_helper.to_array(each) for each in graph.graph.initializer}
    made = _Made(graph.graph.node, constants)
    config, state = model.config, model.state_dict()
    words = look_up(np.arange(config.vocab_size))
    found = {"mpnet.embeddings.word_embeddings.weight": words}
    places = made.sliced(ndim=2)
    first = config.pad_token_id + 1
    table = state["mpnet.embeddings.position_embeddings.weight"].numpy().copy()
    table[first : first + len(places)] = places
    found["mpnet.embeddings.position_embeddings.weight"] = table
    found |= made.norm("mpnet.embeddings.LayerNorm")
    found["mpnet.encoder.relative_attention_bias.weight"] = _distances(
        made.sliced(ndim=4)[0], model.mpnet.encoder, config.relative_attention_num_buckets
    )
    for layer in range(config.num_hidden_layers):
        at = f"mpnet.encoder.layer.{layer}."
        heads = [f"{at}attention.attn.{name}" for name in "kvq"]
        found |= {f"{name}.weight": made.matrix() for name in heads}
        query, key, value = np.split(made.attention_bias(), 3)
        biases = (key, value, query)
        found |= {f"{name}.bias": bias for name, bias in zip(heads, biases, strict=True)}
        found |= made.linear(f"{at}attention.attn.o") | made.norm(f"{at}attention.LayerNorm")
        found |= made.linear(f"{at}intermediate.dense") | made.linear(f"{at}output.dense")
        found |= made.norm(f"{at}output.LayerNorm")
    found |= made.linear("classifier.dense")
    found |= made.last("classifier.out_proj")
    return {name: torch.tensor(values) for name, values in found.items()}


class _Made:
    """The constants that `models.int8_graph` made, each kind in the order in which it made them."""

    def __init__(self, nodes: Any, constants: dict[str, np.ndarray]) -> None:
        self._nodes, self._constants = list(nodes), constants
        self._users = {name: node for node in self._nodes for name in node.input}
        self._products = self._of("MatMulIntegerToFloat")
        self._attentions = self._of("MultiHeadAttention")
        self._norms = iter([node for node in self._of("Mul") if self._is_norm(node)])

    def matrix(self) -> np.ndarray:
        """The next matrix (out, in)."""
        return self._matrix(next(self._products))

    def linear(self, name: str) -> dict[str, np.ndarray]:
        """The next matrix, and the bias that is added to its scaled product."""
        product = next(self._products)
        bias = self._users[self._users[product.output[0]].output[0]]
        return {f"{name}.weight": self._matrix(product), f"{name}.bias": self._vector(bias)}

    def norm(self, name: str) -> dict[str, np.ndarray]:
        """The next layer norm."""
        scaled = next(self._norms)
        bias = self._users[scaled.output[0]]
        return {f"{name}.weight": self._vector(scaled), f"{name}.bias": self._vector(bias)}

    def attention_bias(self) -> np.ndarray:
        """Those of query, key and value of the next layer, one behind the other."""
        return self._constants[next(self._attentions).input[3]]

    def sliced(self, ndim: int) -> np.ndarray:
        """The table of so many dimensions of which each call takes a part."""
        tables = (self._constants.get(node.input[0]) for node in self._of("Slice"))
        return next(each for each in tables if each is not None and each.ndim == ndim)

    def last(self, name: str) -> dict[str, np.ndarray]:
        """The layer that gives the logits."""
        weight, bias = (self._constants[each] for each in next(self._of("Gemm")).input[1:])
        return {f"{name}.weight": weight, f"{name}.bias": bias}

    def _of(self, kind: str) -> Iterator[Any]:
        return (node for node in self._nodes if node.op_type == kind)

    def _is_norm(self, node: Any) -> bool:
        values = self._constants.get(node.input[1])
        return values is not None and values.size > 1

    def _matrix(self, product: Any) -> np.ndarray:
        values, scales = (self._constants[product.input[i]] for i in (1, 3))
        return np.ascontiguousarray((values * scales).T, np.float32)

    def _vector(self, node: Any) -> np.ndarray:
        return self._constants[node.input[1]].reshape(-1)


def _distances(table: np.ndarray, encoder: Any, buckets: int) -> np.ndarray:
    """MPNet's bias for each bucket of distances (buckets, heads), of (heads, length, length)."""
    at = torch.arange(table.shape[-1])
    bucket = encoder.relative_position_bucket(at[None] - at[:, None], num_buckets=buckets).numpy()
    found = encoder.relative_attention_bias.weight.detach().numpy().copy()
    found[bucket] = table.transpose(1, 2, 0)
    return found


if __name__ == "__main__":
    main()
