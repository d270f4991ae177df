"""The indices that a cluster holds under a prefix, and what marks one that is half made."""

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from elasticsearch import Elasticsearch

from schemas.documents import FAMILIES
from schemas.index_names import IndexName, alias, parse

# Hides an index behind its family's alias while it is filled; see `migration`.
HIDDEN: dict[str, Any] = {"match_none": {}}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class LiveIndex:
    """An open index of ours.

    Attributes:
        name: the index itself, never an alias.
        body: `settings`, `mappings` and `aliases` as the server gives them.
        behind: the build that writers use, where it is another, as where an old one was restored
            beside it; "" where it is this one, or none.
    """

    name: str
    parts: IndexName
    body: dict[str, Any]
    behind: str = ""

    @property
    def half_made(self) -> bool:
        """Whether it is the unfinished copy of a migration."""
        return self.parts.number > 0 and is_hidden(self.body["aliases"], self.parts)

    @property
    def in_use(self) -> bool:
        """Whether it is neither the unfinished copy of another nor what a copy has replaced."""
        return not (self.half_made or self.behind)


def is_hidden(aliases: Mapping[str, Any], parts: IndexName) -> bool:
    """Whether an index with these aliases waits to be switched to.

    One that writers use does not, though its operator may hide it from readers in the same way.
    """
    filtered = aliases.get(parts.family_alias, {}).get("filter", {})
    return HIDDEN.keys() <= filtered.keys() and parts.write_name not in aliases


def in_the_way(client: Elasticsearch, prefix: str) -> list[str]:
    """Returns the indices, whoever's, that have the name of one of our aliases.

    No index of that family can be made while they are there.
    """
    names = [alias(prefix, family) for family in FAMILIES]
    found = client.indices.get(index=names, features="aliases", ignore_unavailable=True)
    return sorted({*names} & {*found})


def live_indices(client: Elasticsearch, prefix: str) -> Iterator[LiveIndex]:
    """Yields the open indices of `prefix` by name; closed ones are nobody's to change.

    Indices whose names only begin alike are left out.
    """
    patterns = [f"{alias(prefix, family)}-*" for family in FAMILIES]
    found = client.indices.get(index=patterns, expand_wildcards="open")
    ours = {name: parts for name in sorted(found) if (parts := parse(prefix, name))}
    written = {
        parts.write_name: name
        for name, parts in ours.items()
        if parts.write_name in (name, *found[name]["aliases"])
    }
    for name, parts in ours.items():
        build = written.get(parts.write_name, name)
        behind = "" if build == name else build
        yield LiveIndex(name=name, parts=parts, body=found[name], behind=behind)


def closed_behind_alias(client: Elasticsearch, prefix: str) -> Iterator[tuple[str, str]]:
    """Yields name and family's alias of each closed index behind one: searches there fail."""
    patterns = [f"{alias(prefix, family)}-*" for family in FAMILIES]
    found = client.indices.get(index=patterns, features="aliases", expand_wildcards="closed")
    for name in sorted(found):
        parts = parse(prefix, name)
        if parts is not None and parts.family_alias in found[name]["aliases"]:
            yield name, parts.family_alias
