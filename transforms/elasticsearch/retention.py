"""Retention by age: whole months go, of the families that lie in monthly indices."""

import calendar
import dataclasses
import datetime as dt
from collections.abc import Sequence

from elasticsearch import Elasticsearch

from schemas.documents import MONTHLY
from schemas.index_names import alias, parse


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ExpiredIndex:
    """An index whose month lies wholly before what is kept.

    Attributes:
        documents: None for a closed index, whose documents cannot be counted.
    """

    name: str
    documents: int | None

    def __str__(self) -> str:
        closed = self.documents is None
        what = "documents not counted: closed" if closed else f"{self.documents:,} documents"
        return f"remove {self.name} ({what})"


def expired(
    client: Elasticsearch, prefix: str, *, keep_days: int, now: dt.datetime
) -> list[ExpiredIndex]:
    """Returns the indices of all monthly families that are older than `keep_days`, by name.

    A month has expired when its last moment (UTC) lies `keep_days` or more before `now`: never the
    current month, nor one to come.

    Args:
        now: aware; a clock is an argument, so that tests and reruns agree.
    Raises:
        ValueError: `keep_days` is less than 1.
    """
    if keep_days < 1:
        raise ValueError("keep_days: at least 1")
    oldest = now.astimezone(dt.UTC) - dt.timedelta(days=keep_days)
    patterns = [f"{alias(prefix, family)}-*" for family in sorted(MONTHLY)]
    found = client.indices.get(
        index=patterns, features="aliases", expand_wildcards=["open", "closed"]
    )
    gone = [
        name
        for name in sorted(found)
        if (parts := parse(prefix, name))
        and parts.family in MONTHLY
        and parts.month
        and _end_of(parts.month) <= oldest
    ]
    counts = _counts(client, gone)
    return [ExpiredIndex(name=name, documents=counts[name]) for name in gone]


def remove_expired(client: Elasticsearch, indices: Sequence[ExpiredIndex]) -> None:
    """Removes them with their documents, one after another."""
    for index in indices:
        client.options(ignore_status=404).indices.delete(index=index.name)


def _counts(client: Elasticsearch, names: Sequence[str]) -> dict[str, int | None]:
    counts: dict[str, int | None] = {}
    quiet = client.options(ignore_status=400)
    for name in names:
        quiet.indices.refresh(index=name)  # while a bulk load is on, nothing else does
        answer = quiet.count(index=name)
        counts[name] = answer.get("count")
    return counts


def _end_of(month: str) -> dt.datetime:
    """Returns the first moment that is no longer in `month` (`2026.11`)."""
    year, number = (int(part) for part in month.split("."))
    days = calendar.monthrange(year, number)[1]
    return dt.datetime(year, number, 1, tzinfo=dt.UTC) + dt.timedelta(days=days)
