"""Models to give by name: of few random weights, as `save_pretrained` leaves them, or packaged."""

from __future__ import annotations

import importlib.resources
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

_WORDS = """the a dam cracked on tuesday officials denied that it had said is safe team won cup"""
WORDS = _WORDS.split()
STANCES = {0: "agree", 1: "disagree", 2: "discuss", 3: "unrelated"}
CLAIMS = {0: "LABEL_0", 1: "LABEL_1"}
TEXTS = ["The dam cracked", "", "officials said the dam is safe " * 40, "the team won"]
PAIRS = [("the dam cracked", text) for text in TEXTS] + [("", ""), ("safe", "it is safe")]
_SIZE: dict[str, Any] = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 64,
    "max_position_embeddings": 64,
    "initializer_range": 0.25,
}
# cls, pad, sep, unk; as the two kinds order and call them.
_BERT = {"[PAD]": "pad", "[UNK]": "unk", "[CLS]": "cls", "[SEP]": "sep"}
_MPNET = {"<s>": "cls", "<pad>": "pad", "</s>": "sep", "[UNK]": "unk"}


def packaged_reading(task: str, languages: Sequence[str], folder: Path) -> str:
    """The name of a copy of a packaged model that says that it reads these languages."""
    packaged = importlib.resources.files("transforms.models") / "weights" / task
    with importlib.resources.as_file(packaged) as weights:
        shutil.copytree(weights, folder, dirs_exist_ok=True)
    about = folder / "newsbeam.json"
    told = json.loads(about.read_text("utf-8")) | {"languages": [*languages]}
    about.write_text(json.dumps(told), "utf-8")
    return str(folder)


def save_bert(folder: Path, labels: dict[int, str] | None) -> Path:
    """A BERT of two layers and 32 dimensions; without labels, an encoder alone."""
    return _save(folder, "Bert", _BERT, labels, _SIZE)


def save_mpnet(folder: Path, labels: dict[int, str]) -> Path:
    """An MPNet of two layers and 32 dimensions."""
    return _save(folder, "MPNet", _MPNET, labels, _SIZE)


def save_gpt2(folder: Path, labels: dict[int, str]) -> Path:
    """A decoder of one layer, whose config, as GPT-2's own, names no token for padding."""
    size = {"n_embd": 32, "n_layer": 1, "n_head": 2, "n_positions": 64}
    return _save(folder, "GPT2", _BERT, labels, size)


def save_xlnet(folder: Path, labels: dict[int, str]) -> Path:
    """A model of one layer that reads texts of any length."""
    size = {"d_model": 32, "n_layer": 1, "n_head": 2, "d_inner": 64}
    return _save(folder, "XLNet", _BERT, labels, size)


def _save(
    folder: Path,
    kind: str,
    special: dict[str, str],
    labels: dict[int, str] | None,
    size: dict[str, Any],
) -> Path:
    torch = pytest.importorskip("torch", reason="needs newsbeam[torch]")
    import transformers

    torch.manual_seed(3)
    make_config = getattr(transformers, f"{kind}Config")
    config = make_config(vocab_size=len(special) + len(WORDS), **size, **_named(labels))
    model = "ForSequenceClassification" if labels else "Model"
    getattr(transformers, f"{kind}{model}")(config).save_pretrained(folder)
    _tokenizer(special).save_pretrained(folder)
    return folder


def _tokenizer(special: dict[str, str]) -> Any:
    import tokenizers
    from transformers import PreTrainedTokenizerFast

    vocabulary = {word: i for i, word in enumerate([*special, *WORDS])}
    names = {role: token for token, role in special.items()}
    tokenizer = tokenizers.Tokenizer(
        tokenizers.models.WordLevel(vocabulary, unk_token=names["unk"])
    )
    tokenizer.normalizer = tokenizers.normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.BertPreTokenizer()
    ends = ((names[role], vocabulary[names[role]]) for role in ("sep", "cls"))
    tokenizer.post_processor = tokenizers.processors.BertProcessing(*ends)
    roles = {f"{role}_token": token for role, token in names.items()}
    inputs = ["input_ids", "attention_mask"] + ["token_type_ids"] * ("[CLS]" in special)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, model_max_length=64, model_input_names=inputs, **roles
    )


def _named(labels: dict[int, str] | None) -> dict[str, Any]:
    return {"id2label": labels, "label2id": {v: k for k, v in labels.items()}} if labels else {}
