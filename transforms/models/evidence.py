"""What single sentences of a passage say to a claim: whether to believe a stance, and what decides.

A sentence decides where the label is likely by it alone and unlikely without it (sufficiency and
comprehensiveness, DeYoung et al. 2020). Compared on claims whose deciding sentence is known
(`tests/quality/test_evidence.py`): either alone, or most words in common, finds it less often. What
a sentence says by itself also tells which stances to believe (models/stances/README.md).
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Sequence
from typing import NamedTuple

from transforms.models.base import Classifier, Floats, Text, TextError
from transforms.models.each import rows_of_each
from transforms.text.dates import months_as_in
from transforms.text.differences import differ_by_number_alone
from transforms.text.gist import gist_of
from transforms.text.languages import may_be_in
from transforms.text.numbers_as_in import numbers_as_in
from transforms.text.passages import best_passage
from transforms.text.sentences import split_sentences

# What a rounded probability can be told from 0 or 1 by.
_LEAST = 0.0001

_WORD = re.compile(r"\w+")
# What points to something that was told before.
_REFERS = re.compile(
    r"\b(?:he|she|it|they|we|you|i|him|her|them|us|me|his|hers|its|their|theirs|our|your|my"
    r"|the|this|that|these|those|there|here|then|such|both|another|others?|was|were|had|did)\b",
    re.IGNORECASE,
)


class Question(NamedTuple):
    """What does a passage say to a claim?

    Attributes:
        claim, passage: as printed.
        sentences: of the passage, in its order: those of which one says it.
        language: that their articles declare; None where nobody did.
        refuting: see `Passage`.
    """

    claim: str
    passage: str
    sentences: Sequence[str]
    language: str | None = None
    refuting: bool = False


class Answer(NamedTuple):
    """The column of a question's likeliest label, and its probability to 4 decimals."""

    question: Question
    column: int
    score: float


def question_of(claim: str, text: str) -> Question:
    """What the passage of a text that shares most words with a claim says to it."""
    passage = best_passage(claim, text, split_sentences(text))
    sentences = [text[start:end] for start, end in sorted(passage.candidates)]
    text = text[passage.start : passage.end]
    return Question(claim, text, sentences, refuting=passage.refuting)


def answer_of(question: Question, scores: Floats) -> Answer:
    """The answer of the probabilities that the model gave to the question's `text_pair`."""
    best = int(scores.argmax())
    return Answer(question, best, round(float(scores[best]), 4))


def text_pair(claim: str, passage: str) -> tuple[str, str]:
    """What the model reads: numbers and months that both say are printed as in the claim.

    It takes 7000 for another number than 7,000, 14:00 for another time than 2 p.m., and 3 September
    for another day than Sept. 3.
    """
    return claim, numbers_as_in(claim, months_as_in(claim, passage))


def believed(model: Classifier, answers: Sequence[Answer]) -> list[bool]:
    """Whether each answer is to be believed; the others are uncertain.

    Believed is what the model says surely enough to be as often right as its card says, by the
    passage and by one sentence alone, of texts that may be in a language that it was trained on;
    but neither that a claim is denied which names nothing, nor that another number denies, nor that
    a text supports which says again and again that something is untrue (models/stances/README.md).
    """
    # What is not asked is not paid for: few answers come to the second step.
    likely = [_is_likely(model, answer) for answer in answers]
    asked = [
        i
        for i, answer in enumerate(answers)
        if likely[i] and model.info.needs_evidence(answer.column)
    ]
    said = _said_alone(model, [answers[i] for i in asked])
    by_sentence = dict(zip(asked, said, strict=True))
    return [
        likely[i] and _holds(model, answer, by_sentence.get(i)) for i, answer in enumerate(answers)
    ]


def _holds(model: Classifier, answer: Answer, alone: Sequence[float] | None) -> bool:
    """Whether a likely answer is believed by what its sentences say alone, where they were asked.

    A sentence that sets another number against the claim, and nothing else, says no denial.
    """
    question = answer.question
    # A model that is not asked for evidence says it by the passage as a whole.
    texts, scores = ([question.passage], [1.0]) if alone is None else (question.sentences, alone)
    denies = model.labels[answer.column] == "denies"
    told = [
        score
        for text, score in zip(texts, scores, strict=True)
        if not (denies and _counts_otherwise(question, text))
    ]
    return bool(told) and model.info.is_sure(answer.column, answer.score, max(told))


def _counts_otherwise(question: Question, text: str) -> bool:
    own, told = (gist_of(each, question.language or "en") for each in (question.claim, text))
    return differ_by_number_alone(own, told)


def deciding(model: Classifier, answers: Sequence[Answer]) -> list[int]:
    """Which sentence decides, for each answer: by its odds alone over the odds without it."""
    without = [
        [_without(sentences, i) for i in range(len(sentences))] if len(sentences) > 1 else []
        for sentences in (answer.question.sentences for answer in answers)
    ]
    scores = _scores(model, answers, without, unread=1.0)
    return [
        max(range(len(rest)), key=lambda i: _log_odds(by_itself[i]) - _log_odds(rest[i]), default=0)
        for by_itself, rest in zip(_said_alone(model, answers), scores, strict=True)
    ]


def names_nothing(claim: str, passage: str) -> bool:
    """Whether a claim that refers to something has no digit and no capital but its first word's.

    Such a claim is about what its article told before, which is not known where it is judged. "Cats
    cause asthma" is not. A first word may be a name; a script without capitals does not tell.
    """
    first, *rest = _WORD.findall(claim) or [""]
    behind = first[1:] + "".join(word for word in rest if word != "I")
    has_digit = any(letter.isdigit() for letter in claim)
    has_case = claim.lower() != claim.upper()
    if not has_case or has_digit or behind != behind.lower() or not _REFERS.search(claim):
        return False
    return not _is_name(first, passage)


def _is_likely(model: Classifier, answer: Answer) -> bool:
    question, info, label = answer.question, model.info, model.labels[answer.column]
    return (
        info.is_sure(answer.column, answer.score)
        and not (label == "denies" and names_nothing(question.claim, question.passage))
        and not (label == "supports" and _may_be_refuted(question))
        and all(
            may_be_in(info.languages, text, question.language)
            for text in (question.claim, question.passage)
        )
    )


def _may_be_refuted(question: Question) -> bool:
    """Whether the text retells the claim, perhaps, in order to call it untrue elsewhere.

    A claim that denies or doubts something is on the side of such a text.
    """
    if not question.refuting:
        return False
    own = gist_of(question.claim, question.language or "en")
    return not (own.negations or own.denied)


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


def _said_alone(model: Classifier, answers: Sequence[Answer]) -> list[list[float]]:
    """How likely each sentence of each question makes the label by itself, 0 to 1."""
    return _scores(model, answers, [answer.question.sentences for answer in answers], unread=0.0)


def _scores(
    model: Classifier, answers: Sequence[Answer], texts: Sequence[Sequence[str]], *, unread: float
) -> list[list[float]]:
    """How likely each text makes the label of its answer; all are judged together."""
    asked = list(zip(answers, texts, strict=True))
    pairs: list[Text] = [
        text_pair(answer.question.claim, text) for answer, some in asked for text in some
    ]
    rows = iter(rows_of_each(model.scores, pairs) if pairs else ())
    return [
        # Processors differ beyond 4 decimals.
        [
            unread if isinstance(row, TextError) else round(float(row[answer.column]), 4)
            for row in itertools.islice(rows, len(some))
        ]
        for answer, some in asked
    ]
