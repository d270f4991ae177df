"""When a page that failed is asked for again."""

import datetime as dt

import pytest

from schemas.ids import milliseconds
from schemas.records import Fetched
from transforms.web.exchanges import NOT_FETCHED, REPEATED
from transforms.web.page_retries import is_due, retry_due_ms

AT = dt.datetime(2026, 11, 2, 8, tzinfo=dt.UTC)
AT_MS = milliseconds(AT)
MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS


def failed(
    status: int, error: str = "", headers: tuple[tuple[str, str], ...] = (), at: dt.datetime = AT
) -> Fetched:
    url = "https://gazette.example/dam"
    return Fetched(
        kind="page",
        feed="https://gazette.example/rss",
        source="Gazette",
        requested_url=url,
        url=url,
        status=status,
        headers=headers,
        body=b"",
        fetched_at=at,
        error=error,
    )


@pytest.mark.parametrize(
    ("fetched", "passing"),
    [
        (failed(0, "no answer within 30 s"), True),
        (failed(408), True),
        (failed(429), True),
        (failed(500), True),
        (failed(503), True),
        (failed(403), False),
        (failed(404), False),
        (failed(200, "more than 10485760 bytes"), False),
        (failed(0, "more than 10 redirects"), False),
        (failed(0, "TLS: certificate has expired"), False),
        (failed(0, "bad HTTP: 400"), False),
        (failed(999), False),
        (failed(0, NOT_FETCHED + "robots.txt"), False),
        (failed(0, REPEATED + "fetched at 8:00"), False),
    ],
)
def test_only_what_may_pass_is_asked_for_again(fetched: Fetched, passing: bool) -> None:
    assert (retry_due_ms(fetched, 0, AT_MS, 300) is not None) == passing


def test_pauses_double_until_six_hours_have_passed() -> None:
    at, pauses = AT, []
    while due_ms := retry_due_ms(failed(503, at=at), len(pauses), AT_MS, 300):
        pauses.append((due_ms - milliseconds(at)) // MINUTE_MS)
        at = dt.datetime.fromtimestamp(due_ms / 1000, dt.UTC)
    assert pauses == [5, 10, 20, 40, 80, 160]


@pytest.mark.parametrize(
    ("asked", "minutes"),
    [("1200", 20), ("60", 5), ("Mon, 02 Nov 2026 08:30:00 GMT", 30), ("soon", 5)],
)
def test_a_server_is_left_alone_for_as_long_as_it_wants(asked: str, minutes: int) -> None:
    fetched = failed(503, headers=(("Retry-After", asked),))
    assert retry_due_ms(fetched, 0, AT_MS, 300) == AT_MS + minutes * MINUTE_MS


def test_a_server_that_wants_a_day_is_not_asked_again() -> None:
    assert retry_due_ms(failed(429, headers=(("Retry-After", "86400"),)), 0, AT_MS, 300) is None


def test_runs_ask_again_less_and_less_often() -> None:
    failed_ms, asked = AT_MS + 3000, []
    for now_ms in range(AT_MS + 10 * MINUTE_MS, AT_MS + 12 * HOUR_MS, 10 * MINUTE_MS):
        if is_due(AT_MS, failed_ms, now_ms):
            failed_ms = now_ms
            asked.append((now_ms - AT_MS) // MINUTE_MS)
    assert asked == [10, 20, 40, 80, 160, 320]
