"""The index templates: what a cluster must hold before documents are written.

One index template for each family, on shared component templates: `common` (settings, strict
mapping, and what the operator chose), `analysis`, which defines the analyser `newsbeam_text` with
what the server has (a full server folds accents, elisions and English inflections; one without the
module `analysis-common` takes the standard analyser), and `analysis-<language>` for each chosen
language. Indices come into being with the first document, behind the alias `<prefix>-<family>`.
"""

import dataclasses
import functools
import importlib.resources
from collections.abc import Collection, Mapping
from typing import Any

import orjson

from schemas.documents import FAMILIES
from schemas.index_names import alias

Body = dict[str, Any]

# Above the priority of the server's own templates (100), such as `logs-*-*`.
PRIORITY = 200
# Fields that get a sub-field for each chosen language: those that analysts search.
STEMMED: Mapping[str, tuple[str, ...]] = {
    "articles": ("title", "body"),
    "claims": ("text",),
    "stories": ("headline",),
}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What an operator chose; kept in the cluster, as `_meta` of the component `common`.

    Attributes:
        languages: codes that get an analyser and sub-fields (`body.de`) of their own.
        bulk_load: no refresh and no replicas, until it is off again.

    Raises:
        ValueError: a language for which Elasticsearch has no analyser.
    """

    languages: tuple[str, ...] = ()
    bulk_load: bool = False

    def __post_init__(self) -> None:
        for language in self.languages:
            if language not in LANGUAGES:
                known = ", ".join(sorted(LANGUAGES))
                raise ValueError(f"no analyser for the language {language!r}; there are {known}")


def component_templates(
    prefix: str, modules: Collection[str], choices: Choices | None = None
) -> dict[str, Body]:
    """Returns the shared component templates by name.

    Args:
        modules: names of the server's modules (`GET _nodes/plugins`).
    """
    choices = choices or Choices()
    full = "analysis-common" in modules
    common = _packaged("common")
    common["_meta"] = {"bulk_load": choices.bulk_load, "languages": list(choices.languages)}
    if choices.bulk_load:
        common["template"]["settings"]["index"] |= _packaged("bulk-load")
    return {
        f"{prefix}-common": common,
        f"{prefix}-analysis": _packaged("analysis-full" if full else "analysis-basic"),
        **{
            _analysis_of(prefix, language): _language_analysis(language, full)
            for language in choices.languages
        },
    }


def index_templates(prefix: str, choices: Choices | None = None) -> dict[str, Body]:
    """Returns the index template of each family by name."""
    choices = choices or Choices()
    return {alias(prefix, family): _index_template(prefix, family, choices) for family in FAMILIES}


def index_body(family: str, modules: Collection[str], choices: Choices) -> Body:
    """Returns `settings` and `mappings` that a fresh index of `family` gets from the templates."""
    settings: Body = {}
    mappings: Body = {}
    for component in component_templates("", modules, choices).values():
        _merge(settings, component["template"].get("settings", {}))
        _merge(mappings, component["template"].get("mappings", {}))
    return {
        "settings": settings,
        "mappings": {**mappings, "properties": properties(family, choices.languages)},
    }


def properties(family: str, languages: Collection[str] = ()) -> Body:
    """Returns the mapping of a family: field name to its Elasticsearch mapping."""
    fields = _packaged(family)
    for name in STEMMED.get(family, ()):
        stemmed = {code: {"type": "text", "analyzer": _analyser(code)} for code in languages}
        if stemmed:
            fields[name].setdefault("fields", {}).update(stemmed)
    return fields


def _index_template(prefix: str, family: str, choices: Choices) -> Body:
    analyses = [_analysis_of(prefix, language) for language in choices.languages]
    return {
        "index_patterns": [f"{alias(prefix, family)}-*"],
        "composed_of": [f"{prefix}-common", f"{prefix}-analysis", *analyses],
        "priority": PRIORITY,
        "template": {
            "mappings": {"properties": properties(family, choices.languages)},
            "aliases": {alias(prefix, family): {}},
        },
    }


def _analysis_of(prefix: str, language: str) -> str:
    return f"{prefix}-analysis-{language}"


def _analyser(language: str) -> str:
    return f"newsbeam_text_{language}"


def _language_analysis(language: str, full: bool) -> Body:
    analyser = {"type": LANGUAGES[language] if full else "standard"}
    analysis = {"analyzer": {_analyser(language): analyser}}
    return {"template": {"settings": {"index": {"analysis": analysis}}}}


def _merge(into: Body, more: Body) -> None:
    for name, value in more.items():
        if isinstance(value, dict) and isinstance(into.get(name), dict):
            _merge(into[name], value)
        else:
            into[name] = value


def _packaged(name: str) -> Body:
    return orjson.loads(_read(name))


@functools.cache
def _read(name: str) -> bytes:
    return importlib.resources.files("schemas").joinpath("templates", f"{name}.json").read_bytes()


# Language codes, as `language` fields hold them, to the server's own analyser. These also leave out
# the language's stop words, which keeps the sub-fields small; the field itself has them.
LANGUAGES: Mapping[str, str] = _packaged("languages")
