"""What a cluster must hold before documents are written, and how it is brought there.

`plan` compares, `apply` mends; both may be run at any time, and a second `apply` finds nothing to
do. What is compared is what the cluster says, not a mark left by an earlier run, so that changes
made by hand show. Further kinds (roles, Kibana objects) are added to `_KINDS` and `_wanted`.
"""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, NamedTuple

from elasticsearch import Elasticsearch, NotFoundError

from schemas import templates
from schemas.documents import FAMILIES

Kind = Literal["component_template", "index_template"]
Body = dict[str, Any]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that the cluster lacks, or holds in another form.

    Attributes:
        details: for `update`, the paths inside the object that differ, e.g.
            `template.mappings.properties.body.analyzer`.
    """

    kind: Kind
    name: str
    change: Literal["create", "update"]
    details: tuple[str, ...] = ()

    def __str__(self) -> str:
        paths = f" ({', '.join(self.details)})" if self.details else ""
        return f"{self.change} {self.kind.replace('_', ' ')} {self.name}{paths}"


def plan(client: Elasticsearch, prefix: str) -> list[Difference]:
    """Returns what `apply` would change, in the order in which it would; changes nothing."""
    differences = (_compare(client, target) for target in _wanted(client, prefix))
    return [difference for difference in differences if difference is not None]


def apply(client: Elasticsearch, prefix: str) -> list[Difference]:
    """Brings the cluster to what `plan` asks for and returns what was changed.

    Live indices keep the mapping that they were made with.

    Raises:
        elasticsearch.ApiError: the cluster refused; what was done before stays done.
    """
    done = []
    for target in _wanted(client, prefix):
        difference = _compare(client, target)
        if difference is not None:
            _KINDS[target.kind].put(client, target.name, target.body)
            done.append(difference)
    return done


def remove(client: Elasticsearch, prefix: str) -> int:
    """Removes all that belongs to `prefix`: indices with their documents, and templates.

    For the demo and for tests; nothing asks twice.

    Returns:
        The number of indices removed.
    """
    patterns = [f"{templates.alias(prefix, family)}-*" for family in FAMILIES]
    found = client.indices.get(
        index=patterns, features="aliases", expand_wildcards=["open", "closed"]
    )
    names = list(found)
    if names:
        client.indices.delete(index=names)
    quiet = client.options(ignore_status=404)
    for name in templates.index_templates(prefix):
        quiet.indices.delete_index_template(name=name)
    for name in templates.component_templates(prefix, ()):
        quiet.cluster.delete_component_template(name=name)
    return len(names)


def modules(client: Elasticsearch) -> frozenset[str]:
    """Returns the names of the modules that every node of the cluster has."""
    nodes = client.nodes.info(metric="plugins", filter_path=["nodes.*.modules.name"])["nodes"]
    each = ({module["name"] for module in node["modules"]} for node in nodes.values())
    return frozenset(set.intersection(*each))


class _Target(NamedTuple):
    kind: Kind
    name: str
    body: Body


class _Access(NamedTuple):
    """How objects of one kind are read and put; `get` returns None where there is none."""

    get: Callable[[Elasticsearch, str], Body | None]
    put: Callable[[Elasticsearch, str, Body], None]


def _wanted(client: Elasticsearch, prefix: str) -> Iterator[_Target]:
    for name, body in templates.component_templates(prefix, modules(client)).items():
        yield _Target("component_template", name, body)
    for name, body in templates.index_templates(prefix).items():
        yield _Target("index_template", name, body)


def _compare(client: Elasticsearch, target: _Target) -> Difference | None:
    found = _KINDS[target.kind].get(client, target.name)
    if found is None:
        return Difference(kind=target.kind, name=target.name, change="create")
    # The server adds fields of its own, such as the date of creation.
    known = {name: found[name] for name in target.body if name in found}
    paths = tuple(_unequal(target.body, known))
    if not paths:
        return None
    return Difference(kind=target.kind, name=target.name, change="update", details=paths)


def _unequal(wanted: Any, found: Any, path: str = "") -> Iterator[str]:
    if isinstance(wanted, Mapping) and isinstance(found, Mapping):
        for name in sorted({*wanted, *found}):
            inner = f"{path}.{name}" if path else str(name)
            yield from _unequal(wanted.get(name), found.get(name), inner)
    elif wanted != found:
        yield path


def _get_component(client: Elasticsearch, name: str) -> Body | None:
    try:
        answer = client.cluster.get_component_template(name=name)
    except NotFoundError:
        return None
    return answer["component_templates"][0]["component_template"]


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


_KINDS: Mapping[Kind, _Access] = {
    "component_template": _Access(_get_component, _put_component),
    "index_template": _Access(_get_index_template, _put_index_template),
}
