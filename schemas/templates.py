"""The index templates: what a cluster must hold before documents are written.

One index template for each family, on shared component templates: `common` (settings, strict
mapping) and `analysis`, which defines the analyser `newsbeam_text` with what the server has: a full
server folds accents, elisions and English inflections; one without the module `analysis-common`
takes the standard analyser. Indices come into being with the first document, behind the alias
`<prefix>-<family>`.
"""

import functools
import importlib.resources
from collections.abc import Collection
from typing import Any

import orjson

from schemas.documents import FAMILIES

Body = dict[str, Any]

# Above the priority of the server's own templates (100), such as `logs-*-*`.
PRIORITY = 200


def alias(prefix: str, family: str) -> str:
    """Returns the name that readers use for all indices of `family`."""
    return f"{prefix}-{family}"


def index_name(prefix: str, family: str, month: str) -> str:
    """Returns the name of the index that a document is written to.

    Args:
        month: `2026.11`; "" for families that have one index.
    """
    return f"{alias(prefix, family)}-{month or 'all'}"


def component_templates(prefix: str, modules: Collection[str]) -> dict[str, Body]:
    """Returns the shared component templates by name.

    Args:
        modules: names of the server's modules (`GET _nodes/plugins`).
    """
    analysis = "analysis-full" if "analysis-common" in modules else "analysis-basic"
    return {
        f"{prefix}-common": _packaged("common"),
        f"{prefix}-analysis": _packaged(analysis),
    }


def index_templates(prefix: str) -> dict[str, Body]:
    """Returns the index template of each family by name."""
    return {alias(prefix, family): _index_template(prefix, family) for family in FAMILIES}


def properties(family: str) -> Body:
    """Returns the mapping of a family: field name to its Elasticsearch mapping."""
    return _packaged(family)


def _index_template(prefix: str, family: str) -> Body:
    return {
        "index_patterns": [f"{alias(prefix, family)}-*"],
        "composed_of": [f"{prefix}-common", f"{prefix}-analysis"],
        "priority": PRIORITY,
        "template": {
            "mappings": {"properties": properties(family)},
            "aliases": {alias(prefix, family): {}},
        },
    }


def _packaged(name: str) -> Body:
    return orjson.loads(_read(name))


@functools.cache
def _read(name: str) -> bytes:
    return importlib.resources.files("schemas").joinpath("templates", f"{name}.json").read_bytes()
