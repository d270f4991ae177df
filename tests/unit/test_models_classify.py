"""What `newsbeam classify` adds to its records."""

from transforms.models.classify import (
    RecordError,
    Unjudged,
    classify_claims,
    classify_stances,
)


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


def test_nothing_in_nothing_out() -> None:
    assert list(classify_claims([])) == list(classify_stances([])) == []
    (empty,) = classify_stances([{"claim": "", "text": ""}])
    assert empty["label"] in {"supports", "denies", "discusses", "unrelated"}


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
