"""The logic of polling, without network or clock; and the restriction that carries it."""

import dataclasses
import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.ids import milliseconds
from schemas.records import Item, Origin
from transforms.endless_restrictions import EndlessTracker, Polling
from transforms.restrictions import RestrictionCoder
from transforms.web.feed_entries import MAX_ENTRIES, FeedDocument
from transforms.web.feed_exchanges import read_feed
from transforms.web.feed_lists import Feed
from transforms.web.feed_polls import after_items
from transforms.web.http_config import FetchFailed, NotFetched, Response
from transforms.web.poll_state import Intervals, PollState, SitemapState
from transforms.web.polling import Answer, Asked, Judged, judge
from transforms.web.seen_entries import MAX_SEEN, pending_after, reopened

AT = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)
FEED = Feed(url="https://gazette.example/rss", source="Gazette")
BOUNDS = Intervals(min_s=100, max_s=1000)


def rss(*titles: str, extra: str = "") -> bytes:
    entries = "".join(f"<item><title>{t}</title><link>/{t[0]}</link></item>" for t in titles)
    return f"<rss version='2.0'><channel>{extra}{entries}</channel></rss>".encode()


def answer(body: bytes = b"", status: int = 200, moved_url: str = "", **headers: str) -> Response:
    return Response(
        requested_url=FEED.url,
        url=FEED.url,
        moved_url=moved_url,
        status=status,
        headers=tuple((name.replace("_", "-"), value) for name, value in headers.items()),
        body=body,
        fetched_at=AT,
    )


def poll(state: PollState, given_answer: Answer) -> Judged:
    return judge(FEED, state, Asked(given_answer), BOUNDS)


def polls(*answers: Answer) -> list[Judged]:
    """Polls one after the other, each from the state that the last one left."""
    judged: list[Judged] = []
    state = PollState()
    for one in answers:
        judged.append(poll(state, one))
        state = PollState.from_json(judged[-1].polled.status.state)
        assert state == judged[-1].polled.state
    return judged


def titles(judged: Judged) -> list[str]:
    return [item.title for item in judged.polled.items]


def test_only_what_is_new_or_changed_comes_out() -> None:
    first, second, third = polls(
        answer(rss("A", "B")), answer(rss("C", "A", "B")), answer(rss("C", "A, corrected", "B"))
    )
    assert [titles(one) for one in (first, second, third)] == [["A", "B"], ["C"], ["A, corrected"]]
    status = second.polled.status
    assert (status.status, status.items, status.new_items, status.quiet) == ("ok", 3, 1, "")
    assert all(one.exchanges for one in (first, second, third))


def test_an_archived_body_tells_which_of_its_entries_came_out() -> None:
    nowhere = "<item><title>Nowhere</title></item>"
    judged = polls(
        answer(rss("A", "B")),
        answer(rss("C", "A", "B", extra=nowhere)),
        answer(rss("C", "C, again", "B", "A, corrected", "D")),
        answer(rss("A, corrected")),
        answer(b"<html>"),
    )
    numbers = [exchange.new_entries for one in judged for exchange in one.exchanges]
    assert numbers == [(1, 2), (1, 2), (4, 5), (), None]
    read = [read_feed(exchange) for one in judged for exchange in one.exchanges]
    told = [tuple(entry.key.partition("#")[2] for entry in one.new_entries) for one in read]
    nowhere = judged[1].rejected[0].key.partition("#")[2]
    assert [one.count(nowhere) for one in told] == [0, 1, 0, 0, 0]


def unusable(*fields: str) -> str:
    return "".join(f"<item>{field}</item>" for field in fields)


