"""ClassifyStances: what a passage of another article says to a claim."""

import dataclasses
import itertools
from collections.abc import Sequence
from typing import NamedTuple

import apache_beam as beam
import numpy as np

from schemas import ids
from schemas.records import Pair, Rejected, Sentence, Stance
from transforms.models.base import Classifier, Floats, ModelInfo, Text, TextError
from transforms.models.buffered import BufferedFn
from transforms.models.each import rows_of_each
from transforms.models.evidence import Answer, Question, believed, deciding, text_pair
from transforms.models.load import load_classifier
from transforms.models.unreadable import rejected_pair

_TOGETHER = 64
_STEP = "ClassifyStances"
_UNRELATED = "unrelated"


class Classified(NamedTuple):
    """A pair ends in one of these, or nowhere if it is unrelated."""

    stances: beam.PCollection[Stance]
    rejected: beam.PCollection[Rejected]


class ClassifyStances(beam.PTransform[beam.PCollection[Pair], Classified]):
    """At most one Stance for each Pair, with the pair's timestamp and window.

    Bounded or unbounded; no state, no order. Pairs are judged up to 64 at a time within a bundle; a
    score depends on its own pair alone. Numbers are read as the claim prints them. Pairs whose best
    label is `unrelated` end here. A stance is uncertain where its passage, or each sentence alone,
    says too little for the model to be right as often as its card says, where claim or passage
    stand in a language that the model was not trained on, as parts of an article may, or where it
    denies a claim without name and number.
    The evidence is the sentence without which the label would be least likely; of an uncertain
    stance the one that shares most with the claim. A pair that the model cannot read is rejected.

    Args:
        model: None for the packaged English model, else a Hugging Face checkpoint of stance or
            inference; needs newsbeam[torch].
    """

    def __init__(self, model: str | None = None) -> None:
        super().__init__()
        self._model = model

    def expand(self, pairs: beam.PCollection[Pair]) -> Classified:
        """Returns the stances that are not `unrelated`, and rejects."""
        ends = pairs | "JudgePairs" >> beam.ParDo(_JudgeFn(self._model)).with_outputs(
            "rejected", main="stances"
        )
        return Classified(ends.stances, ends.rejected)


def stance_of(pair: Pair, scores: Floats, labels: Sequence[str], info: ModelInfo) -> Stance | None:
    """The stance of float32[4] probabilities in the order of `labels`; None for unrelated.

    Probabilities are rounded to 4 decimals; processors of different kinds differ before that
    (models/README.md).
    """
    best = int(np.argmax(scores))
    if labels[best] == _UNRELATED:
        return None
    supports, denies, discusses, unrelated = (round(float(score), 4) for score in scores)
    return Stance(
        stance_id=ids.stance_id(pair.claim.claim_id, pair.article_id, pair.evidence),
        pair=pair,
        label=labels[best],  # type: ignore[arg-type]
        score=round(float(scores[best]), 4),
        scores=(supports, denies, discusses, unrelated),
        model=info.name,
        model_revision=info.revision,
    )


def with_evidence(stances: Sequence[Stance], model: Classifier) -> list[Stance]:
    """The stances with whether they are sure; those that are with the sentence that decides."""
    answers = [_answer(each, model) for each in stances]
    sure = believed(model, answers)
    chosen = iter(deciding(model, list(itertools.compress(answers, sure))))
    return [
        _on(each, _sentences(each.pair)[next(chosen)])
        if is_sure
        else dataclasses.replace(_on(each, _nearest(each.pair)), uncertain=True)
        for each, is_sure in zip(stances, sure, strict=True)
    ]


def _answer(stance: Stance, model: Classifier) -> Answer:
    pair, sentences = stance.pair, [each.text for each in _sentences(stance.pair)]
    claim = pair.claim
    question = Question(claim.text, pair.passage, sentences, claim.language, pair.refuting)
    return Answer(question, model.labels.index(stance.label), stance.score)


def _sentences(pair: Pair) -> list[Sentence]:
    """The candidates in the order of the text."""
    return sorted(pair.candidates, key=lambda each: each.start) or [_nearest(pair)]


def _nearest(pair: Pair) -> Sentence:
    return Sentence(pair.evidence, pair.start, pair.end)


def _on(stance: Stance, sentence: Sentence) -> Stance:
    pair = dataclasses.replace(
        stance.pair,
        evidence=sentence.text,
        start=sentence.start,
        end=sentence.end,
        candidates=(),
    )
    stance_id = ids.stance_id(pair.claim.claim_id, pair.article_id, pair.evidence)
    return dataclasses.replace(stance, stance_id=stance_id, pair=pair)


class _JudgeFn(BufferedFn[Pair, Stance]):
    def __init__(self, name: str | None) -> None:
        super().__init__(_TOGETHER)
        self._name = name
        self._model: Classifier | None = None

    def setup(self) -> None:
        self._model = load_classifier("stances", self._name)

    def teardown(self) -> None:
        self._model = None

    def judge(self, elements: Sequence[Pair]) -> Sequence[tuple[Stance | Rejected, ...]]:
        assert self._model is not None
        model = self._model
        texts: list[Text] = [text_pair(pair.claim.text, pair.passage) for pair in elements]
        rows = rows_of_each(model.scores, texts)
        judged = [_judged(pair, row, model) for pair, row in zip(elements, rows, strict=True)]
        stances = [each for some in judged for each in some if isinstance(each, Stance)]
        decided = iter(with_evidence(stances, model))
        return [
            tuple(next(decided) if isinstance(each, Stance) else each for each in some)
            for some in judged
        ]


def _judged(
    pair: Pair, row: Floats | TextError, model: Classifier
) -> tuple[Stance | Rejected, ...]:
    if isinstance(row, TextError):
        return (rejected_pair(_STEP, pair, row),)
    stance = stance_of(pair, row, model.labels, model.info)
    return () if stance is None else (stance,)
