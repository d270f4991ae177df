"""The int8 graph says what torch says, whoever shares a call: tiny encoders of random weights."""

import json
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.int8_graph import FINEST, Rounding, write_int8
from tests.tiny_checkpoints import PAIRS, STANCES, save_bert, save_mpnet
from transforms.models.load import load_classifier
from transforms.models.onnx_models import OnnxModel, batches

MAKERS = {"bert": save_bert, "mpnet": save_mpnet}
# Without these instructions two products are added in 16 bits, which overflow for random weights
# far more often than for trained ones (models/README.md).
_CPU = Path("/proc/cpuinfo")
EXACT = not _CPU.exists() or any(name in _CPU.read_text() for name in ("_vnni", "amx_int8"))


def exported(kind: str, folder: Path, rounding: Rounding = FINEST) -> tuple[Path, Any]:
    """An int8 folder, and the checkpoint that it was made of, loaded by torch."""
    checkpoint = MAKERS[kind](folder / "checkpoint", STANCES)
    model = load_classifier("stances", str(checkpoint))
    out = folder / "int8"
    out.mkdir(parents=True)
    (out / "tokenizer.json").symlink_to(checkpoint / "tokenizer.json")
    about = {"name": kind, "revision": "0", "labels": list(model.labels), "max_tokens": 60}
    (out / "newsbeam.json").write_text(json.dumps(about))
    import transformers

    torch_model = transformers.AutoModelForSequenceClassification.from_pretrained(checkpoint)
    write_int8(torch_model.eval(), out / "model.onnx", max_tokens=60, rounding=rounding)
    return out, model


@pytest.mark.parametrize("kind", MAKERS)
def test_scores_are_those_of_torch(kind: str, tmp_path: Path) -> None:
    folder, model = exported(kind, tmp_path)
    ours = load_classifier("stances", str(folder)).scores(PAIRS)
    theirs = model.scores(PAIRS)
    assert np.ptp(theirs, axis=0).min() > 0.02
    assert np.abs(ours - theirs).max() < (0.03 if EXACT else 0.25)
    assert np.corrcoef(ours.ravel(), theirs.ravel())[0, 1] > (0.99 if EXACT else 0.7)


def test_fewer_steps_pack_smaller_and_say_about_the_same(tmp_path: Path) -> None:
    (many, model), (few, _) = (
        exported("mpnet", tmp_path / name, rounding)
        for name, rounding in {"many": FINEST, "few": Rounding(steps=12)}.items()
    )
    packed = [len(zlib.compress((each / "model.onnx").read_bytes())) for each in (few, many)]
    assert packed[0] < packed[1]
    ours = load_classifier("stances", str(few)).scores(PAIRS)
    theirs = model.scores(PAIRS)
    assert np.abs(ours - theirs).max() < 0.1
    assert np.corrcoef(ours.ravel(), theirs.ravel())[0, 1] > 0.95


def test_by_chance_what_was_trained_by_less_than_a_step_is_kept() -> None:
    values, scales = FINEST.of(np.random.default_rng(1).normal(size=(500, 4)))
    trained = (values + 0.2) * scales
    trained[values == values.max()] = (values * scales)[values == values.max()]
    moved = [
        (Rounding(by_chance=by_chance).of(trained)[0] - values).mean()
        for by_chance in (False, True)
    ]
    assert moved == pytest.approx([0, 0.2], abs=0.05)


@pytest.mark.parametrize("kind", MAKERS)
def test_a_call_of_many_gives_each_what_it_has_alone(kind: str, tmp_path: Path) -> None:
    model = OnnxModel(exported(kind, tmp_path)[0])
    assert model._batch_tokens > 0
    together = model.run(PAIRS * 5)
    alone = np.concatenate([model.run([pair]) for pair in PAIRS])
    assert np.abs(together - np.concatenate([alone] * 5)).max() < 1e-5


def test_word_vectors_may_come_from_outside(tmp_path: Path) -> None:
    import onnxruntime
    import torch
    from transformers import AutoModelForSequenceClassification

    checkpoint = save_mpnet(tmp_path, STANCES)
    model = AutoModelForSequenceClassification.from_pretrained(checkpoint).eval()
    write_int8(model, tmp_path / "model.onnx", max_tokens=8, word_vectors=True)
    session = onnxruntime.InferenceSession(tmp_path / "model.onnx")
    ids = np.array([[0, 5, 6, 2]])
    vectors = model.get_input_embeddings().weight.detach().numpy()[ids]
    given = {"word_vectors": vectors, "attention_mask": np.ones_like(ids)}
    with torch.inference_mode():
        theirs = model(input_ids=torch.tensor(ids)).logits.numpy()
    assert np.abs(session.run(None, given)[0] - theirs).max() < (0.2 if EXACT else 0.5)
    assert {each.name for each in session.get_inputs()} == set(given)


def test_other_architectures_are_refused(tmp_path: Path) -> None:
    from transformers import DistilBertConfig, DistilBertForSequenceClassification

    other = DistilBertForSequenceClassification(DistilBertConfig(dim=8, n_heads=2, hidden_dim=8))
    with pytest.raises(ValueError, match="distilbert"):
        write_int8(other, tmp_path / "model.onnx", max_tokens=8)


@given(st.lists(st.integers(1, 300)), st.integers(0, 600))
def test_batches_hold_each_sequence_once_and_keep_the_budget(
    lengths: list[int], budget: int
) -> None:
    found = list(batches(lengths, budget))
    assert sorted(i for batch in found for i in batch) == list(range(len(lengths)))
    for batch in found:
        assert len(batch) == 1 or len(batch) * max(lengths[i] for i in batch) <= budget