def test_an_entry_that_cannot_be_used_is_told_once() -> None:
    no_link, no_text = "<title>Nowhere</title>", "<title>Lost</title><guid>7</guid>"
    bad = "<title>Bad</title><link>mailto:a@b.example</link>"
    *judged, last = polls(
        answer(rss("A", extra=unusable(no_link))),
        answer(rss("B", "A", extra=unusable(no_link, no_text))),
        answer(rss("C", "B", extra=unusable(bad, no_text, no_link))),
        answer(rss("C", "B", extra=unusable(bad))),
        answer(rss("D", "B", extra=unusable(no_text, no_text.replace("Lost", "Found"), no_link))),
        answer(rss("D", extra=unusable(no_text.replace("Lost", "Found")))),
    )
    payloads = [[one.payload.split(" | ")[1] for one in poll.rejected] for poll in judged]
    assert payloads == [["Nowhere"], ["Lost"], ["Bad"], [], []]
    assert [one.payload for one in last.rejected] == ["7 | Found | "]
    assert [one.polled.status.new_items for one in judged] == [1, 1, 1, 0, 1]


def test_of_an_id_with_and_without_a_text_the_text_stays() -> None:
    entry = "<title>Out</title><guid>7</guid>"
    whole = f"{entry}<description>All of it.</description>"
    first, second = polls(
        answer(rss(extra=unusable(entry, whole))), answer(rss("B", extra=unusable(entry, whole)))
    )
    assert [titles(one) for one in (first, second)] == [["Out"], ["B"]]
    assert first.rejected == second.rejected == ()


def test_a_rejection_that_a_kill_may_have_lost_is_told_again() -> None:
    (judged,) = polls(answer(rss("A", extra=unusable("<title>Nowhere</title>"))))
    (rejected,) = judged.rejected
    key, at_ms = rejected.key, float(milliseconds(AT))
    ended = {"https://gazette.example/A": at_ms}
    body = answer(rss("A", extra=unusable("<title>Nowhere</title>")))
    again = poll(reopened(judged.polled.state, ended, {}, 0), body)
    assert (titles(again), again.rejected) == ([], (rejected,))
    assert poll(reopened(judged.polled.state, {**ended, key: at_ms}, {}, 0), body).rejected == ()


def test_a_feed_that_shrinks_and_grows_brings_nothing_back() -> None:
    *_, shrunk, grown = polls(answer(rss("A", "B")), answer(rss("A")), answer(rss("A", "B")))
    assert titles(shrunk) == titles(grown) == []
    assert grown.polled.status.quiet == "nothing new"


def test_not_modified_and_the_same_body() -> None:
    first, second, third = polls(
        answer(rss("A"), ETag='"1"', Last_Modified="Mon"),
        answer(status=304),
        answer(rss("A"), ETag='"2"'),
    )
    assert first.polled.state.conditions() == {"If-None-Match": '"1"', "If-Modified-Since": "Mon"}
    for one in (second, third):
        assert one.polled.status.status == "not_modified"
        assert (one.polled.items, one.exchanges) == ((), ())
    assert second.polled.state.etag == '"1"'
    assert third.polled.state.etag == '"2"'


def test_a_server_that_never_says_that_anything_changed_is_asked_for_all() -> None:
    unmodified = [answer(status=304)] * 10
    states = [one.polled.state for one in polls(answer(rss("A"), ETag='"1"'), *unmodified)]
    assert all(state.conditions() == {"If-None-Match": '"1"'} for state in states[:-1])
    assert states[-1].conditions() == {}
    lied = poll(states[-1], answer(rss("B", "A"), ETag='"1"'))
    assert titles(lied) == ["B"]
    assert lied.polled.state.conditions() == {"If-None-Match": '"1"'}


def test_the_interval_follows_the_feed() -> None:
    bodies = [answer(rss("A")), *[answer(status=304)] * 9, answer(rss("B", "A"))]
    intervals = [one.polled.status.interval_s for one in polls(*bodies)]
    assert intervals[:3] == [100, 150, 225]
    assert intervals[9:] == [1000, 500]


