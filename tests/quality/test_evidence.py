"""Whether the sentence that a stance is shown with is the one that decides."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pytest

from examples.newsroom.content import load_world
from examples.newsroom.expected import expected
from tests.quality.evidence_pairs import PAIRS
from transforms.models.evidence import Answer, deciding, question_of
from transforms.models.load import load_classifier
from transforms.text.passages import best_passage
from transforms.text.sentences import split_sentences

FLOOR = 0.7
# Sentences beside the gold one that deny the same.
ALSO = {
    "bank-outage": "denied on Wednesday that it had been attacked",
    "bridge-contract": "denied on Thursday",
    "dam-report": "has rejected reports",
    "ferry-grounding": "was sober",
    "football-transfer": "have denied",
    "harbour-fire": "no school was evacuated",
    "museum-theft": "have denied",
    "vaccine-delay": "in this video is false",
    "wildfire": "The reports are false",
}

pytestmark = [pytest.mark.quality, pytest.mark.timeout(600)]


class Asked(NamedTuple):
    """An answer, its sentence by words, and texts of which one stands in what decides."""

    answer: Answer
    by_words: str
    right: tuple[str, ...]

    def is_right(self, sentence: str) -> bool:
        """Whether a sentence decides."""
        return any(text in sentence for text in self.right)


def asked(labels: Sequence[str]) -> Iterator[Asked]:
    """Written pairs, then the denials that the newsroom's stories name."""
    for pair in PAIRS:
        right = (pair.sentences[pair.decides],)
        yield _asked(pair.claim, " ".join(pair.sentences), labels.index(pair.label), right)
    world = load_world()
    texts = {article.name: article.text for article in world.articles}
    for denial in expected(world)["denials"]:
        if denial["story"].startswith(("de-", "es-")):
            continue
        claimed, body = texts[denial["claimed_in"]], texts[denial["denied_in"][0]]
        sentences = [claimed[start:end] for start, end in split_sentences(claimed)]
        [claim] = [sentence for sentence in sentences if denial["claim"] in sentence]
        right = (denial["denial"], ALSO.get(denial["story"], denial["denial"]))
        yield _asked(claim, body, labels.index("denies"), right)


def _asked(claim: str, text: str, column: int, right: tuple[str, ...]) -> Asked:
    start, end = best_passage(claim, text, split_sentences(text)).evidence
    return Asked(Answer(question_of(claim, text), column, 1.0), text[start:end], right)


def test_the_model_finds_the_deciding_sentence_where_words_do_not() -> None:
    model = load_classifier("stances")
    cases = list(asked(model.labels))
    chosen = deciding(model, [case.answer for case in cases])
    by_model = [
        case.is_right(case.answer.question.sentences[index])
        for case, index in zip(cases, chosen, strict=True)
    ]
    by_words = [case.is_right(case.by_words) for case in cases]
    for name, some in (("written", slice(len(PAIRS))), ("newsroom", slice(len(PAIRS), None))):
        right, before = sum(by_model[some]), sum(by_words[some])
        print(f"\nevidence, {name}: {right} of {len(by_model[some])}, by words {before}")  # noqa: T201
    assert sum(by_model) / len(cases) >= FLOOR
    assert sum(by_model) > sum(by_words)
