"""What analysts and operators open in Kibana: data views, saved searches, a dashboard.

Saved objects as Kibana's import takes them. Their form is one that Kibana 8.19 and 9 bring to their
own when they import it: the versions say which form it is, and only attributes stand here that all
later forms have. Ids begin with the prefix of the indices and stay the same, so that a second
import takes the place of the first.
"""

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from schemas.documents import FAMILIES
from schemas.index_names import alias
from schemas.templates import properties

Body = dict[str, Any]

# The form that the objects are in; a later Kibana migrates what is older than its own.
_CORE_VERSION = "8.8.0"
_TYPE_VERSIONS: Mapping[str, str] = {
    "index-pattern": "8.0.0",
    "search": "8.0.0",
    "dashboard": "8.9.0",
}
_SOURCE_INDEX = "kibanaSavedObjectMeta.searchSourceJSON.index"
# Discover looks at the last fifteen minutes where nothing else is said. A story is active for a
# week.
_FROM, _TO = "now-7d", "now"
# Of the 48 columns that a dashboard has.
_PANEL_WIDTH, _PANEL_HEIGHT = 24, 15

# The field that the time filter looks at.
TIMES: Mapping[str, str] = {
    "articles": "event_time",
    "revisions": "replaced_at",
    "claims": "event_time",
    "stances": "event_time",
    "stories": "last_seen",
    "outcomes": "at",
    "rejected": "at",
    "feeds": "last_poll",
}
# Fields whose values are shown as links.
_LINKS = ("url", "claim_url", "feed")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A saved search.

    Attributes:
        name: the end of its id; one word, so that no prefix and name make the id of another.
        query: in KQL, and what Lucene's syntax means alike: operators in capitals, no ranges. ""
            finds all.
        columns: beside the time, which Discover shows first.
        sort: fields, each with the highest or latest first.
    """

    name: str
    title: str
    description: str
    family: str
    query: str
    columns: tuple[str, ...]
    sort: tuple[str, ...]


# In the order of the dashboard: what analysts open first, then what operators do.
SEARCHES = (
    Search(
        name="stories",
        title="Stories, most outlets first",
        description="Those that went into another one are left out.",
        family="stories",
        query="NOT merged_into: *",
        columns=("headline", "source_count", "sources", "articles", "claims"),
        sort=("source_count", "last_seen"),
    ),
    Search(
        name="contested",
        title="Claims that outlets deny",
        description="Each claim once, those that most outlets deny first.",
        family="claims",
        query="NOT denying: 0",
        columns=("text", "source", "denying", "supporting", "current", "url"),
        sort=("denying", "score"),
    ),
    Search(
        name="denials",
        title="Stances that deny",
        description="What is uncertain, and what the newest text no longer says, is left out.",
        family="stances",
        query="label: denies AND uncertain: false AND current: true",
        columns=("claim_text", "claim_source", "evidence", "source", "score", "url"),
        sort=("event_time",),
    ),
    Search(
        name="claims",
        title="Claims, most check-worthy first",
        description="What is uncertain, and what the newest text no longer says, is left out.",
        family="claims",
        query="uncertain: false AND current: true",
        columns=("text", "score", "source", "speaker", "supporting", "denying", "url"),
        sort=("score", "event_time"),
    ),
    Search(
        name="originals",
        title="Articles that are no reprints",
        description="Near-copies of an earlier article are left out.",
        family="articles",
        query="NOT reprint_of: *",
        columns=("title", "source", "language", "url"),
        sort=("event_time",),
    ),
    Search(
        name="dropped",
        title="Revisions that dropped a claim",
        description="Texts that were replaced by one which no longer makes a claim of theirs.",
        family="revisions",
        query="claims_dropped: *",
        columns=("title", "source", "claims_dropped", "claims_added", "url"),
        sort=("replaced_at",),
    ),
    Search(
        name="feeds",
        title="Feeds in trouble",
        description="No answer, no feed, gone, or silent for much longer than usual.",
        family="feeds",
        query="status: (failing OR unreadable OR gone) OR silent: true",
        columns=("feed", "source", "status", "failures", "quiet", "last_success", "last_new_item"),
        sort=("failures", "last_poll"),
    ),
    Search(
        name="failures",
        title="Outcomes without an article",
        description="URLs and file records that could not be had or taken, or held no article.",
        family="outcomes",
        query="outcome: (fetch_failed OR not_fetched OR no_text OR rejected)",
        columns=("outcome", "step", "reason", "source", "key"),
        sort=("at",),
    ),
    Search(
        name="rejected",
        title="Rejected records",
        description="What could not be taken, why, and what a replay would try again.",
        family="rejected",
        query="",
        columns=("step", "error", "message", "source", "key", "replay"),
        sort=("at",),
    ),
)


def ndjson(prefix: str) -> str:
    """Returns the file to import: an object a line, each behind those that it refers to."""
    return "\n".join(orjson.dumps(each).decode() for each in saved_objects(prefix))


def saved_objects(prefix: str) -> Iterator[Body]:
    """Yields a data view for each family, the saved searches, and the dashboard of all of them."""
    for family in FAMILIES:
        yield _data_view(prefix, family)
    for search in SEARCHES:
        yield _saved_search(prefix, search)
    yield _dashboard(prefix)


def _data_view(prefix: str, family: str) -> Body:
    links = {name: {"id": "url", "params": {}} for name in _LINKS if name in properties(family)}
    attributes = {
        "title": alias(prefix, family),
        "name": f"{prefix}: {family}",
        "timeFieldName": TIMES[family],
        # An alias comes with its first document.
        "allowNoIndex": True,
        "fieldFormatMap": _json(links),
    }
    return _object("index-pattern", alias(prefix, family), attributes)


def _saved_search(prefix: str, search: Search) -> Body:
    attributes = {
        "title": f"{prefix}: {search.title}",
        "description": search.description,
        "columns": search.columns,
        "sort": [(field, "desc") for field in search.sort],
        "grid": {},
        "hideChart": False,
        "isTextBasedQuery": False,
        "timeRestore": True,
        "timeRange": {"from": _FROM, "to": _TO},
        "kibanaSavedObjectMeta": _source(search.query, indexRefName=_SOURCE_INDEX),
    }
    data_view = _reference(_SOURCE_INDEX, "index-pattern", alias(prefix, search.family))
    return _object("search", f"{prefix}-{search.name}", attributes, data_view)


def _dashboard(prefix: str) -> Body:
    attributes = {
        "title": f"{prefix}: overview",
        "description": "What each saved search finds in one span of time.",
        "panelsJSON": _json([_panel(place, search) for place, search in enumerate(SEARCHES)]),
        "optionsJSON": _json({"useMargins": True, "hidePanelTitles": False}),
        "timeRestore": True,
        "timeFrom": _FROM,
        "timeTo": _TO,
        "kibanaSavedObjectMeta": _source(""),
    }
    panels = (
        _reference(f"{each.name}:panel_{each.name}", "search", f"{prefix}-{each.name}")
        for each in SEARCHES
    )
    return _object("dashboard", f"{prefix}-overview", attributes, *panels)


def _panel(place: int, search: Search) -> Body:
    row, column = divmod(place, 2)
    x, y = column * _PANEL_WIDTH, row * _PANEL_HEIGHT
    return {
        "type": "search",
        "panelIndex": search.name,
        "panelRefName": f"panel_{search.name}",
        "gridData": {"x": x, "y": y, "w": _PANEL_WIDTH, "h": _PANEL_HEIGHT, "i": search.name},
        "embeddableConfig": {"enhancements": {}},
    }


def _source(query: str, **more: str) -> Body:
    source = {"query": {"query": query, "language": "kuery"}, "filter": [], **more}
    return {"searchSourceJSON": _json(source)}


def _object(kind: str, object_id: str, attributes: Body, *references: Body) -> Body:
    return {
        "type": kind,
        "id": object_id,
        "attributes": attributes,
        "references": references,
        "coreMigrationVersion": _CORE_VERSION,
        "typeMigrationVersion": _TYPE_VERSIONS[kind],
    }


def _reference(name: str, kind: str, object_id: str) -> Body:
    return {"name": name, "type": kind, "id": object_id}


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()
