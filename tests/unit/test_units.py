"""Units by their names, and in one another."""

from decimal import Decimal

import pytest

from transforms.text.units import CURRENCIES, CURRENCY_OF, EXACT, UNIT_OF, converted


@pytest.mark.parametrize(
    ("word", "unit"),
    [("metres", "m"), ("miles-an-hour", "mph"), ("pct", "%"), ("usd", "$")],
)
def test_a_unit_has_many_names(word: str, unit: str) -> None:
    assert UNIT_OF[word] == unit


def test_a_currency_is_named_by_code_or_word() -> None:
    assert {CURRENCY_OF[word] for word in ("JPY", "yen", "JP¥")} == {"¥"}
    assert set(CURRENCY_OF.values()) == set(CURRENCIES)


def test_a_letter_alone_is_no_currency_in_small_letters() -> None:
    assert CURRENCY_OF["N"] == "₦"
    assert "n" not in UNIT_OF


@pytest.mark.parametrize(
    ("value", "unit", "into", "expected"),
    [
        (2, "km", "m", 2000),
        (120, "mph", "kph", Decimal("193.12128")),
        (40, "°c", "°f", 104),
        (104, "°f", "°c", 40),
        (2, "year", "month", 24),
        (5, "apple", "apple", 5),
    ],
)
def test_so_much_of_one_unit_in_another(
    value: int, unit: str, into: str, expected: Decimal | int
) -> None:
    assert converted(Decimal(value), unit, into) == expected


@pytest.mark.parametrize(
    ("unit", "into"), [("km", "kg"), ("day", "month"), ("$", "€"), ("m", "m²"), ("°c", "m")]
)
def test_of_another_measure_there_is_no_such_value(unit: str, into: str) -> None:
    assert converted(Decimal(5), unit, into) is None


def test_only_times_are_exact() -> None:
    assert {"hour", "year"} <= EXACT
    assert "mile" not in EXACT
