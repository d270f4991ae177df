"""Fingerprints: pure, bounded, the same wherever they are made."""

import hashlib
import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.beam.story_records import article, bag_of_words
from transforms.stories.fingerprint import make_fingerprint, quantised, unquantised
from transforms.stories.signature import PERMUTATIONS, signature, words_of
from transforms.stories.terms import MAX_TERMS, content_terms


def test_a_fingerprint_is_small_and_carries_what_grouping_needs() -> None:
    body = " ".join(f"word{i} Name{i}" for i in range(5000))
    made = make_fingerprint(article(body=body), bag_of_words(body, 384))
    assert len(made.vector) == 384
    assert len(made.signature) == 4 * PERMUTATIONS
    assert len(made.terms) == MAX_TERMS
    assert made.terms == tuple(sorted(made.terms))
    assert made.words == 10_000


@pytest.mark.parametrize(
    ("text", "digest"),
    [
        (
            "The harbour bridge in Porthaven was closed on Sunday after a barge hit a pier",
            "4d810c6912635de9",
        ),
        (
            "Die Brücke an der Hafenstraße ist seit Sonntag gesperrt, heißt es im Rathaus.",
            "0991984cf0647b09",
        ),
        (
            "Η γέφυρα του λιμανιού έκλεισε την Κυριακή, είπε ο δήμαρχος της πόλης.",
            "e08abb246f46c2cf",
        ),
        ("สะพานท่าเรือปิดเมื่อวันอาทิตย์หลังเรือชนเสา นายกเทศมนตรีกล่าว", "6fadaf92ae126607"),
    ],
)
def test_signatures_stay_as_they_were_when_the_index_was_written(text: str, digest: str) -> None:
    assert hashlib.sha256(signature(words_of(text))).hexdigest().startswith(digest)


def test_a_body_of_fewer_than_five_words_has_no_signature() -> None:
    assert signature(words_of("Four words are few")) == b""
    assert signature(words_of("Five words make a signature")) != b""


def test_case_and_punctuation_leave_the_signature_alone() -> None:
    one = signature(words_of("“The bridge is closed,” said the mayor of Porthaven."))
    other = signature(words_of("'the bridge is CLOSED' said the Mayor of Porthaven"))
    assert one == other


def test_what_no_reader_sees_leaves_the_signature_alone() -> None:
    plain = signature(words_of("Die Präsidentin eröffnet die Hafenbrücke in Porthaven"))
    for seen_alike in (
        "Die Prä\u00adsidentin er\u00adöffnet die Hafen\u00adbrücke in Port\u00adhaven",
        "Die Präsidentin eröffnet\u200b die Hafen\u200bbrücke in \ufeffPorthaven",
        unicodedata.normalize("NFD", "Die Präsidentin eröffnet die Hafenbrücke in Porthaven"),
    ):
        assert signature(words_of(seen_alike)) == plain


def test_characters_stand_for_words_where_a_script_has_no_spaces() -> None:
    assert len(words_of("港口大桥关闭")) == 6
    assert [term for term, _ in content_terms("港口大桥", "", "zh")] == ["口大", "大桥", "港口"]


@pytest.mark.parametrize(
    ("language", "text", "terms"),
    [
        ("hi", "पुलिस ने नाव के चालक को हिरासत में लिया।", {"पुलिस", "चालक", "हिरासत", "लिया"}),
        ("bn", "মেয়র বলেছেন সেতু বন্ধ।", {"মেয়র", "বলেছেন", "সেতু", "বন্ধ"}),
        ("ta", "சரக்கு படகு மோதியது", {"சரக்கு", "படகு", "மோதியத"}),
        ("yo", "ẹgbẹ́ òṣìṣẹ́ bẹ̀rẹ̀", {"ẹgbẹ́", "òṣìṣẹ́", "bẹ̀rẹ̀"}),
    ],
)
def test_a_word_does_not_end_at_a_combining_mark(language: str, text: str, terms: set[str]) -> None:
    assert {term for term, _ in content_terms("", text, language)} == terms


def test_a_letter_is_the_same_however_it_is_encoded() -> None:
    text = "Thị trưởng Hà Nội khánh thành cầu Vĩnh Tuy. 부산 다리 폐쇄. 3週間 トヨタ"
    assert content_terms(text, text, "vi") == content_terms(
        unicodedata.normalize("NFD", text), text, "vi"
    )
    assert content_terms("", "３週間、ﾄﾖﾀ", "ja") == content_terms("", "3週間、トヨタ", "ja")


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("2026年11月27日、人々は新橋", {"2026", "11", "27", "人々", "々は", "は新", "新橋"}),
        ("華為Mate60開賣", {"華為", "Mate60", "開賣"}),
        ("ドナルド・トランプ氏", {"ドナ", "ナル", "ルド", "トラ", "ラン", "ンプ", "プ氏"}),
        ("부산 다리를 3주 폐쇄", {"부산", "다리", "리를", "3", "폐쇄"}),
        ("สะพานข้าม", {"สะ", "ะพ", "พา", "าน", "นข", "ข้", "้า", "าม"}),
    ],
)
def test_pairs_of_characters_end_where_the_script_does(text: str, terms: set[str]) -> None:
    assert {term for term, _ in content_terms("", text, "ja")} == terms


def test_names_start_with_a_capital_and_common_words_are_left_out() -> None:
    terms = dict(content_terms("", "The mayor, says Mira Aldous, was in Porthaven.", "en"))
    assert set(terms) == {"mayor", "Mira", "Aldous", "Portha"}


def test_the_headline_counts_more_than_the_lead() -> None:
    terms = dict(content_terms("Bridge closed", "a barge hit a pier", "en"))
    assert terms["bridge"] > terms["barge"]


@given(st.lists(st.floats(-1, 1, width=32), min_size=1, max_size=32))
def test_vectors_come_back_at_length_one_and_within_a_step(values: list[float]) -> None:
    vector = np.array(values, dtype=np.float32)
    back = unquantised(quantised(vector))
    length = float(np.linalg.norm(vector))
    if length < 1e-6:
        return
    assert abs(float(np.linalg.norm(back)) - 1) < 1e-4
    assert float(back @ (vector / length)) > 0.98


@given(st.text())
def test_any_text_has_terms_and_words(text: str) -> None:
    assert len(content_terms(text, text, "en")) <= MAX_TERMS
    assert all(word for word in words_of(text))
