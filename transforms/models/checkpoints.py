"""Any Hugging Face checkpoint of a task, run by torch; on a GPU where there is one."""

from __future__ import annotations

import hashlib
import pathlib
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import transformers

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
from transforms.models.label_names import columns_of, reads_text_first
from transforms.text.languages import code_of

_MAX_TOKENS = 192
# Tokens of a padded batch: keeps a GPU busy and fits the memory of a small one.
_BATCH_TOKENS = 8192
# A claim is what a binary model holds for more likely than not; foreign models bring no threshold.
_THRESHOLD = 0.5
_CODE = re.compile(r"[a-zA-Z]{2,3}(?:[-_]\w+)*")
_WEIGHTS = ("*.safetensors", "pytorch_model*.bin", "config.json")


class Checkpoint:
    """Weights and tokenizer of a folder or hub name, ready to run.

    Args:
        device: `cpu` or `cuda`; None for a GPU where there is one. A GPU runs in bfloat16.

    Attributes:
        untrained: names of the weights that are not in the checkpoint, and so are random.
        languages: see `ModelInfo`; a checkpoint names them in its config.json.
    """

    def __init__(self, name: str, auto_model: str, device: str | None = None) -> None:
        self._torch = _import_torch(name)
        try:
            self._tokenizer = transformers.AutoTokenizer.from_pretrained(
                name, trust_remote_code=False
            )
            self._model, loading = getattr(transformers, auto_model).from_pretrained(
                name, trust_remote_code=False, output_loading_info=True
            )
        except Exception as error:  # of what libraries raise at damaged files there is no list
            raise not_loaded(name, error) from error
        self.untrained = frozenset(loading["missing_keys"])
        _check_tokenizer(self._tokenizer, name)
        self._device = device or ("cuda" if self._torch.cuda.is_available() else "cpu")
        # bfloat16 has float32's range: nothing overflows, which float16 does not promise.
        gpu = self._device != "cpu"
        self._model.to(self._device, self._torch.bfloat16 if gpu else self._torch.float32).eval()
        self.config: Any = self._model.config
        self.languages = _languages(getattr(self.config, "languages", []), name)
        # Decoders look for the last token before the padding; many configs do not say which it is.
        self.config.pad_token_id = self._tokenizer.pad_token_id
        self.revision = _revision(name, self.config)
        # RoBERTa's positions begin at 2, so that its table is longer than what it takes. What needs
        # no table has no length or, as XLNet, one of -1.
        positions = getattr(self.config, "max_position_embeddings", None) or 0
        longest = positions - 2 if positions > 2 else _MAX_TOKENS
        self._max_tokens = min(self._tokenizer.model_max_length, longest, _MAX_TOKENS)

    def run(self, texts: Sequence[Text], output: str) -> Floats:
        """`output` of the model (n, width), mean-pooled where it has a vector for each token."""
        rows: list[Floats | None] = [None] * len(texts)
        for indexes in self._batches(texts):
            values = self._forward([texts[i] for i in indexes], output)
            for i, row in zip(indexes, values, strict=True):
                rows[i] = row
        return np.array(rows, np.float32)

    def _batches(self, texts: Sequence[Text]) -> list[list[int]]:
        """Indexes in batches of about equal length, each within the budget of tokens."""
        lengths = [len("".join(text)) for text in texts]
        batches: list[list[int]] = []
        for i in sorted(range(len(texts)), key=lengths.__getitem__):
            tokens = min(lengths[i] // 3 + 3, self._max_tokens)
            if not batches or (len(batches[-1]) + 1) * tokens > _BATCH_TOKENS:
                batches.append([])
            batches[-1].append(i)
        return batches

    def _forward(self, texts: Sequence[Text], output: str) -> Floats:
        torch = self._torch
        firsts = [text if isinstance(text, str) else text[0] for text in texts]
        seconds = [text[1] for text in texts if not isinstance(text, str)]
        encoded = self._encoded(firsts, seconds or None).to(self._device)
        with torch.inference_mode():
            values = self._model(**encoded)[output].float()
            if values.ndim == 3:
                mask = encoded["attention_mask"].unsqueeze(-1).float()
                values = (values * mask).sum(1) / mask.sum(1)
        array: Floats = values.cpu().numpy()
        return array

    def _encoded(self, firsts: Sequence[str], seconds: Sequence[str] | None) -> Any:
        try:
            encoded = self._tokenizer(
                firsts,
                seconds,
                truncation=True,
                max_length=self._max_tokens,
                padding=True,
                return_tensors="pt",
            )
        except (TypeError, ValueError) as error:
            raise TextError(f"the text cannot be tokenised: {error}") from error
        if not encoded["attention_mask"].any(dim=1).all():
            raise TextError("the text has no token")
        return encoded


class CheckpointClassifier:
    """A `Classifier` out of `AutoModelForSequenceClassification`."""

    def __init__(self, task: Task, name: str, device: str | None = None) -> None:
        self._checkpoint = Checkpoint(name, "AutoModelForSequenceClassification", device)
        _check_trained(name, self._checkpoint.untrained)
        names = self._checkpoint.config.id2label
        self._columns = columns_of(task, names, name)
        self._swapped = task == "stances" and reads_text_first(names)
        self.labels = LABELS[task]
        threshold = _THRESHOLD if task == "claims" else 0.0
        self.info = _info_of(name, self._checkpoint, threshold)

    def scores(self, texts: Sequence[Text]) -> Floats:
        """See `Classifier.scores`."""
        result = np.zeros((len(texts), len(self.labels)), np.float32)
        if not texts:
            return result
        if self._swapped:
            texts = [text if isinstance(text, str) else (text[1], text[0]) for text in texts]
        found = probabilities(self._checkpoint.run(texts, "logits"))
        for source, column in enumerate(self._columns):
            result[:, column] += found[:, source]
        return result


class CheckpointEmbedder:
    """An `Embedder` out of `AutoModel`, by the mean of the token vectors."""

    def __init__(self, name: str) -> None:
        self._checkpoint = Checkpoint(name, "AutoModel")
        # The pooler's output is not asked for, and encoders come without one.
        pooler = {key for key in self._checkpoint.untrained if key.startswith("pooler.")}
        _check_trained(name, self._checkpoint.untrained - pooler)
        self.info = _info_of(name, self._checkpoint)

    def embed(self, texts: Sequence[str]) -> Floats:
        """See `Embedder.embed`."""
        if not texts:
            return np.zeros((0, int(self._checkpoint.config.hidden_size)), np.float32)
        vectors = self._checkpoint.run(texts, "last_hidden_state")
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)


