"""Whether indices come into being as they should, and take documents."""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from elasticsearch import Elasticsearch

from pipeline.findings import Finding, bad, listed
from schemas.documents import FAMILIES, MONTHLY
from schemas.index_names import index_name
from schemas.templates import PRIORITY
from transforms.elasticsearch.live_indices import live_indices

# What a request puts, and a request takes off.
_BLOCKS = ("write", "read_only")
_AUTO_CREATE = "action.auto_create_index"


def check_new_indices(client: Elasticsearch, prefix: str) -> Iterator[Finding]:
    """Yields what would keep an index to come from being made, or from being made as ours."""
    names = [
        index_name(prefix, family, "2026.01" if family in MONTHLY else "") for family in FAMILIES
    ]
    settings = client.cluster.get_settings(include_defaults=True, flat_settings=True)
    barred = [name for name in names if not _is_made(name, _setting(settings.body, _AUTO_CREATE))]
    if barred:
        yield bad(
            f"{_AUTO_CREATE}: no index such as {listed(barred)} can come into being, and its "
            f"documents will be rejected; let it allow {prefix}-*"
        )
    for template in client.indices.get_index_template()["index_templates"]:
        body = template["index_template"]
        taken = [name for name in names if _matches(name, body["index_patterns"])]
        priority = body.get("priority", 0)
        if taken and priority > PRIORITY:
            yield bad(
                f"index template {template['name']}: goes before ours for {listed(taken)} "
                f"(priority {priority}, ours {PRIORITY}), which lack their mapping and alias then; "
                "narrow its index_patterns or lower its priority"
            )


def check_live(client: Elasticsearch, prefix: str) -> Iterator[Finding]:
    """Yields the indices that a newer build has replaced, and those that are read-only."""
    for index in live_indices(client, prefix):
        if index.behind and not index.half_made:
            yield bad(
                f"{index.name}: {index.behind} took its place, and has its documents; delete it, "
                f"or searches of {index.parts.family_alias} may find each of them twice"
            )
        blocks = index.body["settings"]["index"].get("blocks", {}) if index.in_use else {}
        for name in (each for each in _BLOCKS if blocks.get(each) == "true"):
            yield bad(
                f"{index.name}: read-only (index.blocks.{name}), its documents will be rejected; "
                "take that off, then `newsbeam replay --rejected`"
            )


def _setting(settings: Mapping[str, Mapping[str, Any]], name: str) -> str:
    """Returns a cluster's setting as it holds: what was set last and for now comes first."""
    found = (settings.get(each, {}).get(name) for each in ("transient", "persistent", "defaults"))
    value = next((each for each in found if each is not None), "true")
    return ",".join(value) if isinstance(value, list) else str(value)


def _is_made(name: str, auto_create: str) -> bool:
    """Says whether a document makes its index: the first pattern that fits decides."""
    if auto_create in ("true", "false"):
        return auto_create == "true"
    for pattern in (each.strip() for each in auto_create.split(",")):
        if fnmatchcase(name, pattern.lstrip("+-")):
            return not pattern.startswith("-")
    return False


def _matches(name: str, patterns: list[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)
