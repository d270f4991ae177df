"""What claims and stances are judged by: Newsbeam's stages, and what they are compared with."""

from __future__ import annotations

import datetime as dt
import json
import re
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import apache_beam as beam
import numpy as np
import onnx
import onnxruntime
import tokenizers

from schemas import ids
from schemas.records import Article, Claim, Fingerprint, Origin, Pair, PlacedArticle, Placement
from transforms.classify_stances import ClassifyStances
from transforms.detect_claims import DetectClaims
from transforms.models.base import Task, Text
from transforms.models.cores import usable_cores
from transforms.models.onnx_models import batches
from transforms.models.words import look_up
from transforms.text.passages import best_passage
from transforms.text.sentences import split_sentences
from transforms.text.substance import text_hash

WEIGHTS = Path(__file__).parents[1] / "transforms" / "models" / "weights"
NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
# Tried for each side, of which the best counts.
BATCH_SIZES = (8, 32, 128)
TOKEN_BUDGETS = (256, 512, 1024)
_MIN_WORDS = 4
_WORD = re.compile(r"\w+")
# Products that a graph does for a sequence's first token alone: those of its last layer and head.
_OF_FIRST_TOKEN = 5


class Job(NamedTuple):
    """Texts to be judged, and what a stage takes for them. No text is there twice."""

    texts: list[Text]
    elements: list[Any]


def claims_job(bodies: Sequence[str]) -> Job:
    """The sentences of at least four words of articles; one that another article has is cut out."""
    seen: dict[Text, None] = {}
    placed = []
    for body in bodies:
        lines = {text for text in _sentences(body) if text not in seen}
        own = "\n".join(text for text in _sentences(body) if text in lines)
        seen.update(dict.fromkeys(_sentences(own)))
        placed.append(_placed(own))
    return Job(list(seen), placed)


def _sentences(body: str) -> list[str]:
    found = (body[start:end] for start, end in split_sentences(body))
    return [text for text in found if len(_WORD.findall(text)) >= _MIN_WORDS]


def stances_job(bodies: Sequence[str], each: int = 4) -> Job:
    """The first sentence of every article with the best passages of the next ones."""
    sentences = [split_sentences(body) for body in bodies]
    pairs = {}
    for i, body in enumerate(bodies[:-each]):
        first = next((body[s:e] for s, e in sentences[i] if e - s > 40), "")
        for other in range(i + 1, i + 1 + each if first else 0):
            passage = best_passage(first, bodies[other], sentences[other])
            said = bodies[other][passage.start : passage.end]
            pairs[first, said] = _pair(first, said)
    return Job(list(pairs), list(pairs.values()))


def run_stage(task: Task, elements: Sequence[Any]) -> None:
    """Newsbeam's stage over the elements, on Beam's in-process runner."""
    stage: Any = DetectClaims() if task == "claims" else ClassifyStances()
    with beam.Pipeline("FnApiRunner") as pipeline:
        pipeline | beam.Create(elements, reshuffle=False) | stage


class TorchPipeline:
    """transformers' `pipeline()` over the same weights as float32, and the batch size it likes."""

    def __init__(self, task: Task, folder: Path) -> None:
        import transformers  # with torch: not in the worker whose memory is told

        from models.dequantised import save_checkpoint

        transformers.utils.logging.set_verbosity_error()
        transformers.utils.logging.disable_progress_bar()
        save_checkpoint(WEIGHTS / task, folder)
        self._pipe: Any = transformers.pipeline(
            "text-classification", model=str(folder), device="cpu", top_k=None
        )
        self._limits = {"truncation": True, "max_length": about(task)["max_tokens"]}
        self.batch_size = BATCH_SIZES[0]

    def one_by_one(self, texts: Sequence[Text]) -> None:
        """A call for each text."""
        for text in texts:
            self._pipe(_as_input(text), **self._limits)

    def in_batches(self, texts: Sequence[Text]) -> None:
        """One call for all, the longest first."""
        inputs = [_as_input(text) for text in sorted(texts, key=lambda text: -sum(map(len, text)))]
        self._pipe(inputs, batch_size=self.batch_size, **self._limits)

    def tune(self, texts: Sequence[Text]) -> None:
        """Takes the best of the batch sizes."""

        def seconds(size: int) -> float:
            self.batch_size = size
            return timed(lambda: self.in_batches(texts))

        self.batch_size = min(BATCH_SIZES, key=seconds)


