"""What a story is called: by the headline of its earliest original."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from schemas.records import Article

_CHARS = 120


class Headline(NamedTuple):
    """An original's headline, as a candidate for the story's; the smallest is the earliest.

    Its times are those of the article's first text: a revision does not move it.
    """

    first_event_time: dt.datetime
    first_fetched_at: dt.datetime
    article_id: str
    text: str


def headline_of(article: Article) -> Headline:
    """The headline of an article; where it has no title its text's beginning stands for one."""
    text = article.title or _beginning(article.body)
    fetched_at = article.first_fetched_at or article.fetched_at
    return Headline(article.first_event_time, fetched_at, article.article_id, text)


def _beginning(body: str) -> str:
    line = body.strip().split("\n", 1)[0]
    return line if len(line) <= _CHARS else line[:_CHARS].rsplit(" ", 1)[0] + " …"
