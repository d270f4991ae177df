"""The recipes' commands are what the pages say; what is chosen at the end is what is shipped."""

import argparse
import importlib
import re
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.data import Example, read_examples, write_run
from models.tasks import stance_figures
from tests.tiny_checkpoints import CLAIMS, TEXTS, save_mpnet
from transforms.models import onnx_models
from transforms.models.onnx_models import OnnxModel

pytest.importorskip("torch", reason="needs newsbeam[torch]")
from models.teach import of_fold, softmax, taught

ROOT = Path(__file__).parents[2] / "models"
_COMMAND = re.compile(r"^ *python -m (models\..*)$", re.MULTILINE)


def commands() -> Iterator[list[str]]:
    """Yields module and arguments of each command on a line of its own; "[--x]" may be left out."""
    for page in sorted([*ROOT.rglob("*.md"), *ROOT.rglob("*.py")]):
        for line in _COMMAND.findall(page.read_text(encoding="utf-8")):
            for part in line.split("python -m "):
                yield shlex.split(part.partition("   (")[0].replace("[", "").replace("]", ""))


@pytest.mark.parametrize("words", list(commands()), ids=" ".join)
def test_the_commands_on_the_pages_parse(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    parse = argparse.ArgumentParser.parse_args

    def only_parse(parser: argparse.ArgumentParser) -> None:
        parse(parser)
        raise SystemExit("read")

    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", only_parse)
    monkeypatch.setattr("sys.argv", words)
    with pytest.raises(SystemExit, match="read"):
        importlib.import_module(words[0]).main()


def test_the_pages_show_every_step() -> None:
    steps = {
        ".".join(path.relative_to(ROOT.parent).with_suffix("").parts)
        for path in ROOT.rglob("*.py")
        if "__main__" in path.read_text(encoding="utf-8")
    }
    assert steps == {words[0] for words in commands()}


def test_what_prepare_wrote_is_read_again(tmp_path: Path) -> None:
    sets = [[Example(text="a", label=1, share=2.0)], [Example(text="b", pair="")], []]
    write_run(tmp_path / "run", *sets)
    names = ("train", "dev", "unlabelled")
    assert [read_examples(tmp_path / "run" / f"{name}.jsonl") for name in names] == sets


def test_an_added_bias_moves_the_exported_logits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from models.export import add_bias, export, load_checkpoint, logits_of

    checkpoint = save_mpnet(tmp_path / "checkpoint", CLAIMS)
    model: Any = load_checkpoint(checkpoint)
    vectors = model.get_input_embeddings().weight.detach().numpy()
    monkeypatch.setattr(onnx_models, "look_up", vectors.__getitem__)
    examples = [Example(text=text) for text in TEXTS]
    about = {"name": "tiny", "max_tokens": 60}

    export(model, checkpoint, tmp_path / "before", about)
    add_bias(model, np.array([0.0, 0.75]))
    export(model, checkpoint, tmp_path / "after", about | {"temperature": 2.0})

    before, after = (OnnxModel(tmp_path / name) for name in ("before", "after"))
    moved = logits_of(after, examples) - logits_of(before, examples)
    assert moved == pytest.approx(np.tile([0.0, 0.75], (len(TEXTS), 1)), abs=1e-4)
    assert (before.about.get("temperature"), after.about["temperature"]) == (None, 2.0)
    assert before.info.revision != after.info.revision


def test_the_scores_of_claims_are_calibrated() -> None:
    from models.claims.export import calibrate

    random = np.random.default_rng(7)
    margins = random.normal(0, 3, 40_000)
    gold = (random.random(40_000) < 1 / (1 + np.exp(-(0.5 * margins - 1)))).astype(int)
    bias, chosen = calibrate(margins, gold)
    assert chosen["temperature"] == pytest.approx(2, abs=0.1)
    assert bias == pytest.approx(np.array([0, -2]), abs=0.1)
    assert 0.2 < chosen["threshold"] < 0.5


def test_a_bias_of_stances_is_one_that_helps_and_no_larger_than_it_must_be() -> None:
    from models.stances.export import Held, calibrate

    random = np.random.default_rng(7)
    gold = random.integers(0, 4, 400)
    examples = [Example(text="", label=label) for label in gold.tolist()]
    right = 2.0 * np.eye(4)[gold] + random.normal(0, 0.5, (400, 4))
    held = Held(examples, right)
    assert calibrate(held, held)[0].tolist() == [0, 0, 0, 0]

    shy = Held(examples, right - np.array([0, 1.75, 0, 0]))
    bias, chosen = calibrate(shy, shy)
    assert bias[1] > 0
    assert shy.figures(bias)["macro_f1"] > shy.figures()["macro_f1"] + 0.1
    assert shy.figures(bias) == stance_figures(examples, shy.logits + bias)
    assert 0 < chosen["temperature"] < 1


def test_a_target_is_half_the_label_and_half_of_who_has_not_seen_it(tmp_path: Path) -> None:
    groups = [f"debate {n}" for n in range(40)]
    train = [
        Example(text=group, label=n % 2, group=group, origin="debates")
        for n, group in enumerate(groups)
    ]
    unlabelled = [Example(text=text) for text in ("One.", "Two.")]
    write_run(tmp_path, train, [], unlabelled)
    own = of_fold(train, 0)
    # As sure as it is right: three of four, so that its temperature is 1.
    odds = np.log([3.0 if each.label == (i % 4 > 0) else 1 / 3 for i, each in enumerate(own)])
    said = np.stack([np.zeros(len(own)), odds], axis=1)
    flat, second = np.zeros((len(unlabelled), 2)), np.array([0.1, 0.9])
    np.savez(tmp_path / "teacher-0.npz", own=said, unlabelled=flat, dev=np.zeros((0, 2)))

    def beside(examples: Sequence[Example]) -> np.ndarray:
        return np.tile(second, (len(examples), 1))

    alone = {each.text: each for each in taught(tmp_path, "claims")}
    both = {each.text: each for each in taught(tmp_path, "claims", beside)}
    assert len(alone) == len(both) == len(train) + len(unlabelled)
    for each in train:
        truth = np.eye(2)[each.label]
        if each in own:
            unseen = softmax(said)[own.index(each)]
            # The warmth of a teacher is found on a grid.
            assert alone[each.text].target == pytest.approx((truth + unseen) / 2, abs=0.02)
            told = (truth + (unseen + second) / 2) / 2
        else:
            assert alone[each.text] == each
            told = (truth + second) / 2
        assert both[each.text].target == pytest.approx(told, abs=0.02)
    assert alone["One."].target == (0.5, 0.5)
    assert both["One."].target == (0.3, 0.7)
