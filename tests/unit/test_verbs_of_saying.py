"""Verbs that tell who says something."""

import pytest

from transforms.text.verbs_of_saying import ends_in_saying, says_so


@pytest.mark.parametrize(
    "outside",
    [
        "Brack said so.",
        "It was Brack, she recalled.",
        "Brack e-mailed.",
        "He claimed that Lopez lives there.",
        "Brack declared that the dam held.",
    ],
)
def test_a_sentence_says_so(outside: str) -> None:
    assert says_so(outside)


@pytest.mark.parametrize(
    "outside",
    [
        "The flood claimed nine lives.",
        "The mayor declared an emergency.",
        "Several states closed the road.",
        "The unsaid is what counts.",
    ],
)
def test_a_sentence_does_not(outside: str) -> None:
    assert not says_so(outside)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("She said,", True), ("She told the paper,", True), ("She said", False), ("In May,", False)],
)
def test_what_stands_before_a_quotation(text: str, expected: bool) -> None:
    assert ends_in_saying(text) is expected
