"""The models alone, record by record: what `newsbeam classify` runs."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from transforms.models.base import Classifier, TextError, says_something
from transforms.models.each import rows_of_each
from transforms.models.evidence import answer_of, believed, question_of, text_pair
from transforms.models.load import load_classifier
from transforms.text.languages import may_be_in

# Records judged at once: enough for every core, little to wait for.
_TOGETHER = 64

Record = Mapping[str, Any]
# What is added to a record, or why nothing can be.
_Found = dict[str, Any] | TextError


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
        One record for each, in order; 64 are read before the first comes out. What cannot be
        judged, as an empty text, is `Unjudged`.

    Raises:
        ModelError: the model cannot be loaded.
    """
    model = load_classifier("claims", name)
    yield from _judged(lines, functools.partial(_claims, model), ("text",))


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
    yield from _judged(lines, functools.partial(_stances, model), ("claim", "text"))


def _claims(model: Classifier, records: Sequence[Record]) -> Iterator[_Found]:
    yes = model.labels.index("yes")
    texts = [str(record["text"]) for record in records]
    for text, row in zip(texts, rows_of_each(model.scores, texts), strict=True):
        if isinstance(row, TextError):
            yield row
            continue
        score = float(row[yes])
        claim = score >= model.info.threshold
        sure = may_be_in(model.info.languages, text) and model.info.is_sure(
            yes if claim else 1 - yes, score if claim else 1 - score
        )
        yield {"score": round(score, 4), "claim": claim, "uncertain": not sure}


def _stances(model: Classifier, records: Sequence[Record]) -> Iterator[_Found]:
    questions = [question_of(record["claim"], record["text"]) for record in records]
    rows = rows_of_each(model.scores, [text_pair(each.claim, each.passage) for each in questions])
    answers = [
        answer_of(question, row)
        for question, row in zip(questions, rows, strict=True)
        if not isinstance(row, TextError)
    ]
    judged = zip(answers, believed(model, answers), strict=True)
    for row in rows:
        if isinstance(row, TextError):
            yield row
            continue
        answer, sure = next(judged)
        scores = [round(float(score), 4) for score in row]
        yield {
            "label": model.labels[answer.column],
            "scores": dict(zip(model.labels, scores, strict=True)),
            "uncertain": not sure,
        }


def _judged(
    lines: Iterable[Record | RecordError],
    judge: Callable[[Sequence[Record]], Iterable[_Found]],
    fields: Sequence[str],
) -> Iterator[dict[str, Any]]:
    """Each record, in order, with what is found or the reason why nothing is."""
    source = iter(lines)
    while some := list(itertools.islice(source, _TOGETHER)):
        told = [(line, _nothing_in(line, fields)) for line in some]
        records = [
            line for line, nothing in told if not isinstance(line, RecordError) and not nothing
        ]
        found = iter(judge(records) if records else ())
        for line, nothing in told:
            if isinstance(line, RecordError):
                yield _unjudged({}, line)
            elif nothing:
                yield _unjudged(line, nothing)
            elif isinstance(each := next(found), TextError):
                yield _unjudged(line, each)
            else:
                yield {**line, **each}


def _nothing_in(line: Record | RecordError, fields: Sequence[str]) -> TextError | None:
    """Returns which field there is nothing to judge in, None where each says something."""
    if isinstance(line, RecordError):
        return None
    empty = [field for field in fields if not says_something(line[field])]
    return (
        TextError(f"{' and '.join(empty)}: empty, so there is nothing to judge") if empty else None
    )


def _unjudged(line: Record, error: ValueError) -> Unjudged:
    return Unjudged(line, error=type(error).__name__, message=str(error))
