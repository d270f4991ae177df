"""What a poll means: what came of it, and when to ask again. No I/O, no clock of its own."""

import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from schemas.ids import digest, milliseconds
from schemas.records import FeedStatus, Item, Rejected
from transforms.web.feed_entries import MAX_ENTRIES, FeedDocument
from transforms.web.feed_lists import Feed
from transforms.web.feed_pace import allowed_s, habit_after, is_silent, max_age_s
from transforms.web.http_config import FetchFailed, NotFetched, Response, header
from transforms.web.poll_state import Intervals, PollState, SitemapState
from transforms.web.seen_entries import (
    MAX_SEEN,
    fresh_of,
    pending_after,
    remembered,
    still_again,
    told_by,
)

_FASTER, _SLOWER, _FAILING = 0.5, 1.5, 2.0
_GONE = 410
# A publisher may answer 410 by mistake: believed after so long, and so many failures in a row.
_GONE_AFTER = dt.timedelta(days=1)
_GONE_FAILURES = 3
_UNREADABLE = "unreadable: "
_EMPTY = "parsed empty"
NOTHING_NEW = "nothing new"
BLOCKED = frozenset((401, 402, 403, 429, 451))
"""Statuses by which a server refuses us, rather than fails."""
_MAX_PAUSE_S = 86_400.0
# A daily job may begin some minutes sooner than the day before.
_GONE_REST_S = 82_800.0


class Polled(NamedTuple):
    """What a poll came to; `archived` tells whether the answer is worth keeping.

    Attributes:
        rejected: entries that cannot be used, those that were not told before.
    """

    items: tuple[Item, ...]
    status: FeedStatus
    state: PollState
    archived: bool = False
    rejected: tuple[Rejected, ...] = ()


def unchanged(state: PollState | SitemapState, response: Response) -> bool:
    """Tells whether an answer brings the body that is known already."""
    return response.status == 304 or state.body_hash == body_hash(response.body)


def body_hash(body: bytes) -> str:
    """Returns what stands for a body."""
    return digest(body.hex()) if body else ""


def after_unchanged(
    feed: Feed,
    state: PollState,
    response: Response,
    intervals: Intervals,
    parts: tuple[SitemapState, ...] = (),
    *,
    unreached: str = "",
) -> Polled:
    """Returns what a 304 or the same body comes to: a longer pause.

    What the last body was says why nothing comes: an empty feed stays `parsed empty`.

    Args:
        unreached: of an index of sitemaps, why none of them was reached, "" where one was.
    """
    after = dataclasses.replace(
        _reached(state, response),
        interval_s=_slower(state, intervals),
        parts=parts or state.parts,
    )
    after = _paced(after, response, intervals)
    at = response.fetched_at
    if after.problem.startswith(_UNREADABLE):
        after = _asked_anew(after)
        status = _status(feed, after, at, "unreadable", response.status, quiet=after.problem)
    else:
        quiet = unreached or (_EMPTY if after.empty else "not modified")
        status = _status(feed, after, at, "not_modified", response.status, quiet=quiet)
    return Polled((), status, after)


def after_items(
    feed: Feed,
    state: PollState,
    response: Response,
    document: FeedDocument,
    items: Sequence[Item],
    *,
    unusable: Sequence[Rejected] = (),
    intervals: Intervals,
    parts: tuple[SitemapState, ...] = (),
    otherwise: str = "",
) -> Polled:
    """Returns what a feed that could be read comes to.

    Args:
        items, unusable: all entries of the document, each key once.
        parts: of an index of sitemaps, what to know of each at the next poll.
        otherwise: why nothing is new where no item says so, "" for an empty feed.
    """
    told = told_by(items)
    most = MAX_ENTRIES * len(parts) if parts else MAX_SEEN
    shown = {name for part in parts for name in part.names}
    known = dict(state.seen)
    fresh = fresh_of(known, items, told)
    came_before = {key for key, _ in state.again}
    news = [item for item in fresh if item.key not in came_before]
    refused = told_by(unusable)
    rejected = tuple(
        one for one, (name, says) in zip(unusable, refused, strict=True) if known.get(name) != says
    )
    at = response.fetched_at
    sooner_s = intervals.bounded((state.interval_s or intervals.min_s) * _FASTER)
    slower_s = _slower(state, intervals) if state.interval_s else intervals.min_s
    after = dataclasses.replace(
        _reached(state, response),
        seen=remembered(state.seen, (*refused, *told), most, shown),
        pending=pending_after(state.pending, (*fresh, *rejected), milliseconds(at), state.again),
        again=still_again(state.again, fresh, milliseconds(at)),
        interval_s=sooner_s if news else slower_s,
        ttl_s=document.ttl_s or 0.0,
        skips=document.skips,
        parts=parts,
        last_new_item=at if news else state.last_new_item,
        habit_s=habit_after(state.habit_s, state.last_new_item, at) if news else state.habit_s,
        problem=document.problem,
        empty=not items and not otherwise,
    )
    after = _paced(after, response, intervals)
    quiet = "" if news else otherwise or (NOTHING_NEW if items else _EMPTY)
    counts = (len(items), len(news))
    status = _status(feed, after, at, "ok", response.status, quiet=quiet, counts=counts)
    return Polled(fresh, status, after, archived=True, rejected=rejected)


def _paced(state: PollState, response: Response, intervals: Intervals) -> PollState:
    """Returns the state with the pause that the publisher's wishes leave, within the bounds.

    Hours and days to be skipped go beyond the bounds.
    """
    wished_s = max(state.ttl_s, max_age_s(header(response.headers, "cache-control")))
    pause_s = max(state.interval_s, min(wished_s, intervals.max_s))
    return dataclasses.replace(state, pause_s=allowed_s(response.fetched_at, pause_s, state.skips))


