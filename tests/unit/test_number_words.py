"""What digits and number words say."""

from decimal import Decimal

import pytest

from transforms.text.number_words import (
    cardinal,
    decimal,
    fraction,
    is_decimal,
    is_ordinal,
    ordinal,
    scale_of,
)


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("7,000", 7000),
        ("Twenty-five", 25),
        ("two hundred and fifty thousand", 250_000),
        ("half a million", 500_000),
        ("a dozen", 12),
        ("two and a half", Decimal("2.5")),
    ],
)
def test_a_cardinal_in_digits_or_words(said: str, value: Decimal | int) -> None:
    assert cardinal(said) == value


@pytest.mark.parametrize(
    ("digits", "value"),
    [
        ("1,00,000", "100000"),
        ("12,345.6", "12345.6"),
        ("3,5", "3.5"),
        (".5", "0.5"),
        ("2½", "2.5"),
        ("2 3/4", "2.75"),
    ],
)
def test_commas_part_thousands_or_decimals(digits: str, value: str) -> None:
    assert decimal(digits) == Decimal(value)


@pytest.mark.parametrize(
    ("digits", "expected"),
    [("2 1/2", True), ("2.5", True), ("1/2", False), ("14:05", False), ("10.11.2026", False)],
)
def test_a_time_a_score_and_a_date_are_no_decimals(digits: str, expected: bool) -> None:
    assert is_decimal(digits) is expected


@pytest.mark.parametrize(
    ("words", "scale"), [("", 1), (" million", 10**6), ("-thousand BN", 10**12)]
)
def test_scales_multiply(words: str, scale: int) -> None:
    assert scale_of(words) == scale


@pytest.mark.parametrize(
    ("words", "plain"),
    [("first", "1"), ("thirteenth", "13"), ("twenty-first", "21"), ("1,000th", "1000")],
)
def test_an_ordinal_in_digits_or_words(words: str, plain: str) -> None:
    assert ordinal(words) == plain
    assert is_ordinal(f"the {words} man", 4, 4 + len(words))


@pytest.mark.parametrize("words", ["twenty", "1000", "firstly"])
def test_what_is_no_ordinal(words: str) -> None:
    assert not is_ordinal(words, 0, len(words))


@pytest.mark.parametrize(
    ("words", "plain"), [("half", "1/2"), ("a third", "1/3"), ("three-quarters", "3/4")]
)
def test_a_fraction_in_words(words: str, plain: str) -> None:
    assert fraction(words) == plain
