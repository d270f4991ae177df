"""Times as strangers write them: read, or not, and never an error."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.web.feed_entries import from_iso, plausible
from transforms.web.feed_pace import max_age_s
from transforms.web.record_times import parse_time
from transforms.web.retry_after import retry_after_s

NOW = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)
ZONES = st.sampled_from(["", "Z", "+00:00", "-11:30", "+14:00", "GMT", "EST", "+9999", "-00:00"])
NEARLY = st.one_of(
    st.text(max_size=40),
    st.builds("{}{}".format, st.datetimes().map(dt.datetime.isoformat), ZONES),
    st.builds(
        "{}, {:02} {} {:04} {:02}:{:02}:{:02} {}".format,
        st.sampled_from(["Mon", "Tue", "X"]),
        st.integers(-1, 40),
        st.sampled_from(["Jan", "Feb", "Dec", "Foo"]),
        st.integers(0, 10_000),
        *(st.integers(0, 99), st.integers(0, 99), st.integers(0, 99)),
        ZONES,
    ),
)


@given(NEARLY)
def test_any_text_is_a_time_or_none(text: str) -> None:
    for read in (from_iso(text), parse_time(text)):
        assert read is None or read.utcoffset() == dt.timedelta()
    kept = plausible(parse_time(text), NOW)
    assert kept is None or kept.year >= 1990


@given(NEARLY)
def test_any_wish_is_a_number_of_seconds_or_none(text: str) -> None:
    wished_s = retry_after_s(text, NOW)
    assert wished_s is None or wished_s >= 0
    assert 0 <= max_age_s(text) < 1e9


@given(st.integers(631_152_000, 1_793_577_600))
def test_times_come_back_whatever_the_form(seconds: int) -> None:
    whole = dt.datetime.fromtimestamp(seconds, dt.UTC)
    written = [
        whole.isoformat(),
        f"{whole:%Y-%m-%dT%H:%M:%SZ}",
        f"{whole:%a, %d %b %Y %H:%M:%S GMT}",
    ]
    assert [parse_time(text) for text in written] == [whole] * 3


@pytest.mark.parametrize("value", [None, 5, b"2026-11-02", ["2026-11-02"]])
def test_only_text_is_a_time(value: object) -> None:
    assert parse_time(value) is from_iso(value) is None