class OnnxAlone:
    """ONNX Runtime's int8 over batches that are ready: nothing but calls is timed."""

    def __init__(self, task: Task) -> None:
        self._tokenizer = tokenizers.Tokenizer.from_file(str(WEIGHTS / task / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(about(task)["max_tokens"], strategy="longest_first")
        graph = str(WEIGHTS / task / "model.onnx")
        cores = usable_cores()
        # A call for each core, or all cores in one call.
        self._ways = [(_session(graph, 1), cores), (_session(graph, cores), 1)]
        self.way, self.budget = self._ways[0], TOKEN_BUDGETS[0]

    def tokens(self, texts: Sequence[Text]) -> list[int]:
        """How many each text has, as far as the model reads it."""
        return [len(each.ids) for each in self._tokenizer.encode_batch(list(texts))]

    def feeds(self, texts: Sequence[Text]) -> list[dict[str, Any]]:
        """The batches of the texts."""
        found = self._tokenizer.encode_batch(list(texts))
        lengths = [len(each.ids) for each in found]
        return [_feed([found[i].ids for i in batch]) for batch in batches(lengths, self.budget)]

    def run(self, feeds: Sequence[dict[str, Any]]) -> None:
        """Calls, several at a time where that is the better way."""
        session, threads = self.way
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(lambda feed: session.run(None, feed), feeds))

    def tune(self, texts: Sequence[Text]) -> None:
        """Takes the best way and budget of tokens."""

        def seconds(choice: tuple[Any, int]) -> float:
            self.way, self.budget = choice
            feeds = self.feeds(texts)
            return timed(lambda: self.run(feeds))

        choices = [(way, budget) for way in self._ways for budget in TOKEN_BUDGETS]
        self.way, self.budget = min(choices, key=seconds)


def operations(task: Task, tokens: Sequence[int]) -> float:
    """Multiplications and additions of int8 values that sequences of these lengths take."""
    graph = onnx.load(str(WEIGHTS / task / "model.onnx")).graph
    sizes = {each.name: int(np.prod(each.dims)) for each in graph.initializer}
    products = [sizes[n.input[1]] for n in graph.node if n.op_type == "MatMulIntegerToFloat"]
    of_token, of_sequence = sum(products[:-_OF_FIRST_TOKEN]), sum(products[-_OF_FIRST_TOKEN:])
    return 2.0 * (of_token * sum(tokens) + of_sequence * len(tokens))


def int8_peak() -> float:
    """Operations a second of all cores, each busy with int8 products that fit its cache best."""
    cores, best = usable_cores(), 0.0
    for rows, inner, outer in ((256, 768, 768), (256, 3072, 768), (2048, 1024, 1024)):
        session = _product(inner, outer)
        given = {"a": np.full((rows, inner), 7, np.uint8)}

        def work(_: int, session: Any = session, given: Any = given) -> None:
            for _ in range(20):
                session.run(None, given)

        with ThreadPoolExecutor(cores) as pool:
            list(pool.map(work, range(cores)))
            for _ in range(3):
                spent = timed(lambda: list(pool.map(work, range(cores))))
                best = max(best, 2.0 * rows * inner * outer * 20 * cores / spent)
    return best


def about(task: Task) -> dict[str, Any]:
    """What the packaged model says of itself."""
    told: dict[str, Any] = json.loads((WEIGHTS / task / "newsbeam.json").read_text("utf-8"))
    return told


def timed(work: Callable[[], object]) -> float:
    """Wall seconds."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _session(graph: str, threads: int) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.log_severity_level = threads, 3
    return onnxruntime.InferenceSession(graph, options)


def _product(inner: int, outer: int) -> Any:
    helper, kind = onnx.helper, onnx.TensorProto
    weights = np.random.default_rng(1).integers(-127, 128, (inner, outer)).astype(np.int8)
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["a", "w"], ["y"])],
        "product",
        [helper.make_tensor_value_info("a", kind.UINT8, ["rows", inner])],
        [helper.make_tensor_value_info("y", kind.INT32, ["rows", outer])],
        [onnx.numpy_helper.from_array(weights, "w")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    return _session(model.SerializeToString(), 1)


def _feed(sequences: Sequence[list[int]]) -> dict[str, Any]:
    shape = len(sequences), max(map(len, sequences))
    tokens, mask = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    for i, each in enumerate(sequences):
        tokens[i, : len(each)], mask[i, : len(each)] = each, 1
    return {"attention_mask": mask, "word_vectors": look_up(tokens)}


def _as_input(text: Text) -> Any:
    return text if isinstance(text, str) else {"text": text[0], "text_pair": text[1]}


def _placed(body: str) -> PlacedArticle:
    name = ids.article_id(None, "bench", body)
    article = Article(
        article_id=name,
        key=name,
        origin=Origin(source="bench", file="bench"),
        url=None,
        title="",
        body=body,
        language="en",
        fetched_at=NOW,
        text_hash=text_hash("", body),
    )
    placement = Placement(
        article_id=name,
        fetched_at=NOW,
        story_id=name,
        reprint_of=None,
        method="first",
        score=1.0,
        counterpart=None,
    )
    fingerprint = Fingerprint(
        article_id=name,
        source="bench",
        language="en",
        event_time=NOW,
        dated=True,
        fetched_at=NOW,
        first_fetched_at=NOW,
        revision=0,
        vector=bytes(384),
        terms=(),
        signature=bytes(512),
        words=len(body.split()),
    )
    return PlacedArticle(article=article, placement=placement, fingerprint=fingerprint)


def _pair(text: str, passage: str) -> Pair:
    name = ids.article_id(None, "bench", text)
    claim = Claim(
        claim_id=ids.claim_id(name, text),
        article_id=name,
        story_id="bench",
        text=text,
        start=0,
        end=len(text),
        score=0.5,
        same_as=ids.claim_id(name, text),
        language="en",
        source="bench",
        url=None,
        title="",
        published_at=None,
        fetched_at=NOW,
        model="bench",
        model_revision="0",
        threshold=0.5,
    )
    return Pair(
        story_headline="",
        claim=claim,
        article_id=ids.article_id(None, "bench", passage),
        source="bench",
        url=None,
        title="",
        published_at=None,
        fetched_at=NOW,
        passage=passage,
        evidence=passage,
        start=0,
        end=len(passage),
    )