def after_unreadable(
    feed: Feed, state: PollState, response: Response, problem: str, intervals: Intervals
) -> Polled:
    """Returns what an answer that is no feed comes to: known by its hash, so rejected once.

    Until another body comes, the feed is called unreadable.
    """
    quiet = f"{_UNREADABLE}{problem}"[:500]
    after = dataclasses.replace(
        _reached(state, response), interval_s=_slower(state, intervals), problem=quiet, empty=False
    )
    after = _asked_anew(_paced(after, response, intervals))
    status = _status(feed, after, response.fetched_at, "unreadable", response.status, quiet=quiet)
    return Polled((), status, after, archived=True)


def after_failure(
    feed: Feed, state: PollState, error: FetchFailed | NotFetched, intervals: Intervals
) -> Polled:
    """Returns what a failed poll comes to: a pause that doubles.

    A feed is gone where 410 comes for a day; from then on it is asked every 23 hours.
    """
    http_status = error.status if isinstance(error, FetchFailed) else 0
    asked_s = (error.retry_after_s or 0.0) if isinstance(error, FetchFailed) else 0.0
    doubled_s = intervals.bounded((state.interval_s or intervals.min_s) * _FAILING)
    longest_s = max(_MAX_PAUSE_S, intervals.max_s)
    since = _gone_since(state, http_status, error.at)
    failures = state.failures + 1
    gone = _is_gone(since, http_status, failures, error.at)
    rest_s = _GONE_REST_S if gone else min(asked_s, longest_s)
    after = dataclasses.replace(
        state,
        failures=failures,
        gone_since=since,
        rests_until=error.at + dt.timedelta(seconds=rest_s) if rest_s else None,
        url="",
        interval_s=doubled_s,
        pause_s=rest_s if gone else max(doubled_s, rest_s),
    )
    quiet = _why_failed(after, error, http_status, gone=gone)
    status = "gone" if gone else "failing"
    return Polled((), _status(feed, after, error.at, status, http_status, quiet=quiet), after)


def _gone_since(state: PollState, http_status: int, at: dt.datetime) -> dt.datetime | None:
    """Returns since when the feed's own address has answered nothing but 410."""
    if http_status == _GONE and not state.url:
        return state.gone_since or at
    return None if http_status else state.gone_since


def _is_gone(since: dt.datetime | None, http_status: int, failures: int, at: dt.datetime) -> bool:
    if since is None or http_status != _GONE:
        return False
    return failures >= _GONE_FAILURES and at - since >= _GONE_AFTER


def _why_failed(
    after: PollState, error: FetchFailed | NotFetched, http_status: int, *, gone: bool
) -> str:
    """Returns why nothing came, and what follows from it."""
    if gone:
        again = _minute(after.rests_until)
        return f"gone: HTTP {_GONE} since {_minute(after.gone_since)}; asked again at {again}"
    quiet = why_quiet(error)
    if after.gone_since and http_status == _GONE:
        return f"{quiet} since {_minute(after.gone_since)}; gone where it says so for a day"
    if after.rests_until:
        return f"{quiet}; wants to be left alone until {_minute(after.rests_until)}"
    return quiet


def _minute(time: dt.datetime | None) -> str:
    return f"{time:%Y-%m-%d %H:%M} UTC" if time else ""


def why_quiet(error: FetchFailed | NotFetched) -> str:
    """Returns why a request that failed brought nothing: whether we are refused, and the reason."""
    blocked = isinstance(error, NotFetched) or error.status in BLOCKED
    return f"{'blocked' if blocked else 'failing'}: {error.reason}"[:500]


def after_away(feed: Feed, state: PollState, away: str, at: dt.datetime, pause_s: float) -> Polled:
    """Returns what a feed comes to that the list calls `paused`, or names no more (`removed`)."""
    after = dataclasses.replace(state, away=away, pause_s=pause_s)
    return Polled((), _status(feed, after, at, away, 0, quiet=f"{away} in the list"), after)


def _reached(state: PollState, response: Response) -> PollState:
    """Returns the state of a feed that answered."""
    answered = response.status == 200
    return dataclasses.replace(
        state,
        url=response.moved_url or state.url,
        etag=header(response.headers, "etag") if answered else state.etag,
        last_modified=header(response.headers, "last-modified")
        if answered
        else state.last_modified,
        body_hash=body_hash(response.body) if answered else state.body_hash,
        believed=0 if answered else state.believed + 1,
        failures=0,
        gone_since=None,
        rests_until=None,
        away="",
        last_success=response.fetched_at,
    )


def _asked_anew(state: PollState) -> PollState:
    """Returns the state of a feed that is asked for whole, at its listed address.

    What brought no feed is no place that it moved to, and knows nothing of what changed in it.
    """
    return dataclasses.replace(state, url="", etag="", last_modified="")


def _slower(state: PollState, intervals: Intervals) -> float:
    return intervals.bounded((state.interval_s or intervals.min_s) * _SLOWER)


def _status(
    feed: Feed,
    state: PollState,
    at: dt.datetime,
    status: Any,
    http_status: int,
    *,
    quiet: str = "",
    counts: tuple[int, int] = (0, 0),
) -> FeedStatus:
    return FeedStatus(
        feed=feed.url,
        source=feed.source,
        status=status,
        http_status=http_status,
        last_poll=at,
        last_success=state.last_success,
        last_new_item=state.last_new_item,
        interval_s=state.pause_s,
        failures=state.failures,
        items=counts[0],
        new_items=counts[1],
        quiet=quiet,
        silent=is_silent(state.habit_s, state.last_new_item, at),
        habit_s=state.habit_s,
        problem="" if state.problem.startswith(_UNREADABLE) else state.problem,
        state=state.to_json(),
    )
