"""The least that a user must be allowed: roles in Elasticsearch's own form.

The names in lower case with a colon are actions; no privilege with a name of its own grants
looking at templates without changing them.
"""

from typing import Any

from elasticsearch import ApiError, Elasticsearch

from schemas.documents import FAMILIES
from schemas.index_names import alias

Role = dict[str, Any]

_LOOK_AT_TEMPLATES = (
    "cluster:admin/component_template/get",
    "indices:admin/index_template/get",
)


def roles(prefix: str) -> dict[str, Role]:
    """Returns the bodies of `PUT _security/role/<name>` by name.

    `<prefix>-writer` is what `stream`, `backfill`, `replay` and `check` need: writing (which makes
    the monthly indices), looking up what is known, looking at templates and mappings.
    `<prefix>-admin` is what `setup` needs with each of its flags; it reads and copies documents for
    `--migrate`.
    """
    return {f"{prefix}-writer": writer(prefix), f"{prefix}-admin": admin(prefix)}


def writer(prefix: str) -> Role:
    """Returns the role of `stream` and `backfill`."""
    return {
        "cluster": ["monitor", *_LOOK_AT_TEMPLATES],
        "indices": [
            {
                "names": _names(prefix),
                # maintenance: the refresh before a lookup.
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

    Each is one line: `cluster monitor`, `newsbeam-articles-*: read, maintenance`.
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
    for name, privileges in answer["index"].items():
        names = ", ".join(sorted(each for each, held in privileges.items() if not held))
        if names:
            lacking.append(f"{name}: {names}")
    return sorted(lacking)


def _names(prefix: str) -> list[str]:
    """The families' aliases, and the indices and aliases behind them."""
    families = [alias(prefix, family) for family in FAMILIES]
    return sorted(name for family in families for name in (family, f"{family}-*"))