def test_a_wish_for_fewer_polls_is_heard() -> None:
    (judged,) = polls(answer(rss("A", extra="<ttl>5</ttl>")))
    assert judged.polled.status.interval_s == 300


def test_wishes_hold_for_answers_without_a_body_and_within_the_bounds() -> None:
    _, unchanged, fresh, bounded = polls(
        answer(rss("A", extra="<ttl>5</ttl>")),
        answer(status=304),
        answer(status=304, Cache_Control="max-age=900"),
        answer(status=304, Cache_Control="max-age=90000"),
    )
    intervals = [one.polled.status.interval_s for one in (unchanged, fresh, bounded)]
    assert intervals == [300, 900, 1000]


def test_hours_to_skip_are_skipped() -> None:
    hours = "<skipHours><hour>12</hour><hour>13</hour></skipHours>"
    first, second = polls(answer(rss("A", extra=hours)), answer(status=304))
    assert [one.polled.status.interval_s for one in (first, second)] == [7200, 7200]


def dated(*titles: str, day: int) -> bytes:
    entries = "".join(
        f"<item><title>{t}</title><link>/{t[0]}</link>"
        f"<pubDate>{day:02} Oct 2026 08:00:00 GMT</pubDate></item>"
        for t in titles
    )
    return f"<rss version='2.0'><channel>{entries}</channel></rss>".encode()


def test_a_feed_that_dates_everything_anew_brings_nothing_new() -> None:
    first, second, third = polls(
        answer(dated("A", "B", "C", "D", day=1)),
        answer(dated("A", "B", "C", "D", day=2)),
        answer(dated("N", "A", "B", "C, corrected", "D", day=3)),
    )
    assert len(titles(first)) == 4
    assert (titles(second), second.polled.status.quiet) == ([], "nothing new")
    assert titles(third) == ["N", "C, corrected"]


def test_one_entry_with_a_new_time_is_an_update() -> None:
    body = dated("A", "B", "C", "D", day=1)
    updated = body.replace(b"01 Oct", b"02 Oct", 1)
    assert titles(polls(answer(body), answer(updated))[1]) == ["A"]


def test_markup_that_changes_around_the_same_words_is_nothing_new() -> None:
    """A picture that counts readers has another number each time."""
    pixel = "<p>{}</p><img src='https://count.example/p.gif?cb={}'/>"

    def body(words: str, number: int) -> Answer:
        content = pixel.format(f"{words} " * 200, number)
        item = f"<title>A</title><link>/A</link><content:encoded><![CDATA[{content}]]>"
        return answer(
            f"<rss><channel><item>{item}</content:encoded></item></channel></rss>".encode()
        )

    first, again, changed = polls(body("Dam holds", 1), body("Dam holds", 2), body("Dam broke", 3))
    assert first.polled.items[0].html
    assert (titles(again), again.polled.status.quiet) == ([], "nothing new")
    assert titles(changed) == ["A"]


def test_ids_that_change_while_the_link_stays() -> None:
    first, second = (
        rss("A").replace(b"</link>", b"</link><guid>%d</guid>" % number) for number in (1, 2)
    )
    assert titles(polls(answer(first), answer(second))[1]) == []


def test_a_flawed_feed_says_so_until_it_is_mended() -> None:
    flawed = rss("A", "B").removesuffix(b"</rss>")
    statuses = [
        one.polled.status
        for one in polls(answer(flawed), answer(status=304), answer(rss("A", "B")))
    ]
    assert [bool(one.problem) for one in statuses] == [True, True, False]
    assert [one.status for one in statuses] == ["ok", "not_modified", "ok"]


def test_why_a_feed_is_quiet() -> None:
    judged = polls(
        answer(rss("A")),
        answer(rss(extra="<title>t</title>")),
        failed(403),
        failed(500),
        answer(b"<html>"),
    )
    assert [one.polled.status.quiet.partition(":")[0] for one in judged] == [
        *("", "parsed empty", "blocked", "failing", "unreadable")
    ]


