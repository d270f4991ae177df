"""How a live index differs from what the templates would make today; pure functions.

Elasticsearch lets an index gain fields, sub-fields and some parameters; the type of a field and
its analyser are for good. What the templates do not name (further fields, settings of the
operator's own) is no difference.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

Body = dict[str, Any]

# Parameters of a field that the server changes in place.
CHANGEABLE = frozenset(
    {
        *("coerce", "copy_to", "eager_global_ordinals", "ignore_above", "ignore_malformed"),
        *("dynamic", "meta", "search_analyzer", "search_quote_analyzer"),
    }
)
# Settings that an index keeps from its making; the analysis is compared on its own.
_STATIC = frozenset({"number_of_shards", "analysis"})
_INNER = ("fields", "properties")


class Conflict(NamedTuple):
    """What cannot be changed in place.

    Attributes:
        where: `field body` or `analyser newsbeam_text`.
        live, wanted: the types, and the parameters that differ.
    """

    where: str
    live: str
    wanted: str


class Comparison(NamedTuple):
    """What is to be done about a live index.

    Attributes:
        mappings, settings: bodies of the requests that mend what can be mended in place; empty
            where nothing is to be mended.
        changes: the paths of what they change.
        conflicts: what only a new index mends.
    """

    mappings: Body
    settings: Body
    changes: list[str]
    conflicts: list[Conflict]


def compare(live: Body, wanted: Body) -> Comparison:
    """Compares a live index with the body that the templates give a fresh one.

    Args:
        live: `settings` and `mappings` as `GET /index` gives them.
        wanted: as `schemas.templates.index_body` gives them.
    """
    settings, index = wanted["settings"]["index"], live["settings"]["index"]
    conflicts = list(_analyser_conflicts(index.get("analysis", {}), settings["analysis"]))
    missing = {conflict.where for conflict in conflicts if conflict.live == _MISSING}
    mended: Body = {}
    changes: list[str] = []
    fields = live["mappings"].get("properties", {})
    for name, field in wanted["mappings"]["properties"].items():
        found = list(_field(name, fields.get(name), field))
        conflicts.extend(each for each in found if isinstance(each, Conflict))
        paths = [f"mappings.{each}" for each in found if isinstance(each, str)]
        # A field is put whole: one that conflicts waits for the new index.
        if paths and len(paths) == len(found) and not missing & _analysers(field):
            mended[name] = field
            changes.extend(paths)
    mappings: Body = {"properties": mended} if mended else {}
    if live["mappings"].get("dynamic") != wanted["mappings"]["dynamic"]:
        mappings["dynamic"] = wanted["mappings"]["dynamic"]
        changes.append("mappings.dynamic")
    differing = dict(_settings(index, {k: v for k, v in settings.items() if k not in _STATIC}))
    changes.extend(f"settings.{name}" for name in differing)
    return Comparison(mappings, differing, changes, conflicts)


_MISSING = "missing"


def _field(path: str, live: Body | None, wanted: Body) -> Iterator[str | Conflict]:
    """Yields the path of each change that can be made in place, and the conflicts."""
    if live is None:
        yield path
        return
    differing = {
        name
        for name in {*live, *wanted} - {"type", *_INNER}
        if _text(live.get(name)) != _text(wanted.get(name))
    }
    if _type(live) != _type(wanted) or differing - CHANGEABLE:
        shown = sorted(differing - CHANGEABLE)
        yield Conflict(f"field {path}", _described(live, shown), _described(wanted, shown))
        return
    yield from (f"{path}.{name}" for name in sorted(differing))
    for inner in _INNER:
        for name, field in wanted.get(inner, {}).items():
            yield from _field(f"{path}.{name}", live.get(inner, {}).get(name), field)


def _analysers(field: Body) -> set[str]:
    named = {f"analyser {field['analyzer']}"} if "analyzer" in field else set()
    for inner in _INNER:
        named.update(*(_analysers(each) for each in field.get(inner, {}).values()))
    return named


def _analyser_conflicts(live: Body, wanted: Body) -> Iterator[Conflict]:
    for name, analyser in wanted["analyzer"].items():
        found = live.get("analyzer", {}).get(name)
        if found is None:
            yield Conflict(f"analyser {name}", _MISSING, _type(analyser))
            continue
        ours, theirs = _with_filters(analyser, wanted), _with_filters(found, live)
        if ours != theirs:
            differing = sorted(key for key in {*ours, *theirs} if ours.get(key) != theirs.get(key))
            shown = [key for key in differing if key != "type"]
            yield Conflict(f"analyser {name}", _described(theirs, shown), _described(ours, shown))


def _with_filters(analyser: Body, analysis: Body) -> Body:
    """Puts the definitions of an analyser's own filters beside their names."""
    named = {
        f"filter {name}": analysis["filter"][name]
        for name in analyser.get("filter", ())
        if name in analysis.get("filter", {})
    }
    return _text({**analyser, **named})


def _settings(live: Body, wanted: Body, path: str = "index") -> Iterator[tuple[str, str]]:
    for name, value in wanted.items():
        found = live.get(name)
        if isinstance(value, Mapping):
            inner = found if isinstance(found, dict) else {}
            yield from _settings(inner, dict(value), f"{path}.{name}")
        elif _text(found) != _text(value):
            yield f"{path}.{name}", value


def _type(body: Body) -> str:
    return str(body.get("type", "object"))


def _described(body: Body, names: list[str]) -> str:
    details = [f"{name} {_text(body.get(name, 'unset'))}" for name in names]
    return " ".join([_type(body), *([f"({', '.join(details)})"] if details else [])])


def _text(value: Any) -> Any:
    """The server gives numbers and booleans of settings back as text."""
    if isinstance(value, Mapping):
        return {name: _text(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_text(inner) for inner in value]
    return str(value).lower() if isinstance(value, bool) else value if value is None else str(value)
