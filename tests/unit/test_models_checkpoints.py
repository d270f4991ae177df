"""Any Hugging Face checkpoint of the task serves: here a tiny BERT with random weights."""

import builtins
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.tiny_checkpoints import (
    CLAIMS,
    STANCES,
    TEXTS,
    save_bert,
    save_gpt2,
    save_xlnet,
)
from transforms.models.base import ModelError, Text, TextError
from transforms.models.checkpoints import CheckpointClassifier
from transforms.models.each import rows_of_each
from transforms.models.label_names import columns_of, reads_text_first
from transforms.models.load import load_classifier, load_embedder


def save_checkpoint(folder: Path, labels: dict[int, str] | None) -> str:
    """The name of a BERT whose labels are these."""
    return str(save_bert(folder, labels))


def test_claims(tmp_path: Path) -> None:
    name = save_checkpoint(tmp_path, {0: "LABEL_0", 1: "LABEL_1"})
    model = load_classifier("claims", name)
    scores = model.scores(TEXTS)
    assert scores.shape == (4, 2)
    assert np.allclose(scores.sum(axis=1), 1, atol=1e-5)
    assert len({round(float(score), 4) for score in scores[:, 1]}) > 1
    assert (model.info.name, model.info.threshold) == (name, 0.5)
    assert len(model.info.revision) == 12


def test_a_score_does_not_depend_on_its_batch_mates(tmp_path: Path) -> None:
    model = CheckpointClassifier("stances", save_checkpoint(tmp_path, STANCES))
    pairs: list[Text] = [("the dam cracked", text) for text in TEXTS]
    together = model.scores(pairs)
    alone = np.concatenate([model.scores([pair]) for pair in pairs])
    assert np.allclose(together, alone, atol=5e-4)


def test_label_order_is_the_names_not_the_numbers(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    (tmp_path / "turned").mkdir()
    plain = load_classifier("stances", save_checkpoint(tmp_path / "plain", STANCES))
    turned_names = {0: "unrelated", 1: "neutral", 2: "refutes", 3: "supports"}
    turned = load_classifier("stances", save_checkpoint(tmp_path / "turned", turned_names))
    pair = [("the dam cracked", "officials denied that it cracked")]
    assert np.allclose(plain.scores(pair), turned.scores(pair)[:, ::-1], atol=1e-5)


def test_inference_checkpoints_read_the_passage_first(tmp_path: Path) -> None:
    names = {0: "ENTAILMENT", 1: "NEUTRAL", 2: "CONTRADICTION"}
    model = load_classifier("stances", save_checkpoint(tmp_path, names))
    scores = model.scores([("the dam cracked", "it is safe")])
    assert scores[0, 3] == 0
    assert np.isclose(scores.sum(), 1)
    assert reads_text_first(names)
    assert not reads_text_first(STANCES)


def test_a_text_that_cannot_be_read_fails_alone(tmp_path: Path) -> None:
    model = load_classifier("claims", save_checkpoint(tmp_path, CLAIMS))
    rows = rows_of_each(model.scores, ["the dam", "half a character: \ud83d", "it is safe"])
    assert [isinstance(row, TextError) for row in rows] == [False, True, False]


def test_a_decoder_is_padded_as_its_tokenizer_says(tmp_path: Path) -> None:
    model = CheckpointClassifier("claims", str(save_gpt2(tmp_path, CLAIMS)))
    together = model.scores(TEXTS)
    alone = np.concatenate([model.scores([text]) for text in TEXTS])
    assert np.allclose(together, alone, atol=5e-4)


def test_a_text_without_a_token_fails_alone(tmp_path: Path) -> None:
    name = str(save_gpt2(tmp_path, CLAIMS))
    # Tokenizers of decoders put nothing around a text.
    changed(tmp_path / "tokenizer.json", post_processor=None)
    model = CheckpointClassifier("claims", name)
    rows = rows_of_each(model.scores, ["the dam", "", "it is safe"])
    assert [isinstance(row, TextError) for row in rows] == [False, True, False]


def test_what_needs_no_table_of_positions_has_no_length_of_one(tmp_path: Path) -> None:
    model = load_classifier("claims", str(save_xlnet(tmp_path, CLAIMS)))
    assert model.scores(TEXTS).shape == (4, 2)


def test_an_encoder_without_a_head_answers_nothing(tmp_path: Path) -> None:
    name = save_checkpoint(tmp_path, None)
    with pytest.raises(ModelError, match=r"lacks weights of its model \(classifier"):
        load_classifier("claims", name)


def test_no_tokenizer_is_told(tmp_path: Path) -> None:
    name = save_checkpoint(tmp_path, CLAIMS)
    for file in tmp_path.glob("tokenizer*"):
        file.unlink()
    with pytest.raises(ModelError, match="no tokenizer that knows a word"):
        load_classifier("claims", name)


def test_a_tokenizer_that_cannot_pad_is_told(tmp_path: Path) -> None:
    name = save_checkpoint(tmp_path, CLAIMS)
    changed(tmp_path / "tokenizer_config.json", pad_token=None)
    with pytest.raises(ModelError, match="pad_token"):
        load_classifier("claims", name)


@pytest.mark.parametrize("content", [b"", b"version https://git-lfs.github.com/spec/v1\n", b"cut"])
def test_damaged_weights_are_told_in_one_line(tmp_path: Path, content: bytes) -> None:
    name = save_checkpoint(tmp_path, CLAIMS)
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:5000] if content == b"cut" else content)
    with pytest.raises(ModelError, match="cannot be loaded") as caught:
        load_classifier("claims", name)
    assert "\n" not in str(caught.value)


