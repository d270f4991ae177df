"""One claim in other words, and claims that only look alike."""

import pytest

from transforms.stories.same_claim import SAME_SHARE, gist_of, sameness


def same(one: str, other: str) -> bool:
    return sameness(gist_of(one, "en"), gist_of(other, "en")) >= SAME_SHARE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "The blaze on Ravelin Quay injured 12 firefighters, the mayor said.",
            "Twelve firefighters were injured in the blaze on Ravelin Quay, said the mayor.",
        ),
        (
            "About 7,000 people lost power in Porthaven.",
            "Some 7000 people in Porthaven lost power.",
        ),
        (
            "The dam repair will cost 2 million dollars.",
            "Repairs of the dam will cost 2,000,000 dollars.",
        ),
        ("The minister did not sign the contract.", "The minister never signed the contract."),
    ],
)
def test_other_words_same_claim(one: str, other: str) -> None:
    assert same(one, other)
    assert same(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "About 7,000 soldiers were killed in a month.",
            "About 15,000 soldiers were killed in a month.",
        ),
        ("The minister signed the contract.", "The minister did not sign the contract."),
        (
            "The fire injured 12 people on Ravelin Quay.",
            "The fire on Ravelin Quay was put out by 12 crews.",
        ),
        ("It rained.", "It snowed."),
    ],
)
def test_other_numbers_negation_or_matter(one: str, other: str) -> None:
    assert not same(one, other)


def test_a_claim_is_the_same_as_itself_in_any_language() -> None:
    text = "El vertido contaminó 3,5 kilómetros de la ría."
    assert sameness(gist_of(text, "es"), gist_of(text, "es")) == pytest.approx(1)
