"""Which sides of the opposites a sentence is on."""

import pytest

from transforms.text.gist import gist_of
from transforms.text.opposites import SIDES, STEM_CHARS, both_sides_said, sides_said


def stems(words: str) -> list[str]:
    return [word[:STEM_CHARS] for word in words.split()]


def opposed(one: str, other: str) -> bool:
    return any(-side in list(sides_said(stems(other))) for side in sides_said(stems(one)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("prices rose", "prices fell"),
        ("it climbed", "it was declining"),
        ("they called the strike", "they called off the strike"),
        ("they hire staff", "they lay off staff"),
    ],
)
def test_two_sides_are_opposed(one: str, other: str) -> None:
    assert opposed(one, other)
    assert opposed(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("prices rose", "prices climbed"),
        ("prices rose", "prices rose and fell"),
        ("prices fell", "prices rose and fell"),
        ("they cancelled the strike", "they called off the strike"),
    ],
)
def test_who_is_on_one_side_or_on_both_is_not_opposed(one: str, other: str) -> None:
    assert not opposed(one, other)


def test_both_sides_in_their_order_with_what_stands_between() -> None:
    [(side, between)] = both_sides_said(stems("exports rose but imports of wheat fell"), {"import"})
    assert between == {"but", "import", "of", "wheat"}
    other = [(-side, frozenset({"and"}))]
    assert list(both_sides_said(["fell", "and", "rose"], set())) == other


def test_a_name_is_on_no_side() -> None:
    assert list(both_sides_said(["west", "of", "east"], {"west"})) == []


def test_an_opposite_is_written_as_a_stem() -> None:
    for stem in (stem for sides in SIDES for side in sides for stem in side):
        assert list(gist_of(stem.replace("_", " "), "en").order) == stem.split("_")
