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
    assert names_nothing(claim)


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
    assert not names_nothing(claim)
