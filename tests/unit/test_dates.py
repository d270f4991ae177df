"""Days and months in one form."""

import re

import pytest

from transforms.text.dates import ANY_DAY, DAYS, full_months, is_day, months_as_in


@pytest.mark.parametrize(
    ("text", "full"),
    [
        ("on Jan. 5, 2014, or 5 Sept 2014", "on January 5, 2014, or 5 September 2014"),
        ("on 6 Sept.", "on 6 September."),
        (
            "On 3 Sept. He left on 5 Sept. with her.",
            "On 3 September. He left on 5 September with her.",
        ),
        ("on March 5 or 7 May", "on March 5 or 7 May"),
        ("Jan told 5 Marines of Dec and Maya 5", "Jan told 5 Marines of Dec and Maya 5"),
    ],
)
def test_a_month_beside_a_number_in_full(text: str, full: str) -> None:
    assert full_months(text) == full


def test_months_as_another_text_prints_them() -> None:
    assert months_as_in("on Sept. 3", "on 3 September. He left") == "on 3 Sept. He left"
    assert months_as_in("on Sept. 3", "on 3 September or 4 Oct.") == "on 3 Sept. or 4 Oct."


def test_a_word_that_begins_like_a_month_is_none() -> None:
    assert months_as_in("on Aug. 5", "5 Augustines and 6 Augusts") == "5 Augustines and 6 Augusts"


@pytest.mark.parametrize(
    ("text", "number", "expected"),
    [
        ("On 3 October it rained.", "3", True),
        ("On Oct. 3rd it rained.", "3rd", True),
        ("In May 2026 it rained.", "2026", True),
        ("At 8pm May 5 it rained.", "8pm", False),
        ("Since June 1.5 million fled.", "1.5", False),
        ("In 2026 it rained.", "2026", False),
    ],
)
def test_a_day_or_year_stands_beside_a_month(text: str, number: str, expected: bool) -> None:
    start = text.index(number)
    assert is_day(text, start, start + len(number)) is expected


def test_a_pattern_of_any_day_is_of_the_days_alone() -> None:
    assert all(re.fullmatch(ANY_DAY, day) for day in DAYS)
    assert not any(re.match(ANY_DAY, word) for word in ("Sundays", "Mon", "Birthday", "May"))