def test_an_empty_feed_stays_so_until_it_brings_something() -> None:
    empty = rss(extra="<title>t</title>")
    unchanged, failing = answer(status=304), failed(500)
    answers = (answer(empty), unchanged, answer(empty), failing, unchanged, answer(rss("A")))
    told = [one.polled.status for one in polls(*answers, unchanged)]
    assert [one.quiet for one in told] == [
        *("parsed empty", "parsed empty", "parsed empty", "failing: HTTP 500", "parsed empty"),
        *("", "not modified"),
    ]
    assert [one.status for one in told[:3]] == ["ok", "not_modified", "not_modified"]


@pytest.mark.parametrize(
    ("answers", "quiet"),
    [
        (["urls", "same"], ""),
        (["same", "same"], "nothing new"),
        (["empty", "same"], "nothing new"),
        (["empty", "empty"], "parsed empty"),
        (["empty", 503], "parsed empty"),
        ([403, 503], "blocked: HTTP 403"),
        ([503, 403], "failing: HTTP 503"),
    ],
)
def test_why_an_index_of_sitemaps_is_quiet(answers: list[str | int], quiet: str) -> None:
    urls = b"<urlset><url><loc>https://gazette.example/1</loc></url></urlset>"
    bodies = {"urls": urls, "empty": b"<urlset></urlset>"}

    def got(told: str | int) -> Answer:
        if isinstance(told, int):
            return failed(told)
        return answer(status=304) if told == "same" else answer(bodies[told])

    parts = [
        SitemapState(f"https://gazette.example/{number}.xml") for number, _ in enumerate(answers)
    ]
    index = "".join(f"<sitemap><loc>{part.url}</loc></sitemap>" for part in parts)
    asked = Asked(
        answer(f"<sitemapindex>{index}</sitemapindex>".encode()),
        tuple(zip(parts, map(got, answers), strict=True)),
    )
    status = judge(FEED, PollState(), asked, BOUNDS).polled.status
    assert (status.status, status.quiet) == ("ok", quiet)


def test_an_index_that_is_the_same_says_that_its_sitemaps_fail() -> None:
    part = SitemapState("https://gazette.example/a.xml")
    judged = judge(FEED, PollState(), Asked(answer(status=304), ((part, failed(503)),)), BOUNDS)
    assert judged.polled.status.quiet == "failing: HTTP 503"


def test_a_feed_that_falls_silent() -> None:
    days = [0, 1, 2, 5, 12]
    bodies = [rss("A"), rss("B"), rss("C"), b"", b""]
    answers = [
        dataclasses.replace(
            answer(body, status=200 if body else 304), fetched_at=AT + dt.timedelta(days=day)
        )
        for day, body in zip(days, bodies, strict=True)
    ]
    statuses = [one.polled.status for one in polls(*answers)]
    assert [one.silent for one in statuses] == [False, False, False, False, True]
    assert statuses[-1].habit_s == 86_400


def test_a_sitemap_of_an_index_that_is_no_sitemap_is_named() -> None:
    url = "https://gazette.example/a.xml"
    listed = f"<sitemapindex><sitemap><loc>{url}</loc></sitemap></sitemapindex>".encode()
    broken = dataclasses.replace(answer(b"<html>"), requested_url=url, url=url)
    asked = Asked(answer(listed), ((SitemapState(url), broken),))
    (rejected,) = judge(FEED, PollState(), asked, BOUNDS).rejected
    assert (rejected.key, rejected.url) == (FEED.url, url)
    assert rejected.message.startswith(f"{url} is no feed")


