"""What single sentences of a passage say to a claim: whether to believe a stance, and what decides.

Compared on claims whose deciding sentence is known (`tests/quality/test_evidence.py`): the sentence
without which the label is least likely is the right one more often than the one that says most by
itself, or the one that shares most words. What a sentence says by itself tells which stances to
believe (models/stances/README.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from transforms.models.base import Classifier, Text, TextError
from transforms.models.each import rows_of_each


class Question(NamedTuple):
    """A claim, sentences of a passage in their order, and the column of its label."""

    claim: str
    sentences: Sequence[str]
    column: int


def said_alone(model: Classifier, questions: Sequence[Question]) -> list[float]:
    """How likely the label is by the one sentence that makes it likeliest, for each question.

    All sentences are judged together, each by itself; one that cannot be read says nothing.
    """
    alone = _scores(model, [(each, [*each.sentences]) for each in questions], unread=0.0)
    return [max(scores) for scores in alone]


def deciding(model: Classifier, questions: Sequence[Question]) -> list[int]:
    """Which sentence decides, for each question: without it the label is least likely."""
    without = [
        (each, [_without(each.sentences, i) for i in range(len(each.sentences))])
        if len(each.sentences) > 1
        else (each, [])
        for each in questions
    ]
    scores = _scores(model, without, unread=1.0)
    return [each.index(min(each)) if each else 0 for each in scores]


def _without(sentences: Sequence[str], left_out: int) -> str:
    return " ".join(sentence for i, sentence in enumerate(sentences) if i != left_out)


def _scores(
    model: Classifier, asked: Sequence[tuple[Question, list[str]]], *, unread: float
) -> list[list[float]]:
    pairs: list[Text] = [(each.claim, text) for each, texts in asked for text in texts]
    rows = iter(rows_of_each(model.scores, pairs) if pairs else ())
    found: list[list[float]] = []
    for each, texts in asked:
        some = [next(rows) for _ in texts]
        # Processors differ beyond 4 decimals.
        found.append(
            [
                unread if isinstance(row, TextError) else round(float(row[each.column]), 4)
                for row in some
            ]
        )
    return found
