"""When a feed wants to be asked, and when its silence is remarkable."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.web.feed_pace import (
    NO_SKIPS,
    Skips,
    allowed_s,
    habit_after,
    is_silent,
    max_age_s,
    skips_of,
)

AT = dt.datetime(2026, 11, 2, 12, 30, tzinfo=dt.UTC)  # a Monday
DAY = dt.timedelta(days=1)


def test_hours_and_days_to_skip() -> None:
    body = (
        b"<rss><channel><skipHours><hour>0</hour><hour> 13 </hour><hour>24</hour><hour>77</hour>"
        b"</skipHours><skipDays><day>Saturday</day><day>sunday</day><day>x</day></skipDays>"
    )
    assert skips_of(body) == Skips((0, 13), (5, 6))
    assert skips_of(b"<rss><hour>3</hour>") == NO_SKIPS
    assert skips_of(b"<rss><channel><skipHours>" + b"<hour>1</hour>" * 10_000) == NO_SKIPS


def test_what_would_skip_the_week_counts_as_nothing() -> None:
    hours = "".join(f"<hour>{hour}</hour>" for hour in range(24))
    assert skips_of(f"<skipHours>{hours}</skipHours>".encode()) == NO_SKIPS


@pytest.mark.parametrize(
    ("pause_s", "skips", "expected_s"),
    [
        (600, NO_SKIPS, 600),
        (600, Skips((12,), ()), 1800),
        (600, Skips((12, 13), ()), 1800 + 3600),
        (600, Skips((), (0,)), 1800 + 11 * 3600),
        (600, Skips((0,), (0,)), 1800 + 12 * 3600),
    ],
)
def test_a_pause_ends_at_an_allowed_hour(pause_s: float, skips: Skips, expected_s: float) -> None:
    assert allowed_s(AT, pause_s, skips) == expected_s


@given(
    st.floats(1, 1e6),
    st.sets(st.integers(0, 23), max_size=23),
    st.sets(st.integers(0, 6), max_size=6),
)
def test_a_pause_always_ends(pause_s: float, hours: set[int], days: set[int]) -> None:
    longer_s = allowed_s(AT, pause_s, Skips(tuple(hours), tuple(days)))
    due = AT + dt.timedelta(seconds=longer_s)
    assert due.hour not in hours and due.weekday() not in days
    assert pause_s - 1 <= longer_s <= pause_s + 8 * 86_400


@pytest.mark.parametrize(
    ("value", "expected_s"),
    [
        ("max-age=300", 300),
        ('public, Max-Age="60"', 60),
        ("s-maxage=10", 10),
        ("no-cache, max-age=300", 0),
        ("no-store", 0),
        ("max-age=soon", 0),
        ("x-max-age=5", 0),
        ("max-age=" + "9" * 99, 999_999_999),
        ("", 0),
    ],
)
def test_cache_control(value: str, expected_s: float) -> None:
    assert max_age_s(value) == expected_s


def test_a_habit_and_a_silence() -> None:
    habit_s = 0.0
    assert habit_after(habit_s, None, AT) == 0
    for hours in (2, 2, 12):
        habit_s = habit_after(habit_s, AT - dt.timedelta(hours=hours), AT)
    assert 3600 * 2 < habit_s < 3600 * 6
    assert not is_silent(habit_s, AT - DAY, AT)
    assert is_silent(habit_s, AT - 2 * DAY, AT)
    assert not is_silent(10.0, AT - DAY, AT) and is_silent(10.0, AT - DAY * 1.1, AT)
    assert not is_silent(0.0, AT - 99 * DAY, AT) and not is_silent(10.0, None, AT)
