"""What of a sentence is compared with another."""

import pytest

from transforms.text.gist import gist_of


def test_who_may_do_something_names_no_month() -> None:
    one = "May the school in Riverton reopen after the flood?"
    assert "may" not in gist_of(one, "en").names
    assert "may" not in gist_of(f"It asked: {one.lower()}", "en").names


@pytest.mark.parametrize(
    "other",
    [
        "PORTHAVEN, England (AP) — {}",
        "10:30 GMT {}",
        "1. United States (AFP) - {}",
        "{}[1]",
    ],
)
def test_where_a_report_was_written_or_listed_is_no_claim(other: str) -> None:
    sentence = "A barge hit the Porthaven bridge on Monday, injuring five people."
    assert gist_of(other.format(sentence), "en") == gist_of(sentence, "en")


def test_who_speaks_of_himself_names_nothing() -> None:
    assert "i" not in gist_of("“Everything I said was my opinion.”", "en").names


@pytest.mark.parametrize(
    ("sentence", "negations", "denied"),
    [
        ("Neither Brack nor Lopez signed the contract.", 1, False),
        ("The yard has yet to launch its ferry, and can't.", 2, False),
        ("The minister denied that the dam cracked.", 0, True),
        ("The minister said that the dam cracked.", 0, False),
    ],
)
def test_how_often_and_of_what_a_sentence_denies(
    sentence: str, negations: int, denied: bool
) -> None:
    gist = gist_of(sentence, "en")
    assert (gist.negations, gist.denied) == (negations, denied)


@pytest.mark.parametrize(
    ("sentence", "first"),
    [
        ("Brussels approved the contract.", "brusse"),
        ("Ferries hit the bridge.", ""),
        ("Somebody hit the bridge.", ""),
        ("The ferry hit the bridge.", ""),
    ],
)
def test_a_first_word_may_be_a_name(sentence: str, first: str) -> None:
    assert gist_of(sentence, "en").first == first


def test_a_name_weighs_more() -> None:
    weights = dict(gist_of("The ferry of Porthaven hit a bridge.", "en").words)
    assert weights["portha"] > weights["ferry"]


def test_numbers_and_ages_are_no_words() -> None:
    gist = gist_of("Igor Brack, 42, lost seven thousand dollars.", "en")
    assert (gist.numbers, gist.ages) == (("7000$",), ("42",))
    assert {stem for stem, _ in gist.words} == {"igor", "brack", "lost"}


def test_an_age_is_one_with_its_unit_and_without() -> None:
    assert gist_of("The 42-year-old Igor Brack lost.", "en").ages == ("42",)


def test_who_says_something_has_no_role() -> None:
    gist = gist_of("The ferry hit a bridge in the old harbour, Brack said.", "en")
    assert "brack" in gist.order
    assert "brack" not in gist.roles


@pytest.mark.parametrize(
    ("sentence", "speech"),
    [
        ("“We lost two of our five boats,” Brack said.", "we lost two of our five boats"),
        ("“We lost two of our five boats,” Brack never said.", ""),
        ("“We lost two of our five boats,” says the leaflet, which is false.", ""),
    ],
)
def test_what_is_denied_is_no_speech(sentence: str, speech: str) -> None:
    assert gist_of(sentence, "en").speech == speech
