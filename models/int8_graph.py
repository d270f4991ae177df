"""An encoder with a classification head as an int8 ONNX graph, written operator by operator.

ONNX Runtime's own way (export, fuse, quantise dynamically) takes one activation scale for a whole
call, so that a score depends on its batch mates, and spends more time around the matrix products
than in them. Here

- each token has its own scale: sequences can share a call, and each keeps its score to the bit;
- layer norm is written out: the one operator is four times slower than its parts (1.32);
- the last layer is computed for the first token alone, since the head reads no other;
- the matrix products are of unsigned activations and signed weights, those that AMX and VNNI have.

BERT and MPNet, which differ in how tokens know their distance, and in names.
"""

from __future__ import annotations

import dataclasses
import math
import pathlib
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from transforms.models.onnx_models import SCALE_KEY, SCALE_OF_TOKENS

_OPSET = 18
_MICROSOFT = "com.microsoft"
# What zero is among unsigned activations.
_MIDDLE = 128
# A row of zeros has a scale, too.
_TINY = 1e-9


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Names:
    """Where a kind of encoder keeps its weights; `{}` of a layer stands before the layer's own."""

    query: str
    key: str
    value: str
    attended: str
    attention_norm: str
    head: str
    logits: str


_NAMES = {
    "bert": _Names(
        query="attention.self.query",
        key="attention.self.key",
        value="attention.self.value",
        attended="attention.output.dense",
        attention_norm="attention.output.LayerNorm",
        head="bert.pooler.dense",
        logits="classifier",
    ),
    "mpnet": _Names(
        query="attention.attn.q",
        key="attention.attn.k",
        value="attention.attn.v",
        attended="attention.attn.o",
        attention_norm="attention.LayerNorm",
        head="classifier.dense",
        logits="classifier.out_proj",
    ),
}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    """Quantised tokens: uint8 (n, width) and the scale of each, float32 (n, 1)."""

    values: str
    scales: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Rounding:
    """How weights become int8.

    Attributes:
        steps: so many in the standard deviation of a column at most; as many as int8 has, if that
            is less. Fewer pack smaller.
        by_chance: up or down in proportion to what is nearer, not to the nearest step. For weights
            that were int8 once and then were trained on: they have moved by less than half a step,
            and the nearest one would undo the training.
    """

    steps: float = math.inf
    by_chance: bool = False

    def of(self, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(values, scales): int8 (in, out) of float weights (in, out), and float32 (1, out)."""
        least = np.maximum(np.abs(weights).max(axis=0, keepdims=True), _TINY) / 127
        scales = np.maximum(least, weights.std(axis=0, keepdims=True) / self.steps)
        scales = scales.astype(np.float32)
        exact = weights / scales
        up = np.random.default_rng(7).random(exact.shape, np.float32) if self.by_chance else 0.5
        values = np.clip(np.floor(exact + up), -127, 127).astype(np.int8)
        return values, scales


FINEST = Rounding()


def write_int8(
    model: Any,
    path: pathlib.Path,
    max_tokens: int,
    *,
    word_vectors: bool = False,
    rounding: Rounding = FINEST,
) -> None:
    """Writes `model`, a BertFor- or MPNetForSequenceClassification in eval mode, to `path`.

    The graph takes `input_ids` and `attention_mask` (and `token_type_ids`, BERT), int64 (batch,
    length) padded on the right, and gives `output`, logits float32 (batch, labels).

    Args:
        max_tokens: the longest sequence that it will be given.
        word_vectors: whether the graph takes them, float32 (batch, length, width), in place of
            `input_ids`: serving looks them up in the table that models of one base share.
        rounding: of the weights.

    Raises:
        ValueError: another architecture, or an activation other than gelu.
    """
    onnx.save(_Encoder(model, max_tokens, word_vectors, rounding).built(), str(path))


class _Graph:
    """Nodes and constants, by names given as they come."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, values: Any) -> str:
        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def op(self, kind: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        output = f"{kind}_{len(self.nodes)}"
        node = helper.make_node(kind, inputs, [output], name=output, domain=domain, **attributes)
        self.nodes.append(node)
        return output


class _Encoder:
    def __init__(self, model: Any, max_tokens: int, word_vectors: bool, rounding: Rounding) -> None:
        self._config = config = model.config
        if config.model_type not in _NAMES:
            raise ValueError(f"no int8 graph for {config.model_type}, only for {', '.join(_NAMES)}")
        if config.hidden_act != "gelu":
            raise ValueError(f"no int8 graph with {config.hidden_act}, only with gelu")
        self._names = _NAMES[config.model_type]
        self._weights = {
            name: value.detach().float().numpy() for name, value in model.state_dict().items()
        }
        self._max_tokens = max_tokens
        self._word_vectors = word_vectors
        self._rounding = rounding
        self._model = model
        self._graph = graph = _Graph()
        self._width = config.hidden_size
        self._last = graph.constant(np.array([-1], np.int64))
        self._zero, self._one = (graph.constant(np.array([at], np.int64)) for at in (0, 1))
        self._middle = graph.constant(np.array(_MIDDLE, np.uint8))
        self._unit = graph.constant(np.float32(1))
        self._step = graph.constant(np.float32(1 / 127))
        self._tiny = graph.constant(np.float32(_TINY))
        self._epsilon = graph.constant(np.float32(config.layer_norm_eps))
        self._flat = graph.constant(np.array([-1, self._width], np.int64))

    def built(self) -> onnx.ModelProto:
        """The whole graph."""
        graph, config = self._graph, self._config
        shape = graph.op("Shape", "attention_mask")
        self._length = graph.op("Slice", shape, self._one, graph.constant(np.array([2], np.int64)))
        width = graph.constant(np.array([self._width], np.int64))
        self._tokens = graph.op("Concat", shape, width, axis=0)
        self._mask = graph.op("Cast", "attention_mask", to=TensorProto.INT32)
        self._bias = self._distance_bias() if config.model_type == "mpnet" else ""
        rows = graph.op("Reshape", self._embedded(), self._flat)
        for layer in range(config.num_hidden_layers):
            last = layer == config.num_hidden_layers - 1
            rows = self._layer(rows, f"{config.model_type}.encoder.layer.{layer}.", last)
        head = graph.op("Tanh", self._linear(self._quantised(rows), self._names.head))
        weights, bias = (f"{self._names.logits}.{part}" for part in ("weight", "bias"))
        logits = graph.op("Gemm", head, self._constant(weights), self._constant(bias), transB=1)
        graph.nodes.append(helper.make_node("Identity", [logits], ["output"]))
        return self._model_of(graph)

    def _model_of(self, graph: _Graph) -> onnx.ModelProto:
        shape = ["batch", "length"]
        names = ["attention_mask"] if self._word_vectors else ["input_ids", "attention_mask"]
        if self._config.model_type == "bert":
            names.append("token_type_ids")
        inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, shape) for name in names]
        if self._word_vectors:
            vectors = ("word_vectors", TensorProto.FLOAT, [*shape, self._width])
            inputs.append(helper.make_tensor_value_info(*vectors))
        labels = ["batch", self._config.num_labels]
        output = helper.make_tensor_value_info("output", TensorProto.FLOAT, labels)
        proto = helper.make_graph(graph.nodes, "encoder", inputs, [output], graph.constants)
        opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_MICROSOFT, 1)]
        built = helper.make_model(proto, opset_imports=opsets, ir_version=9)
        helper.set_model_props(built, {SCALE_KEY: SCALE_OF_TOKENS})
        return built

    def _embedded(self) -> str:
        """Word, position and, in BERT, segment: normalised vectors (batch, length, width)."""
        graph, kind = self._graph, self._config.model_type
        vectors = "word_vectors" if self._word_vectors else self._looked_up()
        # MPNet's positions begin behind that of padding.
        first = self._config.pad_token_id + 1 if kind == "mpnet" else 0
        table = self._weights[f"{kind}.embeddings.position_embeddings.weight"]
        positions = graph.constant(table[first : first + self._max_tokens])
        places = graph.op("Slice", positions, self._zero, self._length, self._zero)
        vectors = graph.op("Add", vectors, places)
        if kind == "bert":
            segments = self._constant("bert.embeddings.token_type_embeddings.weight")
            vectors = graph.op("Add", vectors, graph.op("Gather", segments, "token_type_ids"))
        return self._normalised(vectors, f"{kind}.embeddings.LayerNorm")

    def _looked_up(self) -> str:
        """The word vectors of `input_ids`."""
        graph = self._graph
        words = self._weights[f"{self._config.model_type}.embeddings.word_embeddings.weight"]
        values, scales = self._rounding.of(words.T)
        codes = graph.op("Gather", graph.constant(values.T), "input_ids")
        scale = graph.op("Gather", graph.constant(scales.T), "input_ids")
        return graph.op("Mul", graph.op("Cast", codes, to=TensorProto.FLOAT), scale)

    def _distance_bias(self) -> str:
        """What MPNet adds for the distance of two tokens: float32 (1, heads, length, length)."""
        encoder = self._model.mpnet.encoder
        buckets = self._config.relative_attention_num_buckets
        at = torch.arange(self._max_tokens)
        with torch.no_grad():
            bucket = encoder.relative_position_bucket(at[None] - at[:, None], num_buckets=buckets)
            table = encoder.relative_attention_bias(bucket).permute(2, 0, 1)[None]
        ends = self._graph.op("Concat", self._length, self._length, axis=0)
        starts, axes = (
            self._graph.constant(np.array(values, np.int64)) for values in ([0, 0], [2, 3])
        )
        whole = self._graph.constant(table.float().numpy())
        return self._graph.op("Slice", whole, starts, ends, axes)

    def _layer(self, rows: str, prefix: str, last: bool) -> str:
        """One layer over tokens (n, width); the last one gives the first token's (batch, width)."""
        graph, names = self._graph, self._names
        quantised = self._quantised(rows)
        key, value = (
            graph.op("Reshape", self._linear(quantised, prefix + name, bias=False), self._tokens)
            for name in (names.key, names.value)
        )
        bias, shape = self._bias, self._tokens
        if last:
            rows = graph.op("Reshape", self._first_of(graph.op("Reshape", rows, shape)), self._flat)
            quantised = self._quantised(rows)
            shape = graph.constant(np.array([-1, 1, self._width], np.int64))
            bias = bias and graph.op("Slice", bias, self._zero, self._one, self._axis(2))
        query = self._linear(quantised, prefix + names.query, bias=False)
        biases = [
            self._weights[prefix + n + ".bias"] for n in (names.query, names.key, names.value)
        ]
        attended = graph.op(
            "MultiHeadAttention",
            *(graph.op("Reshape", query, shape), key, value),
            *(graph.constant(np.concatenate(biases)), self._mask, bias),
            domain=_MICROSOFT,
            num_heads=self._config.num_attention_heads,
        )
        flat = self._quantised(graph.op("Reshape", attended, self._flat))
        added = graph.op("Add", rows, self._linear(flat, prefix + names.attended))
        rows = self._normalised(added, prefix + names.attention_norm)
        wide = self._linear(self._quantised(rows), prefix + "intermediate.dense")
        active = self._quantised(graph.op("Gelu", wide, domain=_MICROSOFT))
        added = graph.op("Add", rows, self._linear(active, prefix + "output.dense"))
        return self._normalised(added, prefix + "output.LayerNorm")

    def _first_of(self, tokens: str) -> str:
        """The first token of each sequence: (batch, 1, width) of (batch, length, width)."""
        return self._graph.op("Slice", tokens, self._zero, self._one, self._axis(1))

    def _axis(self, number: int) -> str:
        return self._graph.constant(np.array([number], np.int64))

    def _normalised(self, values: str, name: str) -> str:
        graph = self._graph
        centred = graph.op("Sub", values, graph.op("ReduceMean", values, self._last))
        variance = graph.op("ReduceMean", graph.op("Mul", centred, centred), self._last)
        deviation = graph.op("Sqrt", graph.op("Add", variance, self._epsilon))
        normal = graph.op("Mul", centred, graph.op("Reciprocal", deviation))
        scaled = graph.op("Mul", normal, self._constant(f"{name}.weight"))
        return graph.op("Add", scaled, self._constant(f"{name}.bias"))

    def _quantised(self, rows: str) -> _Rows:
        """Each row by its own largest value."""
        graph = self._graph
        most = graph.op("ReduceMax", rows, self._last, keepdims=0)
        least = graph.op("Neg", graph.op("ReduceMin", rows, self._last, keepdims=0))
        scales = graph.op("Mul", graph.op("Max", most, least, self._tiny), self._step)
        zeros = graph.op("Expand", self._middle, graph.op("Shape", scales))
        values = graph.op("QuantizeLinear", rows, scales, zeros, axis=0)
        return _Rows(values=values, scales=graph.op("Unsqueeze", scales, self._last))

    def _linear(self, rows: _Rows, name: str, bias: bool = True) -> str:
        """A matrix product with the weights `name` and, unless another operator adds it, bias."""
        graph, weights = self._graph, self._weights[f"{name}.weight"].T
        values, scales = self._rounding.of(weights)
        product = graph.op(
            "MatMulIntegerToFloat",
            *(rows.values, graph.constant(values), self._unit),
            *(graph.constant(scales[0]), self._middle),
            domain=_MICROSOFT,
        )
        scaled = graph.op("Mul", product, rows.scales)
        if not bias:
            return scaled
        # As a row: ONNX Runtime would fuse a vector with gelu into one slower operator.
        return graph.op("Add", scaled, graph.constant(self._weights[f"{name}.bias"][None]))

    def _constant(self, name: str) -> str:
        return self._graph.constant(self._weights[name])