def test_an_index_of_sitemaps() -> None:
    listed = b"<sitemapindex>%s</sitemapindex>" % b"".join(
        b"<sitemap><loc>https://gazette.example/%s.xml</loc></sitemap>" % name
        for name in (b"a", b"b")
    )
    one, two = (SitemapState(f"https://gazette.example/{name}.xml") for name in "ab")

    def body(*paths: str) -> bytes:
        urls = "".join(f"<url><loc>https://gazette.example/{path}</loc></url>" for path in paths)
        return f"<urlset>{urls}</urlset>".encode()

    first = judge(
        FEED,
        PollState(),
        Asked(answer(listed), ((one, answer(body("1", "2"), ETag="x")), (two, failed(404)))),
        BOUNDS,
    )
    assert [item.url for item in first.polled.items] == [
        *("https://gazette.example/1", "https://gazette.example/2")
    ]
    assert [one.new_entries for one in first.exchanges] == [(), (1, 2)]
    assert first.polled.status.problem == f"{two.url}: HTTP 404"
    state = PollState.from_json(first.polled.status.state)
    assert [(part.url, part.etag) for part in state.parts] == [(one.url, "x"), (two.url, "")]

    later = ((state.parts[0], answer(status=304)), (two, answer(body("2", "3"))))
    second = judge(FEED, state, Asked(answer(status=304), later), BOUNDS)
    assert [item.url for item in second.polled.items] == ["https://gazette.example/3"]
    assert len(second.exchanges) == 1
    lost = reopened(second.polled.state, ended("https://gazette.example/2"), {}, 0)
    assert [part.conditions() for part in lost.parts] == [{}, {}]
    same = tuple((part, answer(status=304)) for part in second.polled.state.parts)
    third = judge(FEED, second.polled.state, Asked(answer(status=304), same), BOUNDS)
    assert third.polled.status.status == "not_modified"


def test_an_index_brings_nothing_back_however_long_a_sitemap_stays_the_same() -> None:
    """The other one holds the latest entries, and changes poll after poll."""

    def body(name: str, numbers: range) -> bytes:
        url = "<url><loc>https://gazette.example/{}/{}</loc></url>"
        return f"<urlset>{''.join(url.format(name, n) for n in numbers)}</urlset>".encode()

    def new_items(latest: bytes, old: bytes) -> int:
        nonlocal state
        answers = [answer(status=304), answer(latest), answer(old)]
        parts = zip(state.parts or map(SitemapState, ("latest", "old")), answers[1:], strict=True)
        polled = judge(FEED, state, Asked(answers[0], tuple(parts)), BOUNDS).polled
        state = PollState.from_json(polled.status.state)
        assert state == polled.state and len(state.seen) <= 2 * MAX_ENTRIES
        return len(polled.items)

    state, old = PollState(), body("old", range(4000))
    assert new_items(body("latest", range(3000)), old) == 7000
    turns = range(1000, 5000, 1000)
    assert [new_items(body("latest", range(n, n + 3000)), old) for n in turns] == [1000] * 4
    assert new_items(body("latest", range(4000, 7000)), body("old", range(4001))) == 1
    assert new_items(body("latest", range(4000, 7001)), body("old", range(4001))) == 1


def failed(status: int, retry_after_s: float | None = None) -> FetchFailed:
    return FetchFailed(f"HTTP {status}", FEED.url, AT, status, (), retry_after_s)


def test_failures_back_off_and_end_with_an_answer() -> None:
    judged = polls(answer(rss("A")), *[failed(500)] * 5, failed(503, 5000), answer(rss("A", "B")))
    statuses = [one.polled.status for one in judged]
    assert [one.interval_s for one in statuses[1:6]] == [200, 400, 800, 1000, 1000]
    assert statuses[6].interval_s == 5000
    assert [one.failures for one in statuses[1:]] == [1, 2, 3, 4, 5, 6, 0]
    assert statuses[5].quiet == "failing: HTTP 500"
    assert titles(judged[-1]) == ["B"]


def at(hours: float, status: int) -> FetchFailed:
    """A failure so many hours after the first; status 0: no answer."""
    return FetchFailed(f"HTTP {status}", FEED.url, AT + dt.timedelta(hours=hours), status)


