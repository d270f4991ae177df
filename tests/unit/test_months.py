"""Months in one form."""

import pytest

from transforms.text.months import full_months, months_as_in


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
