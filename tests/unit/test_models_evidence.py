"""Which claims name nothing that tells what they are about."""

import pytest

from transforms.models.evidence import names_nothing


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
    ],
    ids=["name", "number", "initials", "inner name", "script without capitals"],
)
def test_a_name_or_a_number_tells_what_a_sentence_is_about(claim: str) -> None:
    assert not names_nothing(claim, "")


def test_a_first_word_is_a_name_where_the_passage_has_it_within_a_sentence() -> None:
    claim = "Apple will buy the carmaker."
    assert not names_nothing(claim, "A spokesman said that Apple would buy nobody.")
    assert names_nothing(claim, "Nobody will buy it. Apple pie was served.")