def test_sizes_that_are_not_the_configs_are_told(tmp_path: Path) -> None:
    name = save_checkpoint(tmp_path, CLAIMS)
    changed(tmp_path / "config.json", intermediate_size=128)
    with pytest.raises(ModelError, match="cannot be loaded"):
        load_classifier("claims", name)


def test_embedder(tmp_path: Path) -> None:
    model = load_embedder(save_checkpoint(tmp_path, None))
    vectors = model.embed(TEXTS)
    assert vectors.shape == (4, 32)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert model.embed([]).shape == (0, 32)


def test_languages_are_those_that_the_config_names(tmp_path: Path) -> None:
    for name, labels in (("embedder", None), ("claims", CLAIMS)):
        folder = save_bert(tmp_path / name, labels)
        changed(folder / "config.json", languages=["de", "EN", "fr_XX", "nb", "pt-BR", "sd_PK"])
    infos = [
        load_embedder(str(tmp_path / "embedder")).info,
        load_classifier("claims", str(tmp_path / "claims")).info,
    ]
    assert [info.languages for info in infos] == [{"de", "en", "fr", "no", "pt"}] * 2


@pytest.mark.parametrize(
    "languages", ["de", [4], {"de": 1}, ["english"], ["de", "english"], ["eng"], [""]]
)
def test_languages_that_are_none_are_told(languages: Any, tmp_path: Path) -> None:
    folder = save_bert(tmp_path, CLAIMS)
    changed(folder / "config.json", languages=languages)
    with pytest.raises(ModelError, match="`languages` in its config"):
        load_classifier("claims", str(folder))


@pytest.mark.parametrize(
    ("task", "names", "message"),
    [
        ("claims", ["joy", "anger"], "label 'joy' is unknown"),
        ("claims", ["no", "negative"], "means yes"),
        ("stances", ["agree", "discuss"], "means denies"),
        ("stances", ["LABEL_0", "LABEL_1", "LABEL_2", "LABEL_3"], "id2label"),
    ],
)
def test_labels_that_do_not_fit_are_named(task: Any, names: list[str], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        columns_of(task, dict(enumerate(names)), "some/checkpoint")


def test_labels_with_a_gap_are_told() -> None:
    with pytest.raises(ModelError, match="without a gap"):
        columns_of("claims", {0: "no", 2: "yes"}, "some/checkpoint")


@pytest.mark.parametrize(
    ("task", "names", "columns"),
    [
        ("claims", ["Yes", "No"], [1, 0]),
        ("claims", ["NFS", "UFS", "CFS"], [0, 0, 1]),
        ("claims", [True, False], [1, 0]),
        ("claims", [0, 1], [0, 1]),
        ("claims", ["not check-worthy", "check-worthy"], [0, 1]),
        ("stances", ["contradiction", "entailment", "neutral"], [1, 0, 2]),
        ("stances", ["SUPPORTS", "REFUTES", "NOT ENOUGH INFO"], [0, 1, 2]),
    ],
)
def test_labels_of_well_known_checkpoints(task: Any, names: list[Any], columns: list[int]) -> None:
    assert columns_of(task, dict(enumerate(names)), "some/checkpoint") == columns


def test_a_name_that_is_no_model_is_an_error_of_one_line(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="needs newsbeam[torch]")
    with pytest.raises(ModelError, match="cannot be loaded") as caught:
        load_classifier("claims", str(tmp_path))
    assert "\n" not in str(caught.value)


def test_without_torch_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    import_module = builtins.__import__

    def no_torch(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "torch":
            raise ImportError(name)
        return import_module(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", no_torch)
    with pytest.raises(ModelError, match=r"newsbeam\[torch\]"):
        load_classifier("claims", "some/checkpoint")


def changed(path: Path, **fields: Any) -> None:
    """Writes fields of a JSON file anew."""
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | fields), "utf-8")
