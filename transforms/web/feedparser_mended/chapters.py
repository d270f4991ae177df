"""Chapters of podcasts, also those that do not say when they start: feedparser fails at these.

feedparser lets the error of its pattern out, and a feed with one such chapter is lost.
"""

from feedparser.namespaces import psc

_parse_start = psc._parse_psc_chapter_start


def _forgiving(start: str | None) -> object:
    return _parse_start(start or "")


def forgive_chapters_without_start() -> None:
    """Puts this into feedparser; once is enough."""
    psc._parse_psc_chapter_start = _forgiving
