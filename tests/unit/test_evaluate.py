"""`newsbeam evaluate`: figures counted by hand, its files, what it says of bad lines."""

import codecs
import importlib.util
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from pipeline.cli import main
from pipeline.evaluation import Example, evaluate
from pipeline.reliability_plot import draw_reliability, reliability
from transforms.models.base import LABELS, Floats, ModelInfo, Task, Text

CLAIMS = [
    {"text": "Unemployment fell to 3.9 percent in March, the lowest since 1969.", "label": "yes"},
    {"text": "Crime fell by 12 percent in 2019.", "label": "yes"},
    {"text": "Good evening and welcome.", "label": "no"},
    {"text": "Thank you very much.", "label": "yes"},
]


class Told:
    """A model that says what it was told to."""

    info = ModelInfo(name="told", revision="1", threshold=0.5)

    def __init__(self, task: Task, rows: list[list[float]]) -> None:
        self.labels = LABELS[task]
        self._rows = np.array(rows, np.float32)

    def scores(self, texts: Sequence[Text]) -> Floats:
        assert len(texts) == len(self._rows)
        return self._rows


def examples(*labels: str, claim: str = "") -> list[Example]:
    return [Example(line=n, claim=claim, text="t", label=each) for n, each in enumerate(labels, 1)]


def test_claims_are_counted_as_by_hand() -> None:
    model = Told("claims", [[0.05, 0.95], [0.15, 0.85], [0.55, 0.45], [0.85, 0.15]])
    found = evaluate(examples("yes", "no", "yes", "no"), "claims", model)
    figures = found.figures
    assert (figures["precision"], figures["recall"], figures["f1"]) == (0.5, 0.5, 0.5)
    assert figures["average_precision"] == pytest.approx((1 + 2 / 3) / 2)
    assert figures["calibration_error"] == pytest.approx((0.05 + 0.85 + 0.55 + 0.15) / 4)
    assert [(each["line"], each["said"]) for each in found.worst_errors] == [(2, "yes"), (3, "no")]


def test_stances_are_counted_as_by_hand() -> None:
    supports, denies, unrelated = [0.7, 0.1, 0.1, 0.1], [0.0, 1.0, 0.0, 0.0], [0.1, 0.1, 0.1, 0.7]
    model = Told("stances", [supports, denies, unrelated, unrelated])
    gold = examples("supports", "supports", "unrelated", "denies", claim="c")
    found = evaluate(gold, "stances", model)
    figures = found.figures
    assert figures["confusion"]["supports"] == {
        **dict.fromkeys(LABELS["stances"], 0),
        "supports": 1,
        "denies": 1,
    }
    assert figures["macro_f1"] == pytest.approx((2 / 3 + 0 + 2 / 3) / 3)
    assert figures["fnc_score"] == pytest.approx((1 + 0.25 + 0.25) / 3.25)
    assert [each["line"] for each in found.worst_errors] == [2, 4]


def test_what_is_uncertain_is_told_apart() -> None:
    model = Told("claims", [[0.05, 0.95], [0.45, 0.55], [0.55, 0.45], [0.85, 0.15]])
    model.info = ModelInfo(name="told", revision="1", threshold=0.5, sure_from=(0.8, 0.6))
    figures = evaluate(examples("yes", "no", "yes", "yes"), "claims", model).figures
    assert (figures["abstained"], figures["right_where_sure"]) == (0.5, 0.5)
    assert figures["precision_yes_where_sure"] == 1.0
    assert figures["precision_no_where_sure"] == 0.0
    # What nobody measured counts as sure.
    model.info = ModelInfo(name="told", revision="1", threshold=0.5)
    assert evaluate(examples("yes", "no", "yes", "yes"), "claims", model).figures["abstained"] == 0


@pytest.mark.parametrize(
    ("task", "claim", "scores"),
    [
        ("claims", "", [0.1, 0.9]),
        ("stances", "Unemployment rose sharply in March.", [0.1, 0.9, 0.0, 0.0]),
    ],
)
def test_what_is_in_an_unknown_language_is_uncertain(
    task: Task, claim: str, scores: list[float]
) -> None:
    model = Told(task, [scores, scores])
    model.info = ModelInfo(name="told", revision="1", threshold=0.5, languages=frozenset({"en"}))
    texts = ("Unemployment fell sharply in March.", "Die Arbeitslosigkeit fiel im März deutlich.")
    label = LABELS[task][1]
    some = [Example(line=1, claim=claim, text=text, label=label) for text in texts]
    figures = evaluate(some, task, model).figures
    assert (figures["abstained"], figures["right_where_sure"]) == (0.5, 1.0)


def test_reliability_leaves_empty_bins_out() -> None:
    means, shares, counts = reliability(np.array([0.11, 0.19, 1.0]), np.array([True, False, True]))
    assert means == pytest.approx([0.15, 1.0])
    assert (shares.tolist(), counts.tolist()) == ([0.5, 1.0], [2, 1])


