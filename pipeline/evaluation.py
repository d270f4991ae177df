"""What a claim or stance model is worth on labelled texts."""

from __future__ import annotations

import codecs
import dataclasses
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from pipeline.errors import UsageError
from transforms.models.base import (
    LABELS,
    Classifier,
    Floats,
    Task,
    Text,
    TextError,
    says_something,
)
from transforms.models.each import rows_of_each
from transforms.models.evidence import answer_of, believed, question_of, text_pair
from transforms.models.measure import (
    Array,
    average_precision,
    calibration_error,
    confusion,
    f1_at,
    f1s,
    fnc_score,
)
from transforms.text.languages import may_be_in

_MOST_ERRORS = 100


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A labelled line of a file; `claim` is empty where claims are told."""

    line: int
    claim: str
    text: str
    label: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What was found.

    Attributes:
        figures: by name, ready for JSON.
        worst_errors: the wrong answers that the model was surest of, surest first; at most 100.
        probabilities, right: of each example, what the model said is likely and whether it is so:
            that it is a claim; that the best stance is the right one.
    """

    figures: dict[str, Any]
    worst_errors: list[dict[str, Any]]
    probabilities: Array
    right: Array


def read_examples(path: Path, task: Task) -> list[Example]:
    """The examples of a JSON Lines file, empty lines left out.

    Raises:
        UsageError: it cannot be read, holds nothing, or a line is wrong.
    """
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error
    numbered = enumerate(lines, start=1)
    examples = [
        _example(f"{path}, line {n}", n, line, task) for n, line in numbered if line.strip()
    ]
    if not examples:
        raise UsageError(f"{path} has no labelled lines")
    if task == "claims" and all(each.label == "no" for each in examples):
        raise UsageError(f"{path} has no line with the label 'yes': nothing can be measured")
    return examples


def evaluate(examples: Sequence[Example], task: Task, model: Classifier) -> Evaluation:
    """Judges all examples and compares.

    Raises:
        UsageError: the model cannot read one of the texts.
    """
    gold = np.array([model.labels.index(each.label) for each in examples])
    if task == "claims":
        scores = _scores(examples, [each.text for each in examples], model)
        found = _claims(gold, scores, _may_be_read(examples, model), model)
    else:
        questions = [question_of(each.claim, each.text) for each in examples]
        pairs = [text_pair(each.claim, each.passage) for each in questions]
        scores = _scores(examples, pairs, model)
        answers = list(map(answer_of, questions, scores))
        found = _stances(gold, scores, np.array(believed(model, answers)), model)
    figures, said, probabilities, right = found
    about = {"task": task, "model": model.info.name, "revision": model.info.revision}
    return Evaluation(
        figures={**about, "examples": len(examples), **figures},
        worst_errors=list(_worst(examples, gold, said, scores, model.labels)),
        probabilities=probabilities,
        right=right,
    )


_Found = tuple[dict[str, Any], Array, Array, Array]


def _may_be_read(examples: Sequence[Example], model: Classifier) -> Array:
    """Whether each text may be in a language that the model knows; others are uncertain."""
    return np.array([may_be_in(model.info.languages, each.text) for each in examples])


def _claims(gold: Array, scores: Floats, read: Array, model: Classifier) -> _Found:
    yes = scores[:, model.labels.index("yes")].astype(float)
    is_yes = gold == model.labels.index("yes")
    said = yes >= model.info.threshold
    hits = int((said & is_yes).sum())
    figures = {
        "threshold": model.info.threshold,
        "f1": f1_at(is_yes, yes, model.info.threshold),
        "precision": hits / max(int(said.sum()), 1),
        "recall": hits / int(is_yes.sum()),
        "average_precision": average_precision(is_yes.astype(int), yes),
        "calibration_error": calibration_error(is_yes.astype(int), yes),
    }
    answers = np.where(said, model.labels.index("yes"), model.labels.index("no"))
    by_score = zip(answers.tolist(), scores[np.arange(len(gold)), answers].tolist(), strict=True)
    sure = read & np.array([model.info.is_sure(*each) for each in by_score])
    return figures | _where_sure(gold, answers, sure, model.labels), answers, yes, is_yes


def _stances(gold: Array, scores: Floats, sure: Array, model: Classifier) -> _Found:
    said, best = scores.argmax(axis=1), scores.max(axis=1).astype(float)
    counts = confusion(gold, said, len(model.labels))
    of_each = f1s(counts)
    figures = {
        "macro_f1": float(of_each[np.unique(gold)].mean()),
        **{f"f1_{name}": float(of_each[i]) for i, name in enumerate(model.labels)},
        "fnc_score": fnc_score(counts, model.labels.index("unrelated")),
        "calibration_error": calibration_error((gold == said).astype(int), best),
        "confusion": {
            name: dict(zip(model.labels, map(int, row), strict=True))
            for name, row in zip(model.labels, counts, strict=True)
        },
    }
    return figures | _where_sure(gold, said, sure, model.labels), said, best, gold == said


def _where_sure(gold: Array, said: Array, sure: Array, labels: Sequence[str]) -> dict[str, Any]:
    """The share that is uncertain, and what of the rest is right; None where nothing is said."""

    def precision(column: int) -> float | None:
        answers = sure & (said == column)
        return float((gold == said)[answers].mean()) if answers.any() else None

    return {
        "abstained": float(1 - sure.mean()),
        "right_where_sure": float((gold == said)[sure].mean()) if sure.any() else None,
        **{f"precision_{name}_where_sure": precision(i) for i, name in enumerate(labels)},
    }


def _scores(examples: Sequence[Example], texts: Sequence[Text], model: Classifier) -> Floats:
    rows: list[Floats] = []
    for each, row in zip(examples, rows_of_each(model.scores, texts), strict=True):
        if isinstance(row, TextError):
            raise UsageError(f"line {each.line}: {row}")
        rows.append(row)
    return np.stack(rows)


def _worst(
    examples: Sequence[Example], gold: Array, said: Array, scores: Floats, labels: Sequence[str]
) -> Iterator[dict[str, Any]]:
    wrong = np.flatnonzero(gold != said)
    # How much likelier the model thought its answer than the truth.
    sureness = scores[wrong, said[wrong]] - scores[wrong, gold[wrong]]
    for i in wrong[np.argsort(-sureness, kind="stable")][:_MOST_ERRORS]:
        example = dataclasses.asdict(examples[i])
        if not example["claim"]:
            del example["claim"]
        rounded = {name: round(float(p), 4) for name, p in zip(labels, scores[i], strict=True)}
        yield {**example, "said": labels[said[i]], "scores": rounded}


def _example(place: str, number: int, line: bytes, task: Task) -> Example:
    try:
        record = orjson.loads(line.removeprefix(codecs.BOM_UTF8))
    except orjson.JSONDecodeError as error:
        raise UsageError(
            f"{place} is no JSON ({error}): every line is to be a JSON object in UTF-8"
        ) from error
    fields = ("text",) if task == "claims" else ("claim", "text")
    if not isinstance(record, dict) or not all(isinstance(record.get(f), str) for f in fields):
        raise UsageError(f"{place} must be an object with {', '.join(fields)} and label")
    for field in fields:
        if not says_something(record[field]):
            raise UsageError(f"{place}: {field} is empty, so there is nothing to judge")
    label = record.get("label")
    if label not in LABELS[task]:
        known = ", ".join(LABELS[task])
        raise UsageError(f"{place}: the label {label!r} is none of {known}")
    claim = record["claim"] if task == "stances" else ""
    return Example(line=number, claim=claim, text=record["text"], label=label)
