"""Links between pages lead somewhere, README lists every page, and pages say what is shipped."""

import re
from pathlib import Path

import pytest

from transforms.stories.similarity import load_weights

ROOT = Path(__file__).parents[2]
PAGES = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "models").glob("**/README.md")),
    ROOT / "examples" / "README.md",
]
_CODE = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)")


def anchors_of(page: Path) -> set[str]:
    """Returns what a link can name of a page: its headings, as GitHub writes them."""
    text = _CODE.sub("", page.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for name, anchor in _LINK.findall(page.read_text(encoding="utf-8")):
        target = page.parent / name if name else page
        assert target.exists(), name
        assert not anchor or anchor in anchors_of(target), f"{name}#{anchor}"


def test_readme_lists_every_page() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    pages = [*(ROOT / "docs").glob("*.md"), ROOT / "ARCHITECTURE.md", ROOT / "CHANGELOG.md"]
    for page in pages:
        assert f"]({page.relative_to(ROOT)})" in text


def test_analysts_are_told_from_which_score_an_article_joins() -> None:
    page = " ".join((ROOT / "docs" / "analysts.md").read_text(encoding="utf-8").split())
    english, others = (f"{load_weights(each).threshold:.2f}".strip("0") for each in (True, False))
    told = f"In English an article joins from {english} on, in other languages from {others} on."
    assert told in page
