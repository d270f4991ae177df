"""Which entries of a feed are new, and what is remembered of them.

An entry is known by its canonical URL (else its id), and by a hash of what it says: a known entry
that says something else comes out again. What has been seen is kept for as long as the feed shows
it and beyond, newest first, so that a feed that shrinks and grows brings nothing back as new.
"""

import dataclasses
from collections.abc import Collection, Mapping, Sequence

from schemas.ids import digest
from schemas.records import Item, Rejected
from transforms.web.markup import plain_text
from transforms.web.page_retries import is_due
from transforms.web.poll_state import PENDING_MS, Pending, PollState, SitemapState

MAX_SEEN = 2000
_HASH_CHARS, _WORDS_CHARS, _TIME_CHARS = 16, 14, 4
_REDATED_AT_LEAST = 3

Told = tuple[tuple[str, str], ...]
"""(what stands for an entry's key, the hash of what it says)."""


def entry_names(items: Sequence[Item]) -> tuple[str, ...]:
    """Returns what stands for the keys of entries."""
    return tuple(_name(item.key) for item in items)


def told_by(entries: Sequence[Item | Rejected]) -> Told:
    """Returns what entries say."""
    return tuple((_name(one.key), content_hash(one)) for one in entries)


def fresh_of(known: Mapping[str, str], items: Sequence[Item], told: Told) -> tuple[Item, ...]:
    """Returns the items that are new or say something else than before.

    A feed that gives most of its known entries a new time and no new word has not changed: some
    date everything anew each day.
    """
    pairs = tuple(zip(items, told, strict=True))
    redated = {name for name, content in told if _only_redated(known.get(name), content)}
    again = sum(name in known for name, _ in told)
    if len(redated) < _REDATED_AT_LEAST or 2 * len(redated) <= again:
        redated = set()
    return tuple(
        item
        for item, (name, content) in pairs
        if known.get(name) != content and name not in redated
    )


def _only_redated(before: str | None, after: str) -> bool:
    return before is not None and before != after and before[:_WORDS_CHARS] == after[:_WORDS_CHARS]


def remembered(seen: Told, told: Told, most: int, shown: Collection[str] = ()) -> Told:
    """Returns what was seen before with what was told now at its end, the oldest forgotten.

    A feed longer than the bound is remembered whole, else its own entries came back as new.

    Args:
        shown: names of entries that the site shows as before; all others are forgotten first.
    """
    now = dict(told)
    before = [(name, content) for name, content in seen if name not in now]
    before.sort(key=lambda entry: entry[0] in shown)
    room = max(most - len(now), 0)
    return (*(before[-room:] if room else ()), *now.items())


def pending_after(
    pending: Pending, fresh: Sequence[Item | Rejected], at_ms: int, again: Pending = ()
) -> Pending:
    """Returns what a kill may still lose, with what the poll at `at_ms` brought at its end.

    Of earlier polls what they brought in the six hours before: pages may be under way for long.

    Args:
        again: what came out once more since its page had failed, and when it came first.
    """
    if not fresh:
        return pending
    came = {item.key: at_ms for item in fresh}
    came |= {key: came_ms for key, came_ms in again if key in came}
    before = [
        (key, came_ms)
        for key, came_ms in pending
        if came_ms >= at_ms - PENDING_MS and key not in came
    ]
    now = list(came.items())
    room = max(MAX_SEEN - len(now), 0)
    return (*(before[-room:] if room else ()), *now)


def still_again(again: Pending, fresh: Sequence[Item], at_ms: int) -> Pending:
    """Returns what is still to come out once more: a part of an index may have failed."""
    out = {item.key for item in fresh}
    return tuple(
        (key, came_ms) for key, came_ms in again if key not in out and came_ms >= at_ms - PENDING_MS
    )


def reopened(
    state: PollState, ended: Mapping[str, float], failed: Mapping[str, int], now_ms: int
) -> PollState:
    """Returns the state that a run begins with; the one before may have been killed.

    What has not ended comes out again, and so does an entry whose page failed and may come now.

    Args:
        ended: the keys that have an outcome, and its time in milliseconds since 1970; one of an
            earlier time than the entry's is that of an older text.
        failed: of these, those whose page failed in a way that may pass, and when.
        now_ms: milliseconds since 1970.
    """
    lost = {key for key, came_ms in state.pending if ended.get(key, -1) < came_ms}
    again = tuple(
        (key, came_ms)
        for key, came_ms in state.pending
        if key in failed and key not in lost and is_due(came_ms, failed[key], now_ms)
    )
    out = {_name(key) for key in (*lost, *dict(again))}
    if not out:
        return state
    seen = tuple((name, content) for name, content in state.seen if name not in out)
    parts = tuple(SitemapState(part.url, names=part.names) for part in state.parts)
    return dataclasses.replace(
        state, seen=seen, again=again, parts=parts, etag="", last_modified="", body_hash=""
    )


def content_hash(item: Item | Rejected) -> str:
    """Returns what changes with anything that an entry says; its time stands apart, at the end.

    Markup says nothing: a picture that counts readers has another address at each poll.
    """
    if isinstance(item, Rejected):
        return digest(item.payload)[:_HASH_CHARS]
    told = item.published_at.isoformat() if item.published_at else ""
    words = digest(item.title, item.summary, plain_text(item.html or ""), item.text or "")
    return words[:_WORDS_CHARS] + digest(told)[:_TIME_CHARS]


def _name(key: str) -> str:
    return digest(key)[:_HASH_CHARS]
