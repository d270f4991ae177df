"""The models alone, record by record: what `newsbeam classify` runs."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from transforms.models.base import Classifier, Floats, Text, TextError
from transforms.models.each import rows_of_each
from transforms.models.evidence import answer_of, believed, question_of, text_pair
from transforms.models.load import load_classifier
from transforms.text.languages import may_be_in

# Records judged at once: enough for every core, little to wait for.
_TOGETHER = 64

Record = Mapping[str, Any]


class RecordError(ValueError):
    """A line that holds nothing to be judged; `str` of it says why."""


class Unjudged(dict[str, Any]):
    """A record with `error` and `message` in place of an answer."""


def classify_claims(
    lines: Iterable[Record | RecordError], name: str | None = None
) -> Iterator[dict[str, Any]]:
    """Adds `score` (0 to 1), `claim` and `uncertain` (true or false) to each record.

    What is uncertain is neither a claim nor not: the score is one at which the model is right too
    rarely, or the text is in a language that it was not trained on.

    Args:
        lines: records with a `text`: one sentence, cut at the end if it is too long; an error in
            place of a record that could not be had.
        name: see `load_classifier`.

    Yields:
        One record for each, in order; 64 are read before the first comes out. What cannot be judged
        is `Unjudged`.

    Raises:
        ModelError: the model cannot be loaded.
    """
    model = load_classifier("claims", name)
    yes = model.labels.index("yes")
    for line, row in _judged(lines, model, lambda line: str(line["text"])):
        if isinstance(row, ValueError):
            yield _unjudged(line, row)
            continue
        score = float(row[yes])
        claim = score >= model.info.threshold
        sure = may_be_in(model.info.languages, line["text"]) and model.info.is_sure(
            yes if claim else 1 - yes, score if claim else 1 - score
        )
        yield {**line, "score": round(score, 4), "claim": claim, "uncertain": not sure}


def classify_stances(
    lines: Iterable[Record | RecordError], name: str | None = None
) -> Iterator[dict[str, Any]]:
    """Adds `label`, `scores` (label to probability) and `uncertain` to each record.

    The label is the likeliest one, uncertain or not.

    Args:
        lines: records with a `claim` and a `text`; of a long text the model reads the passage that
            shares most words with the claim. Errors as in `classify_claims`.
        name: see `load_classifier`.

    Yields, Raises:
        As `classify_claims`.
    """
    model = load_classifier("stances", name)
    for line, row in _judged(lines, model, _pair_of):
        if isinstance(row, ValueError):
            yield _unjudged(line, row)
            continue
        answer = answer_of(_question_of(line["claim"], line["text"]), row)
        [sure] = believed(model, [answer])
        scores = {
            label: round(float(score), 4) for label, score in zip(model.labels, row, strict=True)
        }
        label = model.labels[answer.column]
        yield {**line, "label": label, "scores": scores, "uncertain": not sure}


# Of a record what is asked is needed to judge it, and once more when it comes out.
_question_of = functools.lru_cache(maxsize=_TOGETHER)(question_of)


def _pair_of(line: Record) -> tuple[str, str]:
    question = _question_of(line["claim"], line["text"])
    return text_pair(question.claim, question.passage)


def _judged(
    lines: Iterable[Record | RecordError], model: Classifier, text_of: Callable[[Record], Text]
) -> Iterator[tuple[Record, Floats | TextError | RecordError]]:
    """Each record, in order, with its probabilities or the reason why it has none."""
    source = iter(lines)
    while some := list(itertools.islice(source, _TOGETHER)):
        texts = [text_of(line) for line in some if not isinstance(line, RecordError)]
        rows = iter(rows_of_each(model.scores, texts) if texts else ())
        for line in some:
            yield ({}, line) if isinstance(line, RecordError) else (line, next(rows))


def _unjudged(line: Record, error: ValueError) -> Unjudged:
    return Unjudged(line, error=type(error).__name__, message=str(error))
