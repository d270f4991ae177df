"""Which answers are believed; which claims name nothing that tells what they are about."""

from collections.abc import Sequence

import numpy as np
import pytest

from transforms.models.base import LABELS, Floats, ModelInfo, Text
from transforms.models.evidence import Answer, believed, names_nothing, question_of

DAM = "The dam near Riverton cracked on Tuesday."
GERMAN = "Der Damm bei Riverton bekam am Dienstag Risse, wie die Stadt bestätigte."
TOLL = "Nine people died near Riverton on Tuesday."
HOAX = "The report is a hoax and its photo a fake."
BAG = "There was no alcohol in the bag."
SUPPORTS, DENIES, _, UNRELATED = range(4)


class Hearing:
    """A model that finds every label as likely as told in texts with "said", else impossible."""

    labels = LABELS["stances"]

    def __init__(self, evidence_from: tuple[float, ...] = (0.5, 0.5, 0.5, 0)) -> None:
        english = frozenset({"en"})
        self.info = ModelInfo(
            name="m",
            revision="r",
            threshold=0,
            languages=english,
            sure_from=(0.6, 0.7, 0.8, 0.6),
            evidence_from=evidence_from,
        )
        self.asked: list[str] = []

    def scores(self, texts: Sequence[Text]) -> Floats:
        self.asked += [text[1] for text in texts]
        return np.array([[0.5 if "said" in text[1] else 0.0] * 4 for text in texts], np.float32)


@pytest.mark.parametrize(
    ("claim", "text", "column", "score", "expected"),
    [
        (DAM, "It cracked, engineers said. It rained.", SUPPORTS, 0.6, True),
        (DAM, "It cracked, engineers said. It rained.", SUPPORTS, 0.5999, False),
        (DAM, "Riverton has a dam. It has cracked. It rained.", SUPPORTS, 0.9, False),
        (DAM, f"{GERMAN} (said)", SUPPORTS, 0.9, False),
        (DAM, "It did not crack, engineers said.", DENIES, 0.9, True),
        (BAG, "Alcohol was found in the bag, officers said.", DENIES, 0.9, False),
        (BAG, "The bag held no alcohol, officers said.", SUPPORTS, 0.9, True),
        (DAM, "The team won the cup.", UNRELATED, 0.6, True),
        (TOLL, "Four people died near Riverton, police said.", DENIES, 0.9, False),
        (TOLL, "Four people died near Riverton, not nine, police said.", DENIES, 0.9, True),
        (TOLL, "Police denied that four people died, she said.", DENIES, 0.9, True),
        (TOLL, "Nobody died near Riverton, police said.", DENIES, 0.9, True),
        (TOLL, "Four people died near Riverton, police said.", SUPPORTS, 0.9, True),
        (TOLL, "Four died there. It is not true, police said.", DENIES, 0.9, True),
        (TOLL, "Four people died near Oslo, Lopez said.", DENIES, 0.9, True),
        (DAM, f"It cracked, a site said. {HOAX}", SUPPORTS, 0.9, False),
        (DAM, f"It cracked, a site said. {'It rained there. ' * 60}{HOAX}", SUPPORTS, 0.9, False),
        (DAM, "It cracked, the owner of a fake permit said.", SUPPORTS, 0.9, True),
        ("The dam did not crack.", f"It did not, the city said. {HOAX}", SUPPORTS, 0.9, True),
        ("Reports of a crack are false.", f"So the city said. {HOAX}", SUPPORTS, 0.9, True),
        (DAM, f"It did not crack, the city said. {HOAX}", DENIES, 0.9, True),
    ],
    ids=[
        *("sure", "passage too unsure", "no sentence alone", "another language"),
        *("named and denied", "nothing named and denied", "nothing named", "unrelated"),
        *("another number", "not that number", "a denial", "no number", "number, supported"),
        *("another number beside a denial", "another number of another place"),
        *("retold to be refuted", "refuted outside the passage", "fake, but once"),
        *("denial supported", "doubt supported", "denied and refuted"),
    ],
)
def test_what_is_believed(claim: str, text: str, column: int, score: float, expected: bool) -> None:
    answer = Answer(question_of(claim, text), column, score)
    assert believed(Hearing(), [answer]) == [expected]


def test_another_number_is_no_denial_to_a_model_that_is_not_asked_for_evidence_either() -> None:
    texts = ["Four people died near Riverton.", "Nobody died near Riverton."]
    answers = [Answer(question_of(TOLL, text), DENIES, 0.9) for text in texts]
    assert believed(Hearing(evidence_from=()), answers) == [False, True]


def test_sentences_are_asked_together_and_only_where_they_can_change_something() -> None:
    said, unsure = "It cracked, engineers said.", "It rained, they said."
    answers = [
        Answer(question_of(DAM, said), SUPPORTS, 0.9),
        Answer(question_of(DAM, unsure), SUPPORTS, 0.1),
        Answer(question_of(DAM, said), UNRELATED, 0.9),
    ]
    for model, asked in ((Hearing(), [said]), (Hearing(evidence_from=()), [])):
        assert believed(model, answers) == [True, False, True]
        assert model.asked == asked


@pytest.mark.parametrize(
    "claim",
    [
        "There was no alcohol in the bag.",
        "“They did not identify her.”",
        "He said I was never there.",
    ],
)
def test_a_sentence_without_name_and_number_names_nothing(claim: str) -> None:
    assert names_nothing(claim, "Officers said it. They looked into the bag.")


@pytest.mark.parametrize(
    "claim",
    [
        "There was no alcohol in the bag of Maria Lopez.",
        "The bag held 3 bottles.",
        "NASA found water.",
        "iPhone sales fell.",
        "袋子里没有酒。",
        "Mobile phones cause brain cancer.",
    ],
    ids=["name", "number", "initials", "inner name", "script without capitals", "in general"],
)
def test_a_name_or_a_number_tells_what_a_sentence_is_about(claim: str) -> None:
    assert not names_nothing(claim, "")


def test_a_first_word_is_a_name_where_the_passage_has_it_within_a_sentence() -> None:
    claim = "Apple will buy the carmaker."
    assert not names_nothing(claim, "A spokesman said that Apple would buy nobody.")
    assert names_nothing(claim, "Nobody will buy it. Apple pie was served.")