def test_the_packaged_model_is_measured_and_written_about(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("matplotlib", reason="needs newsbeam[evaluate]")
    file = write(tmp_path, CLAIMS)
    assert main(["evaluate", "claims", str(file), "--output_dir", str(tmp_path / "out")]) == 0
    printed = capsys.readouterr().out
    metrics = json.loads((tmp_path / "out/metrics.json").read_text("utf-8"))
    assert (metrics["examples"], metrics["precision"]) == (4, 1.0)
    assert metrics["recall"] == pytest.approx(2 / 3)
    assert f"{metrics['f1']:.4f}" in printed
    (worst,) = map(json.loads, (tmp_path / "out/worst_errors.jsonl").read_text().splitlines())
    assert (worst["line"], worst["said"]) == (4, "no")
    assert (tmp_path / "out/reliability.png").read_bytes().startswith(b"\x89PNG")


def test_a_folder_that_takes_nothing_is_told_before_anything_is_judged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("matplotlib", reason="needs newsbeam[evaluate]")
    file = write(tmp_path, CLAIMS)
    assert main(["evaluate", "claims", str(tmp_path / "none"), "--output_dir", str(file)]) == 2
    assert capsys.readouterr().err.startswith(f"newsbeam: --output_dir {file}: ")


def test_a_path_with_signs_of_formulas_is_drawn_as_it_is(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="needs newsbeam[evaluate]")
    path = tmp_path / "reliability.png"
    draw_reliability(np.array([0.9]), np.array([True]), "./models/$new_$model, claims", path)
    assert path.read_bytes().startswith(b"\x89PNG")


def test_stances_print_their_confusion(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pair = {"claim": "The dam cracked on Tuesday", "text": "The team won the cup by three goals."}
    file = write(tmp_path, [{**pair, "label": "unrelated"}])
    assert main(["evaluate", "stances", str(file)]) == 0
    printed = capsys.readouterr().out
    assert "macro_f1           1.0000" in printed
    assert "unrelated" in printed


@pytest.mark.parametrize(
    ("task", "line", "said"),
    [
        ("claims", '{"text": "a", "label": "maybe"}', "line 2: the label 'maybe'"),
        ("claims", '{"text": "a", "label": ["yes"]}', "line 2: the label"),
        ("claims", '{"label": "yes"}', "line 2 must be an object with text"),
        ("claims", "nonsense", "line 2 is no JSON"),
        ("claims", '{"text": " ", "label": "yes"}', "line 2: text is empty"),
        ("stances", '{"claim": "", "text": "a", "label": "denies"}', "line 2: claim is empty"),
        ("stances", '{"text": "a", "label": "denies"}', "line 2 must be an object with claim"),
    ],
)
def test_a_wrong_line_is_named(
    task: str, line: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = {"claim": "c", "text": "t", "label": "yes" if task == "claims" else "denies"}
    file = write(tmp_path, [good])
    file.write_text(f"{file.read_text('utf-8')}{line}\n", "utf-8")
    assert main(["evaluate", task, str(file)]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert told.count("\n") == 1


def test_byte_order_marks_and_line_ends_of_windows_are_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path, CLAIMS)
    file.write_bytes(codecs.BOM_UTF8 + file.read_bytes().replace(b"\n", b"\r\n"))
    assert main(["evaluate", "claims", str(file)]) == 0
    assert "examples           4" in capsys.readouterr().out


@pytest.mark.parametrize("data", [b"text,label\nHi.,yes\n", '{"text": "é"}'.encode("utf-16")])
def test_what_is_no_json_in_utf_8_is_told_what_it_is_to_be(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], data: bytes
) -> None:
    file = tmp_path / "labelled"
    file.write_bytes(data)
    assert main(["evaluate", "claims", str(file)]) == 2
    assert "line 1 is no JSON" in (told := capsys.readouterr().err)
    assert "a JSON object in UTF-8" in told


def test_files_without_anything_to_measure_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for file in (tmp_path / "none", write(tmp_path, []), write(tmp_path, CLAIMS[2:3])):
        assert main(["evaluate", "claims", str(file)]) == 2
        assert capsys.readouterr().err.startswith(f"newsbeam: {file}")


def test_a_plot_without_matplotlib_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    out = tmp_path / "out"
    arguments = ["evaluate", "claims", str(write(tmp_path, CLAIMS)), "--output_dir", str(out)]
    assert main(arguments) == 2
    told = capsys.readouterr().err
    assert "newsbeam[evaluate]" in told
    assert told.count("\n") == 1
    assert not out.exists()


def write(folder: Path, records: list[dict[str, str]]) -> Path:
    file = folder / "labelled.jsonl"
    file.write_text("".join(json.dumps(each) + "\n" for each in records), "utf-8")
    return file
