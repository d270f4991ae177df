"""Near-copies, and what only looks like them."""

import random

import numpy as np
import pytest

from transforms.stories.reprints import (
    MIN_CONTAINED,
    NearCopy,
    as_signature,
    near_copies,
    shingle_count,
)
from transforms.stories.signature import signature, words_of

_RANDOM = random.Random(7)
_WORDS = [f"word{i}" for i in range(4000)]
TEXT = " ".join(_RANDOM.choices(_WORDS, k=400))


def compared(one: str, other: str) -> list[NearCopy]:
    """How `one` is found among `other` alone."""
    mine, theirs = words_of(one), words_of(other)
    return near_copies(
        as_signature(signature(mine)),
        shingle_count(len(mine)),
        np.stack([as_signature(signature(theirs))]),
        np.array([shingle_count(len(theirs))], dtype=np.int32),
    )


def cut(text: str, share: float) -> str:
    words = text.split()
    return " ".join(words[: int(len(words) * share)])


def with_changed_words(text: str, every: int) -> str:
    words = text.split()
    for place in range(0, len(words), every):
        words[place] = f"changed{place}"
    return " ".join(words)


def own_report(text: str, quoted_share: float) -> str:
    """Another text that quotes `text` for a share of its own length."""
    own = _RANDOM.choices(_WORDS, k=400)
    quote = text.split()[100 : 100 + int(400 * quoted_share)]
    return " ".join(own[: 400 - len(quote)] + quote)


@pytest.mark.parametrize(
    "copy",
    [
        TEXT,
        TEXT.upper(),
        cut(TEXT, 0.6),
        cut(TEXT, 0.3),
        TEXT + " " + " ".join(f"credit{i}" for i in range(40)),
        with_changed_words(TEXT, every=40),
        " ".join(TEXT.split()[200:] + TEXT.split()[:200]),
    ],
    ids=["same", "case", "cut", "cut to a third", "credits", "edited", "halves swapped"],
)
def test_copies_are_found(copy: str) -> None:
    assert len(compared(copy, TEXT)) == 1


@pytest.mark.parametrize("share", [0.2, 0.3, 0.4])
def test_a_fuller_text_is_no_copy_of_the_short_one_before_it(share: float) -> None:
    """A brief and the report that follows; a digest and one of its items."""
    assert compared(TEXT, cut(TEXT, share)) == []


def test_an_own_report_around_an_agency_text_is_no_copy_of_it() -> None:
    own = " ".join(_RANDOM.choices(_WORDS, k=700))
    assert compared(f"{own} {TEXT}", TEXT) == []


@pytest.mark.parametrize("share", [0.0, 0.1, 0.3])
def test_reports_that_share_quotes_are_no_copies(share: float) -> None:
    assert compared(own_report(TEXT, share), TEXT) == []


def test_a_line_inside_a_long_text_is_no_copy() -> None:
    assert compared(" ".join(TEXT.split()[:15]), TEXT) == []


def test_an_alert_is_a_copy_only_where_it_is_the_same_word_for_word() -> None:
    alert = " ".join(TEXT.split()[:19])
    assert compared(alert.upper(), alert) == [NearCopy(0, 1.0, 1.0, clear=False)]
    assert compared(f"{alert} more", alert) == []
    assert compared(with_changed_words(alert, every=18), alert) == []


def test_a_sentence_that_stands_under_many_headlines_is_no_copy() -> None:
    line = "This is a breaking news story. Check back for updates."
    assert compared(line, line) == []


def test_texts_without_a_signature_are_copies_of_nothing() -> None:
    assert compared("too short", "too short") == []


def test_the_estimate_is_near_the_truth() -> None:
    found = compared(cut(TEXT, 0.5), TEXT)[0]
    assert found.jaccard == pytest.approx(0.5, abs=0.13)
    assert found.contained >= MIN_CONTAINED
