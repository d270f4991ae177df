"""Numbers of sentences in one form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.stories.numbers_said import numbers_said


def said(sentence: str) -> list[str]:
    return [number.said for number in numbers_said(sentence)]


@pytest.mark.parametrize(
    ("sentence", "numbers"),
    [
        ("somewhere between 7,000 to 15,000 in a month", ["7000", "15000"]),
        ("seven thousand people", ["7000"]),
        ("7k people", ["7000"]),
        ("it rose 3.9 percent", ["3.9%"]),
        ("it rose 3.9 per cent", ["3.9%"]),
        ("2 million dollars", ["2000000$"]),
        ("$2m", ["2000000$"]),
        ("1.5bn euros", ["1500000000€"]),
        ("twenty-five people, and a hundred more", ["25", "100"]),
        ("two dozen boats", ["24"]),
        ("at 14:05 on 10.11.2026", ["14:05", "10.11.2026"]),
        ("a three-day strike for three months", ["3day", "3month"]),
        ("one of them waited one day", ["1day"]),
        ("3,5 Kilometer", ["3.5km"]),
    ],
)
def test_numbers_are_read_in_all_their_forms(sentence: str, numbers: list[str]) -> None:
    assert said(sentence) == numbers


@given(st.integers(0, 10**12))
def test_thousands_and_scales_are_other_forms_of_one_number(number: int) -> None:
    assert said(f"{number:,} people") == said(f"{number} people")


@given(st.text())
def test_no_text_is_too_odd(text: str) -> None:
    for number in numbers_said(text):
        assert 0 <= number.start < number.end <= len(text)