def _import_torch(name: str) -> Any:
    try:
        import torch
    except ImportError as error:
        raise ModelError(
            f"the checkpoint {name} needs torch: pip install 'newsbeam[torch]'"
        ) from error
    return torch


def _info_of(name: str, checkpoint: Checkpoint, threshold: float = 0.0) -> ModelInfo:
    return ModelInfo(
        name=name,
        revision=checkpoint.revision,
        threshold=threshold,
        languages=checkpoint.languages,
    )


def _languages(named: Any, name: str) -> frozenset[str]:
    """Codes as articles have them; X-MOD's are such as `de_DE`, some of languages of no article."""
    if not isinstance(named, list | tuple) or not all(map(_is_code, named)):
        raise ModelError(f'{name}: `languages` in its config.json is no list of codes, ["de"]')
    codes = frozenset(code for each in named if (code := code_of(each)))
    if named and not codes:
        raise ModelError(f"{name}: `languages` in its config.json has no code that articles have")
    return codes


def _is_code(name: Any) -> bool:
    return isinstance(name, str) and _CODE.fullmatch(name) is not None


def _check_tokenizer(tokenizer: Any, name: str) -> None:
    """Refuses what stands for a tokenizer where the files of one are missing, or cannot pad."""
    if not tokenizer.get_vocab().keys() - set(tokenizer.all_special_tokens):
        raise ModelError(
            f"{name} has no tokenizer that knows a word; save the one of its training beside it"
        )
    if tokenizer.pad_token is None:
        raise ModelError(f"{name}: its tokenizer_config.json needs a pad_token")


def _check_trained(name: str, untrained: frozenset[str]) -> None:
    """Refuses random weights, which transformers puts in place of those that are missing."""
    if untrained:
        some = ", ".join(sorted(untrained)[:4])
        raise ModelError(
            f"{name} lacks weights of its model ({some}); give a checkpoint trained for the task"
        )


def _revision(name: str, config: Any) -> str:
    """The hub's commit, or a hash of a folder's weights."""
    folder = pathlib.Path(name)
    if not folder.is_dir():
        return str(getattr(config, "_commit_hash", None) or "unknown")
    digest = hashlib.sha256()
    for path in sorted(path for pattern in _WEIGHTS for path in folder.glob(pattern)):
        with path.open("rb") as content:
            digest.update(hashlib.file_digest(content, "sha256").digest())
    return digest.hexdigest()[:12]