@pytest.mark.parametrize(
    ("answers", "gone"),
    [
        ([at(0, 410)], False),
        ([at(0, 410), at(30, 410)], False),
        ([at(0, 410), at(1, 410), at(23, 410)], False),
        ([at(0, 410), at(1, 410), at(24, 410)], True),
        ([at(0, 410), at(1, 0), at(24, 410)], True),
        ([at(0, 410), at(1, 410), at(24, 0)], False),
        ([at(0, 410), at(1, 500), at(24, 410)], False),
        ([at(0, 404), at(1, 404), at(24, 404)], False),
        ([at(-1, 410), at(-1, 410), answer(rss("A")), at(23, 410)], False),
    ],
)
def test_a_feed_is_gone_where_410_comes_for_a_day(answers: list[Answer], *, gone: bool) -> None:
    status = polls(*answers)[-1].polled.status
    assert status.status == ("gone" if gone else "failing")


def test_a_feed_that_is_gone_is_asked_once_a_day_and_may_come_back() -> None:
    first, _, gone, still, back = polls(
        at(0, 410), at(1, 410), at(24, 410), at(48, 410), answer(rss("A"))
    )
    assert first.polled.status.quiet == (
        "failing: HTTP 410 since 2026-11-02 12:00 UTC; gone where it says so for a day"
    )
    assert first.polled.state.rests_until is None
    for one, day, hours in ((gone, 4, 47), (still, 5, 71)):
        assert one.polled.status.quiet == (
            f"gone: HTTP 410 since 2026-11-02 12:00 UTC; asked again at 2026-11-0{day} 11:00 UTC"
        )
        assert one.polled.status.interval_s == 23 * 3600
        assert one.polled.state.rests_until == AT + dt.timedelta(hours=hours)
    assert titles(back) == ["A"]
    assert (back.polled.state.gone_since, back.polled.state.rests_until) == (None, None)


def test_a_feed_rests_for_as_long_as_it_wants_but_a_day_at_most() -> None:
    asked, long, back = polls(failed(429, 900), failed(503, 1e6), answer(rss("A")))
    assert asked.polled.state.rests_until == AT + dt.timedelta(minutes=15)
    assert asked.polled.status.quiet == (
        "blocked: HTTP 429; wants to be left alone until 2026-11-02 12:15 UTC"
    )
    assert long.polled.state.rests_until == AT + dt.timedelta(days=1)
    assert back.polled.state.rests_until is None


def test_a_permanent_redirect_is_remembered_until_it_fails() -> None:
    moved = answer(rss("A"), moved_url="https://gazette.example/new")
    first, second, third = polls(moved, answer(status=304), failed(404))
    assert first.polled.state.url == second.polled.state.url == "https://gazette.example/new"
    assert third.polled.state.url == ""


def test_a_redirect_to_what_is_no_feed_is_not_remembered() -> None:
    """A site that answers everything with its front page for an hour has not moved its feed."""
    front = answer(b"<html>", moved_url="https://gazette.example/", ETag='"1"', Last_Modified="Mon")
    for away in polls(answer(rss("A"), ETag='"0"'), front, front)[1:]:
        assert away.polled.status.status == "unreadable"
        assert away.polled.state.url == ""
        assert away.polled.state.conditions() == {}


def test_a_remembered_address_that_brings_a_page_is_forgotten() -> None:
    new = "https://gazette.example/new"
    moved, page, back = polls(
        answer(rss("A"), moved_url=new), answer(b"<html>"), answer(rss("B", "A"))
    )
    assert [one.polled.state.url for one in (moved, page, back)] == [new, "", ""]
    assert titles(back) == ["B"]
    stuck = dataclasses.replace(page.polled.state, url=new, etag='"1"')
    for same in (answer(status=304), answer(b"<html>", ETag='"1"')):
        state = poll(stuck, same).polled.state
        assert (state.url, state.conditions()) == ("", {})


