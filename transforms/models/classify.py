"""The models alone, record by record: what `newsbeam classify` runs."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from transforms.models.base import Classifier, Floats, Text, TextError
from transforms.models.each import rows_of_each
from transforms.models.evidence import Question, denies_nothing_named, said_alone, text_pair
from transforms.models.load import load_classifier
from transforms.text.languages import may_be_in
from transforms.text.passages import best_passage
from transforms.text.sentences import split_sentences

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
    for line, row in _judged(lines, model, lambda line: pair_of(line["claim"], line["text"])):
        if isinstance(row, ValueError):
            yield _unjudged(line, row)
            continue
        scores = {
            label: round(float(score), 4) for label, score in zip(model.labels, row, strict=True)
        }
        best = int(row.argmax())
        read = (may_be_in(model.info.languages, line[field]) for field in ("claim", "text"))
        label = model.labels[best]
        sure = (
            all(read)
            and not denies_nothing_named(label, *pair_of(line["claim"], line["text"]))
            and model.info.is_sure(best, scores[label], _evidence(model, line, best))
        )
        yield {**line, "label": label, "scores": scores, "uncertain": not sure}


def _evidence(model: Classifier, line: Record, label: int) -> float:
    """How likely one sentence alone makes the label; 1 where no sentence can, being silent."""
    if not model.info.evidence_from or model.labels[label] == "unrelated":
        return 1.0
    [scores] = said_alone(model, [question_of(line["claim"], line["text"], label)])
    return max(scores)


def question_of(claim: str, text: str, label: int) -> Question:
    """What sentences of a text say to the claim, in their order."""
    passage = best_passage(claim, text, split_sentences(text))
    return Question(claim, [text[start:end] for start, end in sorted(passage.candidates)], label)


def pair_of(claim: str, text: str) -> tuple[str, str]:
    """The claim and the passage of a text that shares most words with it, as the model reads it."""
    passage = best_passage(claim, text, split_sentences(text))
    return text_pair(claim, text[passage.start : passage.end])


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
