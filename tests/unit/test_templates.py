"""Templates: names, patterns, and the analyser that fits the server."""

import pytest

from schemas import templates
from schemas.documents import FAMILIES


def analyser_of(modules: tuple[str, ...]) -> str:
    body = templates.component_templates("news", modules)["news-analysis"]
    return str(
        body["template"]["settings"]["index"]["analysis"]["analyzer"]["newsbeam_text"]["type"]
    )


def test_the_analyser_is_chosen_by_what_the_server_has() -> None:
    assert analyser_of(("x-pack-core", "analysis-common")) == "custom"
    assert analyser_of(("x-pack-core",)) == "standard"


@pytest.mark.parametrize("family", FAMILIES)
def test_indices_lie_behind_the_alias_of_their_family(family: str) -> None:
    body = templates.index_templates("news")[f"news-{family}"]
    assert body["index_patterns"] == [f"news-{family}-*"]
    assert body["template"]["aliases"] == {f"news-{family}": {}}
    assert templates.index_name("news", family, "2026.11") == f"news-{family}-2026.11"
    assert templates.index_name("news", family, "") == f"news-{family}-all"


@pytest.mark.parametrize("family", FAMILIES)
def test_text_is_analysed_by_our_own_analyser(family: str) -> None:
    for mapping in templates.properties(family).values():
        if mapping["type"] == "text" and mapping.get("index", True):
            assert mapping["analyzer"] == "newsbeam_text"
