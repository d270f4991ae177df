"""A text that is changed: what changed, and what of what was said is still current."""

from pathlib import Path
from typing import Any

import pytest

from schemas.documents import document_of
from schemas.records import Article
from tests.beam.stored import stored
from tests.beam.story_graph import index_of, run
from tests.beam.story_records import article
from transforms.files.memory import FolderMemoryConfig
from transforms.stories.linking import LinkLimits

HURT = "The harbour bridge barge crash hurt 5 people in Porthaven, the mayor said."
CLOSED = "The harbour bridge in Porthaven stays closed for a month, the operator said."
FEWER = "The harbour bridge barge crash hurt 3 people in Porthaven, the mayor said."
DENIED = "The mayor denied that the harbour bridge barge crash hurt 5 people in Porthaven."
AGREED = "The barge crash at the harbour bridge hurt 5 people in Porthaven, doctors found."

A, B = "https://a.example/1", "https://b.example/2"
MADE = article(A, body=f"{HURT}\n{CLOSED}", minutes=0)
DENIAL = article(B, body=f"{DENIED}\nFerries run instead.", minutes=10, source="Post")
CORRECTED = article(A, body=f"{FEWER}\n{CLOSED}", minutes=20)
WITHDRAWN = article(B, body=f"{AGREED}\nFerries run instead.", minutes=30, source="Post")
RETITLED = article(B, title="Bridge: who was hurt", body=WITHDRAWN.body, minutes=40, source="Post")
TEXTS = [MADE, DENIAL, CORRECTED, WITHDRAWN, RETITLED]


# More claims than one text is judged by; the text that speaks to all of them gets longer on top.
PIERS = range(LinkLimits().pairs + 2)
SPOKE = "\n".join(f"Doctors found {n + 20} people hurt by the barge on pier {n}." for n in PIERS)
CLAIMS = "\n".join(f"The barge hurt {n + 20} people on pier {n}, the mayor said." for n in PIERS)
LONGER = [
    article(B, body=SPOKE, minutes=0, source="Post"),
    article(A, body=CLAIMS, minutes=10),
    article(B, title="All piers", body=f"More is known.\n{SPOKE}", minutes=20, source="Post"),
    article(B, body=f"More is known by now.\n{SPOKE}", minutes=30, source="Post"),
]


def told(path: Path, family: str, *fields: str) -> set[tuple[Any, ...]]:
    """The fields of all documents of a family."""
    return {tuple(each.get(field) for field in fields) for each in stored(path, family)}


def test_what_the_newest_texts_say_is_current_and_the_rest_stays_marked(tmp_path: Path) -> None:
    index = tmp_path / "index"
    index_of(index, run(TEXTS, tmp_path / "run"))
    assert told(index, "claims", "text", "current", "dropped_at") == {
        (HURT, False, "2026-11-01T08:20:00.000Z"),
        (CLOSED, True, None),
        (FEWER, True, None),
    }
    on_hurt = {
        (evidence, label, current, at, of_claim)
        for text, evidence, label, current, at, of_claim in told(
            index,
            "stances",
            *("claim_text", "evidence", "label", "current", "dropped_at", "claim_current"),
        )
        if text == HURT
    }
    assert (DENIED, "denies", False, "2026-11-01T08:30:00.000Z", False) in on_hurt
    assert (AGREED, "supports", True, None, False) in on_hurt
    assert told(index, "claims", "text", "supporting", "denying") >= {(HURT, 1, 0)}
    [story] = stored(index, "stories")
    assert story["claims"] == 2


def test_a_revision_says_what_changed_and_which_claims(tmp_path: Path) -> None:
    found = run(TEXTS, tmp_path / "run")
    by_seen = {each.seen_at: each for each in found["revisions"]}
    corrected = by_seen[MADE.fetched_at]
    assert corrected.change.parts == ("body",)
    assert corrected.change.removed == corrected.claims_dropped == (HURT,)
    assert corrected.change.added == corrected.claims_added == (FEWER,)
    assert corrected.change.share == 0.5
    retitled = by_seen[WITHDRAWN.fetched_at]
    assert retitled.change.parts == ("title",)
    assert retitled.claims_dropped == retitled.claims_added == ()


def test_what_is_current_has_its_place_in_the_newest_text(tmp_path: Path) -> None:
    found = index_of(tmp_path / "index", run(LONGER, tmp_path / "run"))
    articles = {each["article_id"]: each for each in found["articles"]}
    assert len(found["stances"]) == len(PIERS)
    for stance in found["stances"]:
        by = articles[stance["article_id"]]
        assert stance["current"]
        assert stance["evidence"] == by["body"][stance["start"] : stance["end"]]
        assert [stance[f] for f in ("title", "fetched_at")] == [by["title"], by["fetched_at"]]


@pytest.mark.parametrize(
    ("texts", "cut"),
    [(texts, cut) for texts in (TEXTS, LONGER) for cut in range(1, len(texts))],
)
def test_runs_that_follow_one_another_end_as_one_run(
    texts: list[Article], cut: int, tmp_path: Path
) -> None:
    index = tmp_path / "index"
    whole = index_of(tmp_path / "whole", run(texts, tmp_path / "run"))
    index_of(index, run(texts[:cut], tmp_path / "first"))
    second = run(texts[cut:], tmp_path / "second", FolderMemoryConfig(str(index)))
    assert index_of(index, second) == whole


def test_documents_of_all_that_a_revision_makes_are_versioned_by_the_newest_text(
    tmp_path: Path,
) -> None:
    found = run(TEXTS, tmp_path / "run")
    newest = {document_of(each).version for each in found["counts"]}
    assert max(newest) == document_of(found["placed"][-1]).version
