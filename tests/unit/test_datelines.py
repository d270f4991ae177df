"""Datelines and places in a list are no part of what a sentence says."""

import pytest

from transforms.text.datelines import without_dateline, without_place


@pytest.mark.parametrize(
    "dateline",
    [
        "LONDON (Reuters) -",
        "PORTHAVEN, England (AP) —",
        "WASHINGTON, Oct. 5 (Reuters) -",
        "New York (AFP) –",
        "SAN SALVADOR --",
        "WASHINGTON —",
        "WASHINGTON -",
        "RIVERTON —",
        "BRACK—",
        "BRACK, Ontario—",
        "KYIV, Ukraine —",
        "ROME, May 5 —",
        "ROME, Italy, May 5 —",
        "DOHA —",
        "ELON, N.C. –",
        "SÃO PAULO —",
        "(CNN) --",
        "(Reuters) -",
        "TEHRAN (FNA)-",
        "BEIJING/SEOUL (Reuters) -",
        "FERGUSON, Mo. (CBS St. Louis/AP) —",
        "GAZA CITY (Ma'an) --",
        "New Delhi, Nov 20 (PTI)",
        "Kuala Lumpur, 20 Nov (Bernama)",
        "ABUJA, 11 November 2026 –",
        "Geneva, 5 November —",
        "GENEVA (5 November 2026) –",
        "NEW YORK, Nov. 11, 2026 /PRNewswire/ --",
    ],
)
def test_where_a_report_was_written_is_no_claim(dateline: str) -> None:
    sentence = "A barge hit the Porthaven bridge on Monday, injuring five people."
    assert without_dateline(f"{dateline} {sentence}") == sentence


def test_behind_where_and_when_a_report_was_written_there_may_be_dashes() -> None:
    sentence = "The barge — an old ferry — hit the Porthaven bridge on Monday."
    assert without_dateline(f"PARIS, May 5 — {sentence}") == sentence
    assert without_dateline(f"PARIS, France — {sentence}") == sentence


@pytest.mark.parametrize(
    "sentence",
    [
        "NASA — the agency — lost a probe over Mars.",
        "ESA — the agency — lost a probe over Mars.",
        "Brack - Ferry hits a bridge and sinks.",
        "UK – EU trade fell by 3 percent last year.",
        "NATO — Talks end without a deal.",
        "NATO, Russia — Talks end without a deal.",
        "NATO, U.S. — Talks end without a deal.",
        "Brack (BRK)-Airbus talks on jets failed.",
        "BRICS – EU trade fell by 3 percent.",
        "NAFTA – EU trade fell by 3 percent.",
        "NATO—China talks on trade failed.",
        "BRICS–China trade fell by 3 percent.",
        "RIVERTON-Brack trains are late.",
        "Riverton (Brack) The ferry sank on Monday.",
        "Brack, May 5 and the ferry that sank.",
        "FRANCE — Russia's main rival — moved 300 tanks east.",
    ],
)
def test_a_name_before_a_dash_is_no_dateline(sentence: str) -> None:
    assert without_dateline(sentence) == sentence


def test_a_headline_in_capitals_has_no_dateline() -> None:
    headline = "BRACK — FERRY HITS A BRIDGE AND SINKS"
    assert without_dateline(headline) == headline


@pytest.mark.parametrize(
    "place",
    [
        *("1. {}", "#3: {}", "2) {}", "3. “{}”", "• {}", "“{}”", "{}[1]", "{}[2][3]", "{}²"),
        *(
            "10:30 {}",
            "10.30am: {}",
            "10:30 GMT {}",
            "14.32 GMT — {}",
            "9am BST – {}",
            "6:17 pm {}",
        ),
    ],
)
def test_the_place_in_a_list_or_on_a_live_page_is_no_claim(place: str) -> None:
    sentence = "Barges hit the Porthaven bridge on Monday, injuring five people."
    assert without_place(place.format(sentence), "en").rstrip("”") == sentence


@pytest.mark.parametrize(
    "sentence",
    [
        "10.30 Euros is what a ticket costs in Riverton.",
        "5pm Monday is when the polls close in Riverton.",
        "5.25 percent is what savers get in Riverton.",
        "11:30 a.m. EST, Monday, is when the polls close.",
        "10 CT Scans were lost in Riverton.",
        "He told [12] people of the blast in Riverton.",
    ],
)
def test_a_number_that_opens_a_sentence_counts(sentence: str) -> None:
    assert without_place(sentence, "en") == sentence


def test_an_ordinal_is_no_place_in_a_list() -> None:
    one = "12. Dezember: Die Brücke in Riverton bleibt gesperrt."
    assert without_place(one, "de") == one
