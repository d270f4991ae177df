"""Templates: names, patterns, and the analyser that fits the server."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from schemas import templates
from schemas.documents import FAMILIES
from schemas.index_names import index_name
from schemas.templates import Choices


def analyser_of(modules: tuple[str, ...]) -> str:
    body = templates.component_templates("news", modules)["news-analysis"]
    return str(
        body["template"]["settings"]["index"]["analysis"]["analyzer"]["newsbeam_text"]["type"]
    )


def test_the_analyser_is_chosen_by_what_the_server_has() -> None:
    assert analyser_of(("x-pack-core", "analysis-common")) == "custom"
    assert analyser_of(("x-pack-core",)) == "standard"


FULL = templates.component_templates("news", ("analysis-common",))["news-analysis"]
FULL_ANALYSIS = FULL["template"]["settings"]["index"]["analysis"]


@pytest.mark.parametrize(
    "word", ["dell'Ucraina", "nell'Ucraina", "un'intesa", "jusqu'Odessa", "quelqu'un", "l'Ukraine"]
)
def test_a_word_is_found_behind_an_elision(word: str) -> None:
    assert word.partition("'")[0] in FULL_ANALYSIS["filter"]["newsbeam_elision"]["articles"]


def test_a_possessive_is_taken_for_no_elision() -> None:
    """Else nothing would be left of "Dell's" but the "s"."""
    order = FULL_ANALYSIS["analyzer"]["newsbeam_text"]["filter"]
    assert order.index("newsbeam_possessive") < order.index("newsbeam_elision")


@pytest.mark.parametrize("family", FAMILIES)
def test_analysts_are_told_a_time_of_each_family(family: str) -> None:
    page = (Path(__file__).parents[2] / "docs" / "analysts.md").read_text(encoding="utf-8")
    [time] = re.findall(rf"^\| `newsbeam-{family}` \|.*\| `(\w+)` \|$", page, re.MULTILINE)
    mapped = templates.index_templates("news")[f"news-{family}"]["template"]["mappings"]
    assert mapped["properties"][time]["type"] == "date"


# What the pipeline alone reads.
OPAQUE = {"state"}


@pytest.mark.parametrize("family", FAMILIES)
def test_analysts_are_told_of_every_field(family: str) -> None:
    page = (Path(__file__).parents[2] / "docs" / "analysts.md").read_text(encoding="utf-8")
    _, _, told = page.partition(f"\n### Fields of {family}\n")
    table, _, _ = told.partition("\n### ")
    assert set(re.findall(r"`(\w+)`", table)) >= set(templates.properties(family)) - OPAQUE


@pytest.mark.parametrize("family", FAMILIES)
def test_indices_lie_behind_the_alias_of_their_family(family: str) -> None:
    body = templates.index_templates("news")[f"news-{family}"]
    assert body["index_patterns"] == [f"news-{family}-*"]
    assert body["template"]["aliases"] == {f"news-{family}": {}}
    assert index_name("news", family, "2026.11") == f"news-{family}-2026.11"
    assert index_name("news", family, "") == f"news-{family}-all"


@pytest.mark.parametrize("family", FAMILIES)
def test_text_is_analysed_by_our_own_analyser(family: str) -> None:
    for mapping in templates.properties(family).values():
        if mapping["type"] == "text" and mapping.get("index", True):
            assert mapping["analyzer"] == "newsbeam_text"


# Every analyser of the module `analysis-common` that is for a language, as its manual lists them.
SERVER_ANALYSERS = {
    *("arabic", "armenian", "basque", "bengali", "brazilian", "bulgarian"),
    *("catalan", "cjk", "czech", "danish", "dutch", "english"),
    *("estonian", "finnish", "french", "galician", "german", "greek"),
    *("hindi", "hungarian", "indonesian", "irish", "italian", "latvian"),
    *("lithuanian", "norwegian", "persian", "portuguese", "romanian", "russian"),
    *("serbian", "sorani", "spanish", "swedish", "turkish", "thai"),
}


def analysers_named(body: Any) -> Iterator[str]:
    if isinstance(body, dict):
        yield from ([body["analyzer"]] if isinstance(body.get("analyzer"), str) else [])
        for inner in body.values():
            yield from analysers_named(inner)


def test_each_language_has_an_analyser_that_a_full_server_has() -> None:
    assert set(templates.LANGUAGES.values()) <= SERVER_ANALYSERS
    assert {"de", "en", "es", "fr", "it", "nl", "pt"} <= set(templates.LANGUAGES)


@pytest.mark.parametrize("language", templates.LANGUAGES)
def test_a_language_has_a_component_of_its_own_chosen_by_what_the_server_has(language: str) -> None:
    choices = Choices(languages=(language,))
    for modules, type_ in ((("analysis-common",), templates.LANGUAGES[language]), ((), "standard")):
        body = templates.component_templates("news", modules, choices)[f"news-analysis-{language}"]
        analysis = body["template"]["settings"]["index"]["analysis"]
        assert analysis == {"analyzer": {f"newsbeam_text_{language}": {"type": type_}}}


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("modules", [(), ("analysis-common",)])
def test_whatever_a_mapping_names_its_index_defines(family: str, modules: tuple[str, ...]) -> None:
    choices = Choices(languages=("de", "fr"))
    components = templates.component_templates("news", modules, choices)
    template = templates.index_templates("news", choices)[f"news-{family}"]
    assert set(template["composed_of"]) == set(components)
    body = templates.index_body(family, modules, choices)
    assert body["mappings"]["properties"] == template["template"]["mappings"]["properties"]
    defined = body["settings"]["index"]["analysis"]["analyzer"]
    assert set(analysers_named(body["mappings"])) <= set(defined)


def test_the_field_itself_is_the_same_with_and_without_languages() -> None:
    plain = templates.properties("articles")
    with_german = templates.properties("articles", ("de",))
    for name in ("title", "body"):
        sub_fields = with_german[name].pop("fields")
        assert sub_fields.pop("de") == {"type": "text", "analyzer": "newsbeam_text_de"}
        assert sub_fields == plain[name].pop("fields", {})
    assert with_german == plain


def test_a_language_without_an_analyser_is_refused() -> None:
    with pytest.raises(ValueError, match="no analyser for the language 'xx'; there are ar, "):
        Choices(languages=("xx",))


def test_a_bulk_load_changes_three_settings_and_is_written_down() -> None:
    usual, loading = (
        templates.component_templates("news", (), Choices(bulk_load=on))["news-common"]
        for on in (False, True)
    )
    assert usual["_meta"] == {"bulk_load": False, "languages": []}
    assert loading["_meta"] == {"bulk_load": True, "languages": []}
    settings = loading["template"]["settings"]["index"]
    assert (settings["refresh_interval"], settings["number_of_replicas"]) == ("-1", "0")
    assert (
        settings["number_of_shards"] == usual["template"]["settings"]["index"]["number_of_shards"]
    )
