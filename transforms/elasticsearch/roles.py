"""The least that a user must be allowed: roles in Elasticsearch's own form.

The tests take each privilege away and see something fail, on both supported versions.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from elasticsearch import ApiError, Elasticsearch

from schemas.documents import FAMILIES
from schemas.index_names import alias

Role = dict[str, Any]


def roles(prefix: str) -> dict[str, Role]:
    """Returns the bodies of `PUT _security/role/<name>` by name.

    `<prefix>-writer` is what `stream`, `backfill`, `replay`, `check` and `metrics` need: writing
    (which makes the monthly indices), looking up what is known, looking at templates and mappings
    (`monitor`).
    `<prefix>-admin` is what `setup` needs with each of its flags; it reads and copies documents for
    `--migrate`.
    """
    return {f"{prefix}-writer": writer(prefix), f"{prefix}-admin": admin(prefix)}


def writer(prefix: str) -> Role:
    """Returns the role of all that write, look up and check."""
    return {
        "cluster": ["monitor"],
        "indices": [
            {
                "names": _names(prefix),
                # auto_configure: a month's index comes with its first document; maintenance: the
                # refresh before a lookup. `index` still lets its user add fields to a mapping,
                # which Elasticsearch means to take away from it.
                "privileges": [
                    *("auto_configure", "index", "maintenance", "read", "view_index_metadata"),
                ],
            }
        ],
    }


def admin(prefix: str) -> Role:
    """Returns the role of `setup`."""
    return {
        "cluster": ["manage_index_templates", "monitor"],
        "indices": [{"names": _names(prefix), "privileges": ["index", "manage", "read"]}],
    }


def missing_privileges(client: Elasticsearch, role: Role) -> list[str]:
    """Returns what the client's user lacks of `role`; nothing where security is off.

    Each is one line: `cluster monitor`, `maintenance, read on newsbeam-articles-*`.
    """
    index = [dict(part) for part in role["indices"]]
    try:
        answer = client.security.has_privileges(cluster=role["cluster"], index=index)
    except ApiError as error:
        # Without security the server has no such address.
        if error.meta.status in (400, 404, 405):
            return []
        raise
    lacking = [f"cluster {name}" for name, held in answer["cluster"].items() if not held]
    return [*sorted(lacking), *_on_indices(answer["index"])]


def _on_indices(held: Mapping[str, Mapping[str, bool]]) -> Iterator[str]:
    """Yields a line for each set of privileges that some names lack together."""
    names_of: dict[str, list[str]] = {}
    for name, privileges in held.items():
        lacking = ", ".join(sorted(each for each, is_held in privileges.items() if not is_held))
        names_of.setdefault(lacking, []).append(name)
    for lacking, names in sorted(names_of.items()):
        if lacking:
            where = "every index of the role" if len(names) == len(held) else ", ".join(names)
            yield f"{lacking} on {where}"


def _names(prefix: str) -> list[str]:
    """The families' aliases, and the indices and aliases behind them."""
    families = [alias(prefix, family) for family in FAMILIES]
    return sorted(name for family in families for name in (family, f"{family}-*"))
