"""Times as strangers write them: read, or not, and never an error."""

import datetime as dt
import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.ids import milliseconds, to_milliseconds
from transforms.inputs.errors import BadFetchTime
from transforms.inputs.record_times import fetch_time
from transforms.times import is_exact, parse_time, plausible, retry_after_s
from transforms.web.feed_documents import parse_feed
from transforms.web.feed_pace import max_age_s

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
    read = parse_time(text)
    assert read is None or read.utcoffset() == dt.timedelta()
    kept = plausible(parse_time(text), NOW)
    assert kept is None or kept.year >= 1990


@given(NEARLY)
def test_any_wish_is_a_number_of_seconds_or_none(text: str) -> None:
    wished_s = retry_after_s(text, NOW)
    assert wished_s is None or wished_s >= 0
    assert 0 <= max_age_s(text) < 1e9


@pytest.mark.parametrize(
    ("value", "wished_s"),
    [
        (" 120 ", 120),
        ("Mon, 02 Nov 2026 12:01:00 GMT", 60),
        ("Mon, 02 Nov 2026 12:01:00 -0000", 60),
        ("Mon, 02 Nov 2026 11:00:00 GMT", 0),
        ("", None),
        ("soon", None),
        ("-5", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str, wished_s: float | None) -> None:
    assert retry_after_s(value, NOW) == wished_s


@given(st.integers(631_152_000, 1_793_577_600))
def test_times_come_back_whatever_the_form(seconds: int) -> None:
    whole = dt.datetime.fromtimestamp(seconds, dt.UTC)
    east = whole.astimezone(dt.timezone(dt.timedelta(hours=5, minutes=30)))
    written = [
        whole.isoformat(),
        east.isoformat(),
        f"{whole:%Y-%m-%dT%H:%M:%SZ}",
        f"{whole:%Y-%m-%dT%H:%M:%S.000000000Z}",
        f"{whole:%Y-%m-%d %H:%M:%S}",
        f"{whole:%Y%m%dT%H%M%SZ}",
        f"{whole:%a, %d %b %Y %H:%M:%S GMT}",
        f"{whole:%d %b %Y %H:%M:%S +0000}",
        f"{east:%a, %d %b %Y %H:%M:%S +0530}",
    ]
    assert [parse_time(text) for text in written] == [whole] * len(written)


@given(st.integers(631_152_000_000, 1_793_577_600_000))
def test_a_record_of_an_archive_has_the_time_that_it_was_written_with(ms: int) -> None:
    """WARC-Date has seconds in 1.0, up to nine decimals in 1.1; what is finer than ms is cut."""
    at = dt.datetime.fromtimestamp(0, dt.UTC) + dt.timedelta(milliseconds=ms)
    assert fetch_time(f"{at:%Y-%m-%dT%H:%M:%S}.{ms % 1000:03}999999Z", "WARC-Date", NOW) == at
    whole = at.replace(microsecond=0)
    assert fetch_time(f"{whole:%Y-%m-%dT%H:%M:%SZ}", "WARC-Date", NOW) == whole


@given(st.integers(-2_208_988_800_000, 4_102_444_800_000), st.integers(-499, 499))
def test_a_time_is_its_nearest_millisecond_also_before_1970(ms: int, micros: int) -> None:
    at = dt.datetime.fromtimestamp(0, dt.UTC) + dt.timedelta(milliseconds=ms)
    assert milliseconds(at + dt.timedelta(microseconds=micros)) == ms
    assert to_milliseconds(at + dt.timedelta(microseconds=999)) == at


@given(NEARLY)
def test_a_time_of_fetch_is_possible_or_a_named_error(text: str) -> None:
    try:
        at = fetch_time(text, "WARC-Date", NOW)
    except BadFetchTime:
        return
    assert at.year >= 1990 and at <= NOW + dt.timedelta(days=1)


@given(st.integers(631_152_000, 1_793_577_600))
def test_feeds_tell_one_time_in_many_forms(seconds: int) -> None:
    """RFC 822 with two and four digits, named zones, W3C, ISO 8601, asctime."""
    at = dt.datetime.fromtimestamp(seconds, dt.UTC)
    east = at.astimezone(dt.timezone(dt.timedelta(hours=-5)))
    written = [
        f"{at:%a, %d %b %Y %H:%M:%S GMT}",
        f"{at:%d %b %y %H:%M:%S} UT",
        f"{east:%a, %d %b %Y %H:%M:%S} EST",
        f"{east:%a, %d %b %Y %H:%M:%S} -0500",
        f"{at:%Y-%m-%dT%H:%M:%SZ}",
        f"{east:%Y-%m-%dT%H:%M:%S}-05:00",
        f"{at:%Y%m%dT%H%M%SZ}",
        f"{at:%a %b %d %H:%M:%S %Y}",
    ]
    items = "".join(f"<item><title>T</title><pubDate>{one}</pubDate></item>" for one in written)
    document = parse_feed(f"<rss><channel>{items}</channel></rss>".encode(), "", None)
    assert [entry.published_at for entry in document.entries] == [at] * len(written)


TOLD = [
    # Day and month may be either way round; a year of two digits may be any of the three.
    *((text, None) for text in ("05-11-2024 10:00", "05-11-2024", "05-11-24", "05-11-24T10:00Z")),
    *((text, None) for text in ("05/11/2024 10:00:00", "05.11.2024 10:00", "Ann, 05/11/2024")),
    *((text, None) for text in ("05-11-2024 10:00 CET", "1730800000", "1730800000000", "--11-05")),
    *((text, None) for text in ("Wed, 05/11/2024 - 10:00", "31/31/2024 10:00", "11/05/24 10:00")),
    *((text, None) for text in ("Mon, 01 Jan 0001 00:00:00 +0000", "0001-01-01T00:00:00", "now")),
    ("Tue, 05 Nov 2024 10:00:00", "10:00"),
    ("Tue, 05 Nov 2024 10:00", "10:00"),
    ("05 Nov 2024 10:00:00", "10:00"),
    ("Tue, 05 Nov 2024 10:00:00 CET", "09:00"),
    ("Tue, 05 Nov 2024 10:00:00 cest", "08:00"),
    ("Tue, 05 Nov 2024 10:00:00 JST", "01:00"),
    ("Tue, 05 Nov 2024 10:00:00 BST", "09:00"),
    ("Tue, 05 Nov 2024 10:00:00 EET", "08:00"),
    ("Tue, 05 Nov 2024 10:00:00 EST", "15:00"),
    ("Tue, 05 Nov 2024 10:00:00 ET", "15:00"),
    ("Tue, 05 Nov 2024 10:00:00 SAST", "08:00"),
    ("Tue, 05 Nov 2024 10:00:00 AWST", "02:00"),
    ("Tue, 05 Nov 2024 20:00:00 ACDT", "09:30"),
    ("Tue, 05 Nov 2024 10:00:00 UTC", "10:00"),
    ("Tue, 05 Nov 2024 10:00:00 +01:00", "09:00"),
    ("Tue, 05 Nov 2024 10:00:00 GMT+01:00", "09:00"),
    ("Tue, 05 Nov 2024 10:00:00+0100", "09:00"),
    ("Tue, 05 Nov 2024 10:00:00 UTC-1", "11:00"),
    ("2024-11-05T10:00:00-01", "11:00"),
    ("20241105T100000+05:30", "04:30"),
    ("Tue, 05 Nov 2024 3:00:00 PM +0000", "15:00"),
    ("Tue, 05 Nov 2024 12:30 am", "00:30"),
    ("Tue, 05 November 2024 01:00 PM CET", "12:00"),
    ("Nov 5, 2024 12:05 p.m.", "12:05"),
    ("2024-11-05T10:00:00 CET", "09:00"),
    ("2024-11-05 10:00:00 +0100", "09:00"),
    ("2024-11-05T10:00:00.000 +05:30", "04:30"),
    ("2024-11-05T10:00:00.000 UTC", "10:00"),
    ("2024-11-05 10:00:00 +0000 UTC", "10:00"),
    ("2024-11-05T10:00:00-05:00[America/New_York]", "15:00"),
    ("2024-11-05T10:00:00Z[UTC]", "10:00"),
    ("2024-11-05 03:00 PM", "15:00"),
    ("2024-11-05 10:00:00 EST", "15:00"),
    ("Tue Nov 05 10:00:00 CET 2024", "09:00"),
    ("Tue Nov 05 2024 10:00:00 GMT+0100 (CET)", "09:00"),
    ("Tue, 11/05/2024 - 10:00", "10:00"),
    ("Tue, 05/11/2024 - 10:00", "10:00"),
    ("Tuesday, November 5, 2024 - 10:00", "10:00"),
    ("November 5, 2024 at 3:04 PM EST", "20:04"),
    ("Nov. 5th, 2024, 10:00", "10:00"),
    ("5. November 2024 10:00 CET", "09:00"),
    ("2024/11/05 10:00", "10:00"),
    ("2024.11.5 10:00:00", "10:00"),
    ("2024年11月5日 10:00", "10:00"),
]


@pytest.mark.parametrize(("text", "clock"), TOLD)
def test_feeds_and_pages_are_read_alike(text: str, clock: str | None) -> None:
    at = clock and dt.datetime.fromisoformat(f"2024-11-05T{clock}+00:00")
    feed = f"<rss><channel><item><title>T</title><pubDate>{text}</pubDate></item></channel></rss>"
    (entry,) = parse_feed(feed.encode(), "", None).entries
    assert plausible(entry.published_at, NOW) == plausible(parse_time(text), NOW) == at


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("Tue, 05 Nov 2024", "2024-11-05"),
        ("05 Nov 2024", "2024-11-05"),
        ("2024-11-05", "2024-11-05"),
        ("20241105", "2024-11-05"),
        ("2024-11", "2024-11-01"),
        ("2024", "2024-01-01"),
        ("Nov 5, 2024", "2024-11-05"),
        ("November 05, 2024", "2024-11-05"),
        ("28/11/2024", "2024-11-28"),
        ("11/28/2024", "2024-11-28"),
        ("28.11.2024", "2024-11-28"),
        ("05-05-2024", "2024-05-05"),
        ("&lt;span class='date'&gt;Tue, 11/05/2024 - 10:00&lt;/span&gt;", "2024-11-05T10:00"),
        ("<![CDATA[<b>Nov 5, 2024</b>]]>", "2024-11-05"),
        (
            "&lt;time datetime='2024-11-05T10:00:00-05:00'&gt;Tue, 11/05/2024&lt;/time&gt;",
            "2024-11-05T15:00",
        ),
        ("2004년 05월 28일  01:31:15", "2004-05-27T16:31:15"),
        ("2004-július-13T9:15-05:00", "2004-07-13T14:15"),
        ("Δευ, 12 Ιούλ 2004 10:00:00 GMT", "2004-07-12T10:00"),
    ],
)
def test_feeds_may_tell_less_or_in_their_own_words(text: str, date: str) -> None:
    feed = f"<rss><channel><item><title>T</title><pubDate>{text}</pubDate></item></channel></rss>"
    (entry,) = parse_feed(feed.encode(), "", None).entries
    assert entry.published_at == dt.datetime.fromisoformat(date).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("text", "exact"),
    [
        *(
            ("Tue, 05 Nov 2024 10:00:00" + zone, True)
            for zone in (" GMT", "+0100", " JST", " -0000")
        ),
        *(("2024-11-05T10:00" + zone, True) for zone in ("Z", "+08:00", " CET")),
        *((text, True) for text in ("20241105T100000Z", "Tue Nov 05 2024 10:00 GMT+0800 (CST)")),
        *(("Tue, 05 Nov 2024 10:00:00" + zone, False) for zone in ("", " IST", " CST", " XYZ")),
        *((text, False) for text in ("2024-11-05", "2024-11-05T10:00", "Tue, 05 Nov 2024", "now")),
        *((text, True) for text in ("Nov 5, 2024 10:00 AM ET", "2024-11-05 10:00 PT")),
        *((text, True) for text in ("11/28/2024 10:00 GMT", "<time datetime='2024-11-05T10:00Z'>")),
        *((text, False) for text in ("Nov 5, 2024", "11/28/2024 10:00", "<b>11/28/2024</b> 10:00")),
        ("<time datetime='2024-11-05T10:00 CST'>", False),
        *((text, False) for text in ("Tue Nov 05 10:00:00 CST 2024", "2024-11-05 10:00 CST", None)),
    ],
)
def test_a_time_is_exact_that_names_its_hour_and_zone(text: str | None, exact: bool) -> None:
    assert is_exact(text) is exact


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("July 5, 2024 10:00 AM ET", "2024-07-05T14:00Z"),
        ("2024-07-05 10:00 PT", "2024-07-05T17:00Z"),
        ("Sat, 09 Mar 2024 10:00:00 CT", "2024-03-09T16:00Z"),
        ("Sun, 10 Mar 2024 10:00:00 CT", "2024-03-10T15:00Z"),
        ("Sat, 02 Nov 2024 10:00:00 MT", "2024-11-02T16:00Z"),
        ("Sun, 03 Nov 2024 10:00:00 MT", "2024-11-03T17:00Z"),
        ("Fri, 05 Jul 2024 10:00:00 EST", "2024-07-05T15:00Z"),
    ],
)
def test_zones_of_north_america_that_name_no_season_have_that_of_the_day(
    text: str, at: str
) -> None:
    assert parse_time(text) == dt.datetime.fromisoformat(at)


@given(NEARLY.filter(lambda text: text.isprintable()))
def test_any_date_of_a_feed_is_a_time_or_none(text: str) -> None:
    date = html.escape(text)
    feed = f"<rss><channel><item><title>T</title><pubDate>{date}</pubDate></item></channel></rss>"
    (entry,) = parse_feed(feed.encode("utf-8", "replace"), "", None).entries
    assert entry.published_at is None or entry.published_at.utcoffset() == dt.timedelta()


@pytest.mark.parametrize("value", [None, 5, b"2026-11-02", ["2026-11-02"]])
def test_only_text_is_a_time(value: object) -> None:
    assert parse_time(value) is None
