"""What all formats of feeds come down to."""

import calendar
import dataclasses
import datetime as dt
import re
import time

from transforms.web.feed_pace import NO_SKIPS, Skips
from transforms.web.markup import declared_plain, plain_text

MAX_ENTRIES = 5000
MAX_TITLE_CHARS = 1000
MAX_SUMMARY_CHARS = 5000

_LANGUAGE = re.compile(r"([a-zA-Z]{2,3})(?:[-_].*)?")


class UnreadableFeed(ValueError):  # noqa: N818 (a noun of the domain)
    """The bytes are no feed of a known format."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One entry, in the feed's order.

    Attributes:
        id: as the feed gives it, "" where it has none.
        url: absolute, as given; "" where there is none.
        title, summary: plain text.
        html, text: full text, None where the feed has only a teaser.
        published_at, updated_at: aware UTC, as the feed says, however impossible.
        exact: whether published_at is told with its hour and zone.
    """

    id: str = ""
    url: str = ""
    title: str = ""
    summary: str = ""
    html: str | None = None
    text: str | None = None
    authors: tuple[str, ...] = ()
    published_at: dt.datetime | None = None
    updated_at: dt.datetime | None = None
    exact: bool = True
    language: str | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class FeedDocument:
    """A feed as parsed.

    Attributes:
        format: `rss20`, `atom10`, `json`, `sitemap`, ... as feedparser names them.
        ttl_s: how long the publisher says that a copy keeps, None where it does not say.
        skips: hours and days at which the publisher wants no polls.
        sitemaps: of an index, those that are polled.
        problem: "" or what is wrong with a feed that could be read nevertheless.
        left_out: how many entries there are beyond those that are taken.
    """

    format: str
    title: str = ""
    language: str | None = None
    entries: tuple[FeedEntry, ...] = ()
    ttl_s: float | None = None
    skips: Skips = NO_SKIPS
    sitemaps: tuple[str, ...] = ()
    problem: str = ""
    left_out: int = 0


def too_many(entries: int) -> str:
    """Says what is left out of a feed with so many entries, "" for nothing."""
    return f"{entries} entries; the first {MAX_ENTRIES} are taken" if entries > MAX_ENTRIES else ""


def left_out(entries: int) -> int:
    """Returns how many of a feed's entries are not taken."""
    return max(entries - MAX_ENTRIES, 0)


def title_text(markup: str, *, plain: bool = False) -> str:
    """Returns a title as plain text; `plain`: the feed says that it is no markup."""
    return (declared_plain if plain else plain_text)(markup)[:MAX_TITLE_CHARS]


def summary_text(markup: str, *, plain: bool = False) -> str:
    """Returns a teaser as plain text; `plain`: the feed says that it is no markup."""
    return (declared_plain if plain else plain_text)(markup)[:MAX_SUMMARY_CHARS]


def from_struct(parsed: time.struct_time | None) -> dt.datetime | None:
    """Returns the UTC time that feedparser read, None where it read none or an impossible one."""
    if parsed is None:
        return None
    try:
        return dt.datetime.fromtimestamp(calendar.timegm(parsed), dt.UTC)
    except (OverflowError, ValueError, OSError):
        return None


def language_code(name: object) -> str | None:
    """Returns `en` for `en-US`, None for what names no language."""
    match = _LANGUAGE.fullmatch(name.strip()) if isinstance(name, str) else None
    return match[1].lower() if match else None
