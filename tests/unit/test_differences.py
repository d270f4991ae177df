"""What makes two sentences of the same words say two things."""

from collections.abc import Callable

import pytest

from transforms.text.differences import (
    differ_by_number_alone,
    opposed,
    other_names,
    other_numbers,
    roles_changed,
)
from transforms.text.gist import Gist, gist_of

_WAYS = (other_numbers, opposed, other_names, roles_changed)


@pytest.mark.parametrize(
    ("way", "one", "other"),
    [
        (other_numbers, "Nine died near Riverton.", "Ten died near Riverton."),
        (other_numbers, "Two ferries hit 3 boats.", "Three ferries hit 2 boats."),
        (opposed, "Prices rose in Riverton.", "Prices fell in Riverton."),
        (opposed, "A strike is likely in Riverton.", "A strike is unlikely in Riverton."),
        (opposed, "Lopez voted for the bill.", "Lopez voted against the bill."),
        (opposed, "Sales rose and costs fell.", "Sales fell and costs rose."),
        (other_names, "Fire hit the port of Oslo.", "Fire hit the port of Brack."),
        (other_names, "A strike began on Monday.", "A strike began on Friday."),
        (roles_changed, "On Monday Ann Lopez beat Brack.", "On Monday Brack beat Ann Lopez."),
    ],
)
def test_sentences_differ_in_one_way(
    way: Callable[[Gist, Gist], bool], one: str, other: str
) -> None:
    gists = gist_of(one, "en"), gist_of(other, "en")
    assert [each for each in _WAYS if each(*gists)] == [way]
    assert way(*reversed(gists))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("On Monday Lopez beat Brack.", "Lopez beat Brack on Monday."),
        ("On Monday Lopez beat Brack.", "On Monday Brack was beaten by Lopez."),
        ("Five died and 20 were hurt in Oslo.", "In Oslo 20 were hurt and five died."),
    ],
)
def test_other_words_are_no_difference(one: str, other: str) -> None:
    gists = gist_of(one, "en"), gist_of(other, "en")
    assert not any(way(*gists) for way in _WAYS)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Nine died near Riverton.", "Ten died near Riverton.", True),
        ("Nine died near Riverton.", "Nine died near Riverton.", False),
        ("Nine died near Riverton.", "Some died near Riverton.", False),
        ("Nine died near Riverton.", "Ten died, not nine, near Riverton.", False),
        ("Nine died near Riverton.", "Ten died near Oslo, Lopez said.", False),
        ("Nine died near Riverton.", "That ten died is disputed near Riverton.", False),
        ("Prices rose 9%.", "Prices fell 10%.", False),
    ],
)
def test_whether_another_number_is_all_the_difference(one: str, other: str, expected: bool) -> None:
    gists = gist_of(one, "en"), gist_of(other, "en")
    assert differ_by_number_alone(*gists) is differ_by_number_alone(*reversed(gists)) is expected
