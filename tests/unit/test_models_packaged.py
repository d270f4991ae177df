"""The packaged weights: in order, alone, and without torch."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import transforms.models
from transforms.models.base import LABELS, ModelError, Task, Text
from transforms.models.load import load_classifier, load_embedder
from transforms.models.onnx_models import OnnxClassifier

WEIGHTS = Path(transforms.models.__file__).parent / "weights"

SENTENCES = [
    "Unemployment fell to 3.5 percent in March, the lowest rate since 1969.",
    "Thank you all for coming tonight.",
    "",
    "Zażółć gęślą jaźń 😀",
    "The senator voted against the bill three times. " * 100,
    *[f"The city spent {n} million dollars on roads in {1990 + n}." for n in range(20)],
]
PAIRS: list[Text] = [
    ("The dam cracked on Tuesday", "Officials denied that the dam had cracked, calling it a hoax."),
    ("The dam cracked on Tuesday", "The dam cracked on Tuesday morning, engineers confirmed."),
    ("", ""),
    ("word " * 500, "word " * 500),
    *[("The dam cracked", f"Team {n} won the cup by {n} goals.") for n in range(20)],
]


def test_rows_are_probabilities_in_the_order_of_the_labels() -> None:
    model = load_classifier("claims")
    scores = model.scores(SENTENCES)
    assert model.labels == LABELS["claims"]
    assert scores.shape == (len(SENTENCES), 2)
    assert scores.dtype == np.float32
    assert np.allclose(scores.sum(axis=1), 1, atol=1e-5)
    assert scores[0, 1] > 0.5 > scores[1, 1]


@pytest.mark.parametrize(("task", "texts"), [("claims", SENTENCES), ("stances", PAIRS)])
def test_a_score_does_not_depend_on_its_batch_mates(task: Task, texts: list[Text]) -> None:
    model = OnnxClassifier(task, WEIGHTS / task)  # remembers nothing, as that of load_classifier
    together = model.scores(texts)
    alone = np.concatenate([model.scores([text]) for text in texts])
    backwards = model.scores(texts[::-1])[::-1]
    # Three decimals are what is promised.
    assert np.abs(together - alone).max() < 5e-4
    assert np.abs(together - backwards).max() < 5e-4


def test_nothing_in_gives_nothing_out() -> None:
    assert load_classifier("claims").scores([]).shape == (0, 2)
    assert load_classifier("stances").scores([]).shape == (0, 4)
    assert load_embedder().embed([]).shape == (0, 384)


def test_vectors_have_length_one_and_do_not_depend_on_each_other() -> None:
    model = load_embedder()
    together = model.embed(SENTENCES)
    assert together.shape == (len(SENTENCES), 384)
    assert together.dtype == np.float32
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    alone = np.concatenate([model.embed([text]) for text in SENTENCES])
    assert np.array_equal(together.round(3), alone.round(3))
    near = model.embed(["The dam broke.", "A dam has burst.", "He scored twice."])
    assert near[0] @ near[1] > near[0] @ near[2] + 0.2


def test_one_copy_for_a_process() -> None:
    assert load_classifier("claims") is load_classifier("claims")
    assert load_classifier("claims") is not load_classifier("stances")


def test_says_which_model_judged() -> None:
    info = load_classifier("claims").info
    assert info.name.startswith("newsbeam-claims")
    assert len(info.revision) == 12
    assert 0.2 < info.threshold < 0.8
    assert load_classifier("stances").info.threshold == 0


def test_a_folder_of_another_task_is_refused(tmp_path: Path) -> None:
    link_claims(tmp_path)
    with pytest.raises(ModelError, match="no model for stances"):
        load_classifier("stances", str(tmp_path))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("newsbeam.json", b"{"),
        ("newsbeam.json", b"{}"),
        ("tokenizer.json", b"{"),
        ("tokenizer.json", None),
        ("model.onnx", b"version https://git-lfs.github.com/spec/v1"),
        ("model.onnx", None),
    ],
)
def test_a_damaged_folder_is_told_in_one_line(
    tmp_path: Path, name: str, content: bytes | None
) -> None:
    link_claims(tmp_path)
    (tmp_path / name).unlink()
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ModelError, match="cannot be loaded as a model") as caught:
        load_classifier("claims", str(tmp_path))
    assert "\n" not in str(caught.value)


def link_claims(folder: Path) -> None:
    """The packaged files of claims, in another folder."""
    for file in (WEIGHTS / "claims").iterdir():
        (folder / file.name).symlink_to(file)


def test_torch_is_not_imported() -> None:
    code = (
        "import json, sys\n"
        "from transforms.models.load import load_classifier, load_embedder\n"
        "load_classifier('claims').scores(['A text.'])\n"
        "load_classifier('stances').scores([('A claim', 'A text.')])\n"
        "load_embedder().embed(['A text.'])\n"
        "print(json.dumps('torch' in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert json.loads(done.stdout.splitlines()[-1]) is False


def test_the_runtime_tells_nobody_and_keeps_no_id_of_the_machine(tmp_path: Path) -> None:
    ours = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    ours.pop("XDG_CACHE_HOME", None)
    subprocess.run(
        [sys.executable, "-c", "import pipeline.commands.classify, onnxruntime"],
        env={**ours, "HOME": str(tmp_path)},
        check=True,
    )
    assert not list(tmp_path.rglob("*onnxruntime*"))
