"""What single sentences of a passage say to a claim: whether to believe a stance, and what decides.

A sentence decides where the label is likely by it alone and unlikely without it (sufficiency and
comprehensiveness, DeYoung et al. 2020). Compared on claims whose deciding sentence is known
(`tests/quality/test_evidence.py`): either alone, or most words in common, finds it less often. What
a sentence says by itself also tells which stances to believe (models/stances/README.md).
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

from transforms.models.base import Classifier, Text, TextError
from transforms.models.each import rows_of_each
from transforms.text.months import months_as_in
from transforms.text.numbers_said import numbers_as_in

# What a rounded probability can be told from 0 or 1 by.
_LEAST = 0.0001

_WORD = re.compile(r"\w+")


class Question(NamedTuple):
    """A claim, sentences of a passage in their order, and the column of its label."""

    claim: str
    sentences: Sequence[str]
    column: int


def text_pair(claim: str, passage: str) -> tuple[str, str]:
    """What the model reads: numbers and months that both say are printed as in the claim.

    It takes 7000 for another number than 7,000, 14:00 for another time than 2 p.m., and 3 September
    for another day than Sept. 3.
    """
    return claim, numbers_as_in(claim, months_as_in(claim, passage))


def said_alone(model: Classifier, questions: Sequence[Question]) -> list[list[float]]:
    """How likely each sentence of each question makes the label by itself, 0 to 1.

    All sentences are judged together; one that cannot be read says nothing.
    """
    return _scores(model, [(each, [*each.sentences]) for each in questions], unread=0.0)


def deciding(
    model: Classifier, questions: Sequence[Question], alone: Sequence[Sequence[float]]
) -> list[int]:
    """Which sentence decides, for each question: by its odds alone over the odds without it.

    Args:
        alone: what `said_alone` found for these questions.
    """
    without = [
        (each, [_without(each.sentences, i) for i in range(len(each.sentences))])
        if len(each.sentences) > 1
        else (each, [])
        for each in questions
    ]
    scores = _scores(model, without, unread=1.0)
    return [
        max(range(len(rest)), key=lambda i: _log_odds(by_itself[i]) - _log_odds(rest[i]), default=0)
        for by_itself, rest in zip(alone, scores, strict=True)
    ]


def denies_nothing_named(label: str, claim: str, passage: str) -> bool:
    """Whether a stance denies a claim that names nothing; see models/stances/README.md."""
    return label == "denies" and names_nothing(claim, passage)


def names_nothing(claim: str, passage: str) -> bool:
    """Whether a claim has no digit, and no capital but its first word's, which is no name: nothing.

    Such a claim is about what its article told before, which is not known where it is judged. A
    script without capitals does not tell.
    """
    first, *rest = _WORD.findall(claim) or [""]
    behind = first[1:] + "".join(word for word in rest if word != "I")
    has_digit = any(letter.isdigit() for letter in claim)
    has_case = claim.lower() != claim.upper()
    if not has_case or has_digit or behind != behind.lower():
        return False
    return not _is_name(first, passage)


def _is_name(word: str, passage: str) -> bool:
    """Whether a passage has a word with its capital where no sentence begins."""
    if word == "I" or word == word.lower():
        return False
    return re.search(rf"[\w,;]\s+{re.escape(word)}\b", passage) is not None


def _log_odds(probability: float) -> float:
    kept = min(max(probability, _LEAST), 1 - _LEAST)
    return math.log(kept / (1 - kept))


def _without(sentences: Sequence[str], left_out: int) -> str:
    return " ".join(sentence for i, sentence in enumerate(sentences) if i != left_out)


def _scores(
    model: Classifier, asked: Sequence[tuple[Question, list[str]]], *, unread: float
) -> list[list[float]]:
    pairs: list[Text] = [text_pair(each.claim, text) for each, texts in asked for text in texts]
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
