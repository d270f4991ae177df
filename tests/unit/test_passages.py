"""The passage is the window that shares most with the claim, cut out by exact offsets."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.text import passages
from transforms.text.passages import WINDOW_CHARS, BodyIndex, best_passage
from transforms.text.sentences import split_sentences

FILLER = "The council met for many hours and talked about roads, schools and the weather.\n"
BODY = (
    FILLER * 8
    + "Officials denied that the Riverton dam had cracked on Tuesday.\n"
    + "Engineers had examined it twice.\n"
    + FILLER * 8
)
CLAIM = "The Riverton dam cracked on Tuesday"


def test_finds_the_window_and_the_sentence() -> None:
    passage = best_passage(CLAIM, BODY, split_sentences(BODY))
    text = BODY[passage.start : passage.end]
    assert "denied that the Riverton dam" in text
    assert len(text) <= WINDOW_CHARS
    evidence = BODY[passage.evidence.start : passage.evidence.end]
    assert evidence == "Officials denied that the Riverton dam had cracked on Tuesday."
    assert passage.overlap > 0.9


def test_a_sentence_that_doubts_wins_over_an_equal_one() -> None:
    body = (
        "A dam near Riverton cracked on Tuesday.\n"
        + FILLER * 8
        + "The story that a dam near Riverton cracked on Tuesday is a hoax."
    )
    passage = best_passage("A dam near Riverton cracked on Tuesday", body, split_sentences(body))
    assert "hoax" in body[passage.evidence.start : passage.evidence.end]


def test_what_a_text_states_in_order_to_judge_it_is_no_evidence() -> None:
    stated, finding = f"Claim: {CLAIM}.", "Engineers found no crack in the dam."
    body = f"{stated}\n{finding}\nThe mayor was there."
    passage = best_passage(CLAIM, body, split_sentences(body))
    assert body[passage.start : passage.end] == body
    assert body[passage.evidence.start : passage.evidence.end] == finding
    assert stated not in [body[start:end] for start, end in passage.candidates]
    alone = best_passage(CLAIM, stated, split_sentences(stated))
    assert alone.candidates == ((0, len(stated)),)


@pytest.mark.parametrize(
    ("told", "expected"),
    [("It is a hoax. The photo is fake.", True), ("A fake passport was found.", False)],
)
def test_a_body_that_says_twice_that_something_is_untrue_refutes(told: str, expected: bool) -> None:
    body = f"{CLAIM}.\n{FILLER * 8}{told}"
    passage = best_passage(CLAIM, body, split_sentences(body))
    assert told not in body[passage.start : passage.end]
    assert passage.refuting is expected


def test_a_correction_is_evidence() -> None:
    note = "An earlier version of this article said that the Riverton dam had cracked on Tuesday."
    body = f"{FILLER * 8}{note}"
    passage = best_passage(CLAIM, body, split_sentences(body))
    assert body[passage.evidence.start : passage.evidence.end] == note


def test_nothing_shared_gives_the_lead() -> None:
    passage = best_passage("Zebras sing", BODY, split_sentences(BODY))
    assert (passage.start, passage.overlap) == (0, 0.0)


def test_an_empty_body_gives_the_empty_passage() -> None:
    assert best_passage(CLAIM, "", []) == (0, 0, ((0, 0),), 0.0, False)


def test_what_stands_between_the_sentences_of_an_index_is_not_read() -> None:
    body = "The dam cracked.\n\nIt is closed.\nRead more: Ferries\nNobody was hurt."
    spans = split_sentences(body)
    whole, own = BodyIndex(body, spans), BodyIndex(body, [*spans[:2], *spans[3:]])
    assert whole.read(whole.best("dam")) == body
    assert own.read(own.best("dam")) == "The dam cracked.\n\nIt is closed. Nobody was hurt."
    nothing = BodyIndex(body, [])
    assert nothing.read(nothing.best("dam")) == ""


def test_one_index_serves_many_claims_like_one_each() -> None:
    spans = split_sentences(BODY)
    index = BodyIndex(BODY, spans)
    for claim in (CLAIM, "roads and schools", ""):
        assert index.best(claim) == best_passage(claim, BODY, spans)


def test_the_words_of_a_claim_are_read_once_for_many_bodies(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    claim = "The words of this very claim are read once."
    indexes = [BodyIndex(BODY, split_sentences(BODY)) for _ in range(3)]
    read: list[str] = []

    def noted(text: str) -> dict[str, float]:
        read.append(text)
        return {"claim": 1.0}

    monkeypatch.setattr(passages, "_stems", noted)
    for index in indexes:
        index.best(claim)
    assert read == [claim]


def test_a_claim_takes_less_than_a_millisecond() -> None:
    index = BodyIndex(BODY, split_sentences(BODY))
    taken = []
    for _ in range(20):
        started = time.perf_counter()
        index.best(CLAIM)
        taken.append(time.perf_counter() - started)
    assert min(taken) < 0.001


@given(st.text(), st.text(alphabet=st.sampled_from("abc. \nDé“”3")))
def test_offsets_lie_in_the_body(claim: str, body: str) -> None:
    passage = best_passage(claim, body, split_sentences(body))
    assert 1 <= len(passage.candidates) <= 3
    for start, end in passage.candidates:
        assert 0 <= passage.start <= start <= end <= passage.end
    assert passage.end <= len(body)
    assert 0.0 <= passage.overlap <= 1.0
