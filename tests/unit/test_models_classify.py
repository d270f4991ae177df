"""What `newsbeam classify` adds to its records."""

import pytest

from transforms.models.classify import (
    RecordError,
    Unjudged,
    classify_claims,
    classify_stances,
)
from transforms.models.load import load_classifier


def test_claims_keep_order_and_other_fields() -> None:
    lines = [
        {"id": n, "text": text, "score": "mine"}
        for n, text in enumerate(["Thank you.", "Crime fell by 12 percent in 2019."] * 50)
    ]
    judged = list(classify_claims(lines))
    assert [record["id"] for record in judged] == list(range(100))
    assert [record["claim"] for record in judged] == [False, True] * 50
    assert all(0 <= record["score"] <= 1 for record in judged)
    assert judged[0]["score"] == judged[98]["score"]


def test_records_come_out_before_the_input_ends() -> None:
    def endless():  # type: ignore[no-untyped-def]
        while True:
            yield {"text": "Crime fell."}

    assert next(classify_claims(endless()))["text"] == "Crime fell."


def test_stances_read_the_passage_of_a_whole_article() -> None:
    filler = "The council talked about roads, schools and the weather for hours. " * 20
    evidence = "The dam near Riverton cracked on Tuesday, engineers said."
    claim = "The dam near Riverton cracked on Tuesday"
    (whole,) = classify_stances([{"claim": claim, "text": filler + evidence, "n": 1}])
    (other,) = classify_stances([{"claim": claim, "text": filler}])
    assert whole["n"] == 1
    assert set(whole["scores"]) == {"supports", "denies", "discusses", "unrelated"}
    assert whole["label"] == max(whole["scores"], key=whole["scores"].get)
    assert whole["label"] != "unrelated"
    assert other["label"] == "unrelated"


def test_what_the_model_does_not_know_is_uncertain() -> None:
    texts = {
        "Unemployment fell to 3.9 percent in March, the lowest since 1969.": False,
        "Thank you.": False,
        "We are working on that together with our friends.": None,
        "Die Arbeitslosigkeit fiel im März auf 3,9 Prozent, den niedrigsten Wert seit 1969.": True,
    }
    model = load_classifier("claims")
    for record, expected in zip(
        classify_claims({"text": text} for text in texts), texts.values(), strict=True
    ):
        assert record["claim"] == (record["score"] >= model.info.threshold)
        between = model.info.sure_from[1] > record["score"] > 1 - model.info.sure_from[0]
        assert record["uncertain"] == (between if expected is None else expected)


def test_a_stance_without_a_sentence_that_says_it_is_uncertain() -> None:
    claim = "The dam near Riverton cracked on Tuesday"
    texts = [f"{claim}, engineers said.", "The dam at Riverton has a spillway, said Maria Lopez."]
    confirmed, topic = classify_stances([{"claim": claim, "text": text} for text in texts])
    assert (confirmed["label"], confirmed["uncertain"]) == ("supports", False)
    assert topic["label"] == "unrelated" or topic["uncertain"]


def test_a_denial_of_a_claim_that_names_nothing_is_uncertain() -> None:
    of_whom = {"": True, " of Maria Lopez": False}
    for whose, uncertain in of_whom.items():
        claim = f"There was no alcohol in the bag{whose}."
        text = f"It is false that there was no alcohol in the bag{whose}: officers found alcohol."
        (judged,) = classify_stances([{"claim": claim, "text": text}])
        assert (judged["label"], judged["uncertain"]) == ("denies", uncertain)


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        (
            "About 7,000 people lost power in Porthaven.",
            "About 7000 people lost power in Porthaven.",
        ),
        (
            "The storm hit Porthaven at 2 p.m. and killed 12 people.",
            "The storm hit Porthaven at 14:00 and killed a dozen people.",
        ),
        (
            "The storm did damage worth $2.5 million in Porthaven.",
            "The storm did damage worth $2,500,000 in Porthaven.",
        ),
        ("Kim was last seen in public on Sept. 3.", "Kim was last seen in public on 3 September."),
    ],
)
def test_a_number_in_another_form_is_the_same(claim: str, text: str) -> None:
    (judged,) = classify_stances([{"claim": claim, "text": text}])
    assert (judged["label"], judged["uncertain"], judged["text"]) == ("supports", False, text)


def test_another_number_denies_but_not_for_sure() -> None:
    claim = "About 7,000 people lost power in Porthaven."
    (judged,) = classify_stances([{"claim": claim, "text": claim.replace("7", "9")}])
    assert (judged["label"], judged["uncertain"]) == ("denies", True)


def test_nothing_in_nothing_out() -> None:
    assert list(classify_claims([])) == list(classify_stances([])) == []


@pytest.mark.parametrize("empty", ["", " \n\t", "\u200b\u00a0\ufeff", "\0"])
def test_an_empty_text_is_not_judged_and_keeps_its_place(empty: str) -> None:
    good = {"id": 2, "text": "Crime fell by 12 percent in 2019."}
    unjudged, judged = classify_claims([{"id": 1, "text": empty}, good])
    said = "empty, so there is nothing to judge"
    assert unjudged == {"id": 1, "text": empty, "error": "TextError", "message": f"text: {said}"}
    assert isinstance(unjudged, Unjudged) and judged["claim"]
    whole = {"claim": "Crime fell.", "text": "Crime fell."}
    pairs = [{**whole, "claim": empty}, {**whole, "text": empty}, {"claim": empty, "text": empty}]
    *none, supported = classify_stances([*pairs, whole])
    fields = ("claim", "text", "claim and text")
    assert [one["message"] for one in none] == [f"{field}: {said}" for field in fields]
    assert supported["label"] == "supports"


@pytest.mark.parametrize("text", ["...", "5", "ん", "a\0b"])
def test_a_text_that_says_anything_is_judged(text: str) -> None:
    (judged,) = classify_claims([{"text": text}])
    assert 0 <= judged["score"] <= 1


def test_a_record_that_cannot_be_judged_keeps_its_place_and_hurts_no_other() -> None:
    good = {"text": "Crime fell by 12 percent in 2019."}
    lines = [good, {"id": 7, "text": "Crime \ud83d fell."}, RecordError("line 3 is no JSON"), good]
    first, unreadable, no_record, last = classify_claims(lines)
    assert first == last
    assert first["claim"] is True
    assert isinstance(unreadable, Unjudged)
    assert (unreadable["id"], unreadable["error"]) == (7, "TextError")
    assert no_record == {"error": "RecordError", "message": "line 3 is no JSON"}
    pair = {"claim": "Crime fell.", "text": "Crime fell."}
    judged = list(classify_stances([{**pair, "text": "\ud83d"}, pair]))
    assert [isinstance(record, Unjudged) for record in judged] == [True, False]