def test_gone_from_a_remembered_address_is_no_end() -> None:
    """The listed one is asked first: it may lead elsewhere by now."""
    moved = answer(rss("A"), moved_url="https://gazette.example/new")
    _, elsewhere, listed = polls(moved, at(0, 410), at(1, 410))
    assert (elsewhere.polled.state.url, elsewhere.polled.state.gone_since) == ("", None)
    assert listed.polled.state.gone_since == AT + dt.timedelta(hours=1)


def test_what_is_no_feed_is_rejected_once() -> None:
    first, second, third, mended = polls(
        answer(b"<html>"), answer(b"<html>"), answer(status=304), answer(rss("A"))
    )
    (rejected,) = first.rejected
    assert (rejected.key, rejected.error, rejected.replay) == (FEED.url, "UnreadableFeed", "url")
    assert (first.polled.status.status, second.rejected) == ("unreadable", ())
    assert first.exchanges
    # The same body again is no better than it was.
    for later in (second, third):
        status = later.polled.status
        assert (status.status, status.quiet) == ("unreadable", first.polled.status.quiet)
    assert (mended.polled.status.status, mended.polled.status.problem) == ("ok", "")


def test_a_refused_feed_is_failing() -> None:
    judged = poll(PollState(), NotFetched("10.0.0.1 is no public address", FEED.url, AT))
    assert judged.polled.status.quiet == "blocked: 10.0.0.1 is no public address"


def test_state_is_bounded() -> None:
    state = PollState()
    for start in range(0, 5000, 500):
        items = [item(f"https://a.example/{n}") for n in range(start, start + 500)]
        document = FeedDocument(format="rss20")
        polled = after_items(FEED, state, answer(), document, items, intervals=BOUNDS)
        assert len(polled.items) == 500
        state = polled.state
    assert len(state.seen) == MAX_SEEN
    assert len(state.pending) == MAX_SEEN
    assert len(state.to_json()) < 200_000


def test_what_did_not_end_is_forgotten() -> None:
    first, second, _ = polls(
        answer(rss("A", "B"), ETag='"1"'), answer(rss("C", "A", "B"), ETag='"2"'), failed(500)
    )
    a, b, c = (f"https://gazette.example/{name}" for name in "ABC")
    whole = second.polled.state
    assert [key for key, _ in whole.pending] == [a, b, c]
    assert reopened(whole, ended(a, b, c), {}, 0) == whole
    again = poll(reopened(whole, ended(b), {}, 0), answer(rss("C", "A", "B")))
    assert titles(again) == ["C", "A"]
    assert reopened(first.polled.state, {}, {}, 0).conditions() == {}
    older = {**ended(a, b), c: milliseconds(AT) - 1}
    assert titles(poll(reopened(whole, older, {}, 0), answer(rss("C", "A", "B")))) == ["C"]


def test_an_entry_whose_page_failed_comes_out_again_and_is_no_news() -> None:
    first, second = polls(answer(rss("A", "B")), answer(rss("A", "B")))
    a, b = (f"https://gazette.example/{name}" for name in "AB")
    came_ms = milliseconds(AT)
    failed_ms, soon_ms = came_ms + 600_000, came_ms + 900_000
    state, all_ended = second.polled.state, ended(a, b)
    assert reopened(state, all_ended, {a: failed_ms}, soon_ms) == state
    state = reopened(state, all_ended, {a: failed_ms}, came_ms + 1_200_000)
    assert PollState.from_json(state.to_json()) == state
    again = poll(state, answer(rss("B", "A")))
    assert titles(again) == ["A"]
    assert again.polled.status.new_items == 0
    assert again.polled.status.quiet == "nothing new"
    assert again.polled.state.interval_s > second.polled.state.interval_s
    assert again.polled.state.last_new_item == first.polled.state.last_new_item
    # It is as old as it was, so that it does not come out for ever.
    assert dict(again.polled.state.pending)[a] == came_ms
    assert again.polled.state.again == ()
    late_ms = came_ms + 7 * 3_600_000
    assert reopened(again.polled.state, all_ended, {a: failed_ms}, late_ms) == again.polled.state


