"""The templates that a cluster holds, and what it was set up with."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, NamedTuple

from elasticsearch import Elasticsearch, NotFoundError

from schemas import templates
from schemas.templates import Choices

TemplateKind = Literal["component_template", "index_template"]
Body = dict[str, Any]

_NAMES = "*.name"


def choices_of(client: Elasticsearch, prefix: str) -> Choices:
    """Returns what the cluster was set up with; the defaults where it was not.

    Languages that this version does not know are left out.
    """
    found = _get_component(client, f"{prefix}-common") or {}
    meta = found.get("_meta", {})
    known = tuple(code for code in meta.get("languages", ()) if code in templates.LANGUAGES)
    return Choices(languages=known, bulk_load=bool(meta.get("bulk_load", False)))


def modules(client: Elasticsearch) -> frozenset[str]:
    """Returns the names of the modules that every node of the cluster has."""
    nodes = client.nodes.info(metric="plugins", filter_path=["nodes.*.modules.name"])["nodes"]
    each = ({module["name"] for module in node["modules"]} for node in nodes.values())
    return frozenset(set.intersection(*each))


def unequal(wanted: Any, found: Any, path: str = "") -> Iterator[str]:
    """Yields the paths at which two bodies differ."""
    if isinstance(wanted, Mapping) and isinstance(found, Mapping):
        for name in sorted({*wanted, *found}):
            inner = f"{path}.{name}" if path else str(name)
            yield from unequal(wanted.get(name), found.get(name), inner)
    elif wanted != found:
        yield path


class Access(NamedTuple):
    """How templates of one kind are read and put; `get` returns None where there is none."""

    get: Callable[[Elasticsearch, str], Body | None]
    put: Callable[[Elasticsearch, str, Body], None]


def _get_component(client: Elasticsearch, name: str) -> Body | None:
    try:
        answer = client.cluster.get_component_template(name=name)
    except NotFoundError:
        return None
    return answer["component_templates"][0]["component_template"]


def language_components(client: Elasticsearch, prefix: str) -> list[str]:
    """Returns the names of the language components that the cluster holds."""
    try:
        found = client.cluster.get_component_template(name=f"{prefix}-analysis-*")
    except NotFoundError:
        return []
    codes = {f"{prefix}-analysis-{code}" for code in templates.LANGUAGES}
    return [each["name"] for each in found["component_templates"] if each["name"] in codes]


def held_components(client: Elasticsearch, prefix: str) -> list[str]:
    """Returns the names of all our components that the cluster holds."""
    ours = {*templates.component_templates(prefix, ()), *language_components(client, prefix)}
    quiet = client.options(ignore_status=404)
    found = quiet.cluster.get_component_template(name=f"{prefix}-*", filter_path=_NAMES)
    return [each["name"] for each in found.get("component_templates", ()) if each["name"] in ours]


def held_index_templates(client: Elasticsearch, prefix: str) -> list[str]:
    """Returns the names of our index templates that the cluster holds."""
    ours = templates.index_templates(prefix)
    quiet = client.options(ignore_status=404)
    found = quiet.indices.get_index_template(name=f"{prefix}-*", filter_path=_NAMES)
    return [each["name"] for each in found.get("index_templates", ()) if each["name"] in ours]


def _put_component(client: Elasticsearch, name: str, body: Body) -> None:
    client.cluster.put_component_template(name=name, **body)


def _get_index_template(client: Elasticsearch, name: str) -> Body | None:
    try:
        answer = client.indices.get_index_template(name=name)
    except NotFoundError:
        return None
    return answer["index_templates"][0]["index_template"]


def _put_index_template(client: Elasticsearch, name: str, body: Body) -> None:
    client.indices.put_index_template(name=name, **body)


KINDS: Mapping[TemplateKind, Access] = {
    "component_template": Access(_get_component, _put_component),
    "index_template": Access(_get_index_template, _put_index_template),
}
