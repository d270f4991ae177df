"""What a cluster must hold before documents are written, and how it is brought there.

`plan` compares, `apply` mends; both may be run at any time, and a second `apply` finds nothing to
do. What is compared is what the cluster says, not a mark left by an earlier run, so that changes
made by hand show. What the operator chose (languages, bulk load) is kept in the cluster, so that a
run that names no choice keeps it.
"""

import dataclasses
import functools
from collections.abc import Callable, Collection, Iterator
from typing import Any, Literal, NamedTuple

from elasticsearch import ApiError, Elasticsearch

from schemas import templates
from schemas.templates import Choices
from transforms.elasticsearch.answers import named_error
from transforms.elasticsearch.live_indices import LiveIndex, live_indices
from transforms.elasticsearch.live_mappings import Comparison, compare
from transforms.elasticsearch.live_templates import (
    KINDS,
    TemplateKind,
    choices_of,
    held_components,
    held_index_templates,
    language_components,
    modules,
    unequal,
)

Kind = TemplateKind | Literal["index"]
Change = Literal["create", "update", "remove", "rebuild", "finish"]
Body = dict[str, Any]

MIGRATE = "newsbeam setup --migrate"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that the cluster lacks, or holds in another form.

    Attributes:
        change: what mends it. `rebuild` and `finish` are left to `migration`: an index whose field
            or analyser cannot change in place, and a migration that was cut short.
        details: for `update`, the paths inside the object that differ, e.g.
            `template.mappings.properties.body.analyzer`; for `rebuild`, what is and what should be.
        refused: the server's words, where `apply` tried to mend an index and was refused.
    """

    kind: Kind
    name: str
    change: Change
    details: tuple[str, ...] = ()
    refused: str = ""

    @property
    def needs_migration(self) -> bool:
        """Whether `apply` leaves it as it is."""
        return self.change in ("rebuild", "finish")

    def __str__(self) -> str:
        details = ", ".join(self.details)
        if self.needs_migration:
            return f"{self.kind} {self.name}: {details}; `{MIGRATE}` mends it"
        paths = f" ({details})" if details else ""
        return f"{self.change} {self.kind.replace('_', ' ')} {self.name}{paths}"


def plan(client: Elasticsearch, prefix: str, choices: Choices | None = None) -> list[Difference]:
    """Returns what `apply` would change, in the order in which it would; changes nothing.

    Args:
        choices: None for those that the cluster was set up with.
    """
    return [step.difference for step in _steps(client, prefix, choices)]


def apply(
    client: Elasticsearch,
    prefix: str,
    choices: Choices | None = None,
    *,
    only: Change | None = None,
) -> list[Difference]:
    """Brings the cluster to what `plan` asks for and returns what `plan` had returned.

    Templates are put; open indices gain fields, sub-fields, changeable parameters, the templates'
    dynamic settings and, where it was taken off, their family's alias. Differences that need a
    migration are returned, too, and left; so is an index that refuses, as a read-only one does.

    Args:
        only: what is changed, and returned; None for all.
    Raises:
        elasticsearch.ApiError: the cluster refused a template, or us; what was done before stays
            done.
    """
    done = []
    for step in _steps(client, prefix, choices):
        if only in (None, step.difference.change):
            refused = _refusal(step)
            done.append(dataclasses.replace(step.difference, refused=refused))
    return done


def compare_live(index: LiveIndex, modules: Collection[str], choices: Choices) -> Comparison:
    """Compares an index with what the templates would make today."""
    return compare(index.body, templates.index_body(index.parts.family, modules, choices))


def remove(client: Elasticsearch, prefix: str) -> int:
    """Removes all that belongs to `prefix`: indices with their documents, and templates.

    For the demo and for tests; nothing asks twice.

    Returns:
        The number of indices removed.
    """
    patterns = [f"{alias}-*" for alias in templates.index_templates(prefix)]
    found = client.indices.get(
        index=patterns, features="aliases", expand_wildcards=["open", "closed"]
    )
    names = list(found)
    if names:
        client.indices.delete(index=names)
    templates_held = held_index_templates(client, prefix)
    if templates_held:
        client.indices.delete_index_template(name=templates_held)
    components_held = held_components(client, prefix)
    if components_held:
        client.cluster.delete_component_template(name=components_held)
    return len(names)


class _Step(NamedTuple):
    difference: Difference
    act: Callable[[], object]


def _refusal(step: _Step) -> str:
    """Acts; returns why an index refused, which is no reason to leave the others as they are."""
    try:
        step.act()
    except ApiError as error:
        kind, reason = named_error(error)
        if step.difference.kind != "index" or kind in ("security_exception", "unknown"):
            raise
        return f"{kind}: {reason}"
    return ""


def _steps(client: Elasticsearch, prefix: str, choices: Choices | None) -> Iterator[_Step]:
    choices = choices or choices_of(client, prefix)
    available = modules(client)
    components = templates.component_templates(prefix, available, choices)
    for name, body in components.items():
        yield from _template_step(client, "component_template", name, body)
    for name, body in templates.index_templates(prefix, choices).items():
        yield from _template_step(client, "index_template", name, body)
    # Not before the index templates: one that is in use cannot be removed.
    for name in sorted(set(language_components(client, prefix)) - set(components)):
        unused = Difference(kind="component_template", name=name, change="remove")
        act = functools.partial(client.cluster.delete_component_template, name=name)
        yield _Step(unused, act)
    for index in live_indices(client, prefix):
        yield from _index_steps(client, index, available, choices)


def _index_steps(
    client: Elasticsearch, index: LiveIndex, available: Collection[str], choices: Choices
) -> Iterator[_Step]:
    if index.half_made:
        text = f"a migration of {index.parts.write_name} is under way or was cut short"
        yield _Step(_index_difference(index, "finish", text), _leave)
        return
    if index.behind:
        return
    family = index.parts.family_alias
    if family not in index.body["aliases"]:
        put = functools.partial(client.indices.put_alias, index=index.name, name=family)
        yield _Step(_index_difference(index, "update", f"aliases.{family}"), put)
    found = compare_live(index, available, choices)
    if found.changes:
        act = functools.partial(_mend, client, index.name, found)
        yield _Step(_index_difference(index, "update", *found.changes), act)
    for conflict in found.conflicts:
        text = f"{conflict.where} is {conflict.live}, should be {conflict.wanted}"
        yield _Step(_index_difference(index, "rebuild", text), _leave)


def _index_difference(index: LiveIndex, change: Change, *details: str) -> Difference:
    return Difference(kind="index", name=index.name, change=change, details=details)


def _leave() -> None:
    """What needs a migration waits for one."""


def _mend(client: Elasticsearch, index: str, found: Comparison) -> None:
    if found.mappings:
        client.indices.put_mapping(index=index, **found.mappings)
    if found.settings:
        client.indices.put_settings(index=index, settings=found.settings)


def _template_step(
    client: Elasticsearch, kind: TemplateKind, name: str, body: Body
) -> Iterator[_Step]:
    access = KINDS[kind]
    difference = _compare(kind, name, body, access.get(client, name))
    if difference is not None:
        yield _Step(difference, functools.partial(access.put, client, name, body))


def _compare(kind: TemplateKind, name: str, body: Body, found: Body | None) -> Difference | None:
    if found is None:
        return Difference(kind=kind, name=name, change="create")
    # The server adds fields of its own, such as the date of creation.
    known = {key: found[key] for key in body if key in found}
    paths = tuple(unequal(body, known))
    if not paths:
        return None
    return Difference(kind=kind, name=name, change="update", details=paths)