def ended(*keys: str) -> dict[str, int]:
    return dict.fromkeys(keys, milliseconds(AT) + 86_400_000)


def test_a_slow_page_stays_pending_for_hours_and_not_for_ever() -> None:
    slow, quick, hour_ms = item("https://a.example/slow"), item("https://a.example/1"), 3_600_000
    pending = pending_after((), [slow], 0)
    assert pending_after(pending, [], 9 * hour_ms) == pending
    assert pending_after(pending, [quick], 5 * hour_ms)[0] == (slow.key, 0)
    assert pending_after(pending, [quick], 7 * hour_ms) == ((quick.key, 7 * hour_ms),)


def item(url: str) -> Item:
    return Item(key=url, origin=Origin(source="a"), url=url, title="t", fetched_at=AT)


_TIMES = st.none() | st.just(AT)
_STATES = st.builds(
    PollState,
    url=st.text(),
    etag=st.text(),
    seen=st.lists(st.tuples(st.text(), st.text()), max_size=3).map(tuple),
    pending=st.lists(st.tuples(st.text(), st.integers()), max_size=3).map(tuple),
    again=st.lists(st.tuples(st.text(), st.integers()), max_size=3).map(tuple),
    interval_s=st.floats(0, 1e6),
    failures=st.integers(0, 99),
    gone_since=_TIMES,
    rests_until=_TIMES,
    last_success=_TIMES,
    last_new_item=_TIMES,
)


@given(_STATES)
def test_state_comes_back_from_json(state: PollState) -> None:
    assert PollState.from_json(state.to_json()) == state
    polling = Polling(state=state, due_ms=7)
    assert RestrictionCoder().decode(RestrictionCoder().encode(polling)) == polling


def test_a_state_of_an_earlier_version_is_read() -> None:
    written = json.loads(PollState(failures=1).to_json())
    del written["gone_since"], written["rests_until"], written["again"]
    assert PollState.from_json(json.dumps(written | {"gone": True})) == PollState(failures=1)


@pytest.mark.parametrize("written", ["", "{}", "[]", "null", '{"seen": 1}', '{"other": 1}'])
def test_no_state(written: str) -> None:
    with pytest.raises(ValueError):
        PollState.from_json(written)


def test_intervals_without_sense() -> None:
    for low, high in ((0, 1), (2, 1)):
        with pytest.raises(ValueError, match="intervals"):
            Intervals(min_s=low, max_s=high)


BEFORE = Polling(state=PollState(), due_ms=1)
AFTER = Polling(state=PollState(failures=1), due_ms=2)


def test_a_claimed_poll_leaves_what_follows_it() -> None:
    tracker = EndlessTracker(BEFORE)
    assert tracker.try_claim(AFTER)
    split = tracker.try_split(0)
    assert split is not None and split[1] == AFTER and split[0].done
    assert tracker.check_done() and tracker.is_bounded()
    assert tracker.try_split(0) is None


def test_what_the_runner_took_away_cannot_be_claimed() -> None:
    tracker = EndlessTracker(BEFORE)
    split = tracker.try_split(0)
    assert split is not None and split[1] == BEFORE
    assert not tracker.try_claim(AFTER)
    assert tracker.check_done()


def test_the_last_poll_leaves_nothing() -> None:
    tracker = EndlessTracker(BEFORE)
    assert tracker.try_claim(dataclasses.replace(AFTER, done=True))
    assert tracker.check_done()


def test_a_poll_must_be_claimed_or_deferred() -> None:
    tracker = EndlessTracker(BEFORE)
    with pytest.raises(ValueError, match="neither"):
        tracker.check_done()
    assert not tracker.is_bounded()
