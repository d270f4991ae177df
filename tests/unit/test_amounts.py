"""How much of what a number says, and what follows from it."""

from decimal import Decimal

import pytest

from transforms.text.amounts import Amount, amount_at, follows, same_thing
from transforms.text.numbers_said import numbers_said


def amount(text: str) -> Amount | None:
    [number] = numbers_said(text)
    return amount_at(number.said, text, number.start, number.end)


def amounts(*texts: str) -> list[Amount]:
    return [found for text in texts if (found := amount(text)) is not None]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It has 6.9 million users", (Decimal(6_900_000), "", 100_000, 2, "", 7)),
        ("It has more than 60% of it", (60, "%", 1, 2, "least", 7)),
        ("It has almost two miles", (2, "mile", 0, 0, "most", 7)),
        ("Two in five of them", (40, "%", 0, 0, "", 0)),
    ],
)
def test_an_amount_is_as_exact_as_it_is_printed(text: str, expected: tuple[object, ...]) -> None:
    assert amount(text) == expected


@pytest.mark.parametrize(
    "text",
    ["Apollo 11 flew", "an F-16 flew", "a 20-year-old", "9/11 was", "in 2014", "14:05"],
)
def test_a_name_a_year_and_a_time_are_no_amounts(text: str) -> None:
    assert amount(text) is None


@pytest.mark.parametrize(
    ("claimed", "told"),
    [
        ("53 percent", "53.2%"),
        ("more than half", "53.2%"),
        ("about 400 men", "412 men"),
        ("120 mph", "195 km/h"),
        ("24 months", "two years"),
    ],
)
def test_what_is_less_exact_follows(claimed: str, told: str) -> None:
    assert follows(*amounts(claimed, told))


@pytest.mark.parametrize(
    ("claimed", "told"),
    [
        ("53.2%", "53 percent"),
        ("more than half", "49.9%"),
        ("more than 400 men", "nearly 412 men"),
        ("120 mph", "150 km/h"),
        ("25 months", "two years"),
        ("$5", "€5"),
    ],
)
def test_what_is_more_exact_or_another_amount_does_not(claimed: str, told: str) -> None:
    assert not follows(*amounts(claimed, told))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("10 kilometres", "six miles", True),
        ("40°C", "104°F", True),
        ("10 kilometres", "9 miles", False),
        ("10 kilometres", "10 km", False),
    ],
)
def test_one_amount_in_two_units(one: str, other: str, expected: bool) -> None:
    assert same_thing(*amounts(one, other)) is expected
