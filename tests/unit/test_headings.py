"""Lines that a sentence of the text says in full."""

import pytest

from transforms.text.headings import repeated_headings
from transforms.text.sentences import split_sentences

STORY = (
    "The ferry Marigold sank off Riverton on Monday, and 14 people are missing.\n"
    "Divers have not found the captain, the coastguard said.\n"
    "Fares on the line rise by 4 percent in June."
)


def found(text: str) -> list[str]:
    spans = split_sentences(text)
    return [text[start:end] for start, end in sorted(repeated_headings(text, spans, "en"))]


@pytest.mark.parametrize(
    "line",
    [
        "14 people missing as ferry sinks",
        "Ferry Marigold sank off Riverton",
        "Captain not found by divers",
        "Fares to rise by 4 percent",
    ],
)
def test_a_line_that_a_sentence_says_in_full(line: str) -> None:
    assert found(f"{line}\n{STORY}") == [line]
    assert found(f"{STORY}\n{line}") == [line]


@pytest.mark.parametrize(
    "line",
    [
        "Ferry Marigold sank off Riverton.",
        "“Ferry Marigold sank off Riverton”",
        "15 people missing as ferry sinks",
        "Ferry Marigold sank off Porthaven",
        "Captain found by divers",
        "Fares fall by 4 percent in June",
        "The ferry had been overloaded for weeks",
        "Riverton",
    ],
)
def test_a_line_that_ends_or_says_something_else(line: str) -> None:
    assert found(f"{line}\n{STORY}") == []


def test_a_line_of_a_list_is_not_repeated_by_another() -> None:
    lines = "Ferry Marigold sank off Riverton\n14 people are missing\nDivers found no captain"
    assert found(lines) == []


def test_what_has_no_line_of_its_own_is_no_heading() -> None:
    assert found(f"{STORY} Fares rise by 4 percent in June") == []
