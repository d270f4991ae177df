"""What the next poll of a feed needs to know, and how far apart polls may be."""

import dataclasses
import datetime as dt
import json
from typing import Any, NamedTuple

from transforms.web.feed_pace import NO_SKIPS, Skips

# Some servers answer 304 whatever has changed; so many times in a row, and all is asked for once.
_BELIEVED = 10

Pending = tuple[tuple[str, int], ...]

PENDING_MS = 6 * 3_600_000
"""So long an entry is pending, in milliseconds: its page is asked for, and again where it fails."""

_TIMES = ("gone_since", "rests_until", "last_success", "last_new_item")


class SitemapState(NamedTuple):
    """What is known of one sitemap of an index; `names` stand for the entries that it shows."""

    url: str
    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""
    names: tuple[str, ...] = ()

    def conditions(self) -> dict[str, str]:
        """Returns the headers that ask only for what changed."""
        return _conditions(self.etag, self.last_modified)


def _conditions(etag: str, last_modified: str) -> dict[str, str]:
    wanted = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in wanted.items() if value}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PollState:
    """All that the next poll of a feed needs to know.

    At most 2,000 entries of it, or as many as it shows; of an index 5,000 for each of its sitemaps.

    Attributes:
        url: where to ask now, after permanent redirects; "" for the feed's own URL.
        body_hash: of the last body, for servers that know no ETag or lie about it.
        seen: (key, hash of content), those seen last at the end.
        pending: the items that came out last, their keys and the time of the poll in milliseconds;
            a run that was killed may have lost them.
        again: those of them that come out once more, since their page had failed: no news.
        interval_s: between polls, as the feed's own pace has it; 0 before the first.
        pause_s: until the next poll: `interval_s`, lengthened by what the publisher wishes.
        ttl_s, skips: those wishes, as the feed named them last.
        parts: of an index of sitemaps, what to know of each.
        habit_s: how far apart its news usually come; 0 where not known yet.
        problem: what was wrong with the last body, read or not.
        empty: the last body could be read, and had no entries.
        away: `paused` or `removed` while the list of feeds says so, else "".
        believed: answers in a row that nothing changed (304).
        failures: in a row. gone_since: when the first 410 of a row came.
        rests_until: nobody asks before, not even a new run: Retry-After wants so, or it is gone.
    """

    url: str = ""
    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""
    seen: tuple[tuple[str, str], ...] = ()
    pending: Pending = ()
    again: Pending = ()
    interval_s: float = 0.0
    pause_s: float = 0.0
    ttl_s: float = 0.0
    skips: Skips = NO_SKIPS
    parts: tuple[SitemapState, ...] = ()
    habit_s: float = 0.0
    problem: str = ""
    empty: bool = False
    away: str = ""
    believed: int = 0
    failures: int = 0
    gone_since: dt.datetime | None = None
    rests_until: dt.datetime | None = None
    last_success: dt.datetime | None = None
    last_new_item: dt.datetime | None = None

    def to_json(self) -> str:
        """Returns the state as one line of JSON."""
        fields = {name: getattr(self, name) for name in self.__slots__}
        for name in _TIMES:
            fields[name] = fields[name] and fields[name].isoformat()
        return json.dumps(fields, separators=(",", ":"))

    @classmethod
    def from_json(cls, written: str) -> "PollState":
        """Undoes `to_json`.

        Raises:
            ValueError: it is no state, or one of another version.
        """
        try:
            # A savepoint from before these fields has none of them.
            fields: dict[str, Any] = {
                "again": (),
                "gone_since": None,
                "rests_until": None,
                **json.loads(written),
            }
            fields.pop("gone", None)
            for name in _TIMES:
                fields[name] = fields[name] and dt.datetime.fromisoformat(fields[name])
            fields["seen"] = tuple((key, content) for key, content in fields["seen"])
            for name in ("pending", "again"):
                fields[name] = tuple((str(key), int(at)) for key, at in fields[name])
            hours, days = fields["skips"]
            fields["skips"] = Skips(tuple(hours), tuple(days))
            fields["parts"] = tuple(
                SitemapState(url, etag, last_modified, known_hash, tuple(names))
                for url, etag, last_modified, known_hash, names in fields["parts"]
            )
            return cls(**fields)
        except (TypeError, KeyError) as error:
            raise ValueError(f"no poll state: {error}") from error

    def conditions(self) -> dict[str, str]:
        """Returns the headers that ask only for what changed; after ten times, for all."""
        if self.believed >= _BELIEVED:
            return {}
        return _conditions(self.etag, self.last_modified)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Intervals:
    """Bounds of the pause between polls of a feed, in seconds."""

    min_s: float = 300.0
    max_s: float = 21_600.0

    def __post_init__(self) -> None:
        if not 0 < self.min_s <= self.max_s:
            raise ValueError("intervals: the shortest must be above 0 and not above the longest")

    def bounded(self, seconds: float) -> float:
        """Returns `seconds`, brought within the bounds."""
        return min(max(seconds, self.min_s), self.max_s)
