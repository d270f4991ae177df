"""A text that arrives late joins the story that was there then, and is held against it."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from apache_beam.testing.test_stream import TestStream

from tests.beam.stored import stored
from tests.beam.story_graph import at_its_time, index_of, run, run_stream
from tests.beam.story_records import START, article
from tests.beam.test_revisions import AGREED, DENIED, HURT
from transforms.files.memory import FolderMemoryConfig

DAY = 24 * 60
CAUSE = "The harbour bridge barge crash in Porthaven was caused by fog, the pilot said."
FIRST = article("https://a.example/1", body=f"{HURT}\nThe bridge is closed.", minutes=0)
LAST = article(
    "https://c.example/3", body=f"{AGREED}\nIt was fog that caused the crash.", minutes=DAY
)
# Fetched between the two, and read after both.
LATE = article("https://b.example/2", body=f"{DENIED}\n{CAUSE}", minutes=10, source="Post")
OTHER = article(
    "https://d.example/4",
    title="Kestrel wins the cup in Lindow",
    body="Kestrel beat Rovers by two goals at Lindow, the referee said after the final.",
    minutes=20,
)


def by_url(path: Path, family: str) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for document in stored(path, family):
        found.setdefault(document["url"], []).append(document)
    return found


def behind_the_index(folder: Path) -> Path:
    """A backfill of an older text than those that a stream has left in the index."""
    index, memory = folder / "index", FolderMemoryConfig(str(folder / "index"))
    index_of(index, run([FIRST, LAST, OTHER], folder / "first"))
    index_of(index, run([LATE], folder / "late", memory))
    return index


def behind_the_watermark(folder: Path) -> Path:
    """A text that reaches a running stream a day after its time of fetch."""
    stream = TestStream().advance_watermark_to(START.timestamp() - 1)
    for one in (FIRST, OTHER, LAST):
        stream = stream.add_elements([at_its_time(one)])
        stream = stream.advance_watermark_to(one.fetched_at.timestamp() + 60)
    stream = stream.add_elements([at_its_time(LATE)])
    index_of(folder / "index", run_stream(stream, folder / "out"))
    return folder / "index"


@pytest.mark.parametrize("arrive", [behind_the_index, behind_the_watermark])
def test_a_late_text_is_read_as_one_of_its_story(
    arrive: Callable[[Path], Path], tmp_path: Path
) -> None:
    index = arrive(tmp_path)
    [late], [first], [last], [other] = (
        by_url(index, "articles")[str(one.url)] for one in (LATE, FIRST, LAST, OTHER)
    )
    assert late["story_id"] == first["story_id"] == last["story_id"] != other["story_id"]
    claims = {claim["text"]: claim for claim in stored(index, "claims")}
    assert claims[CAUSE]["story_id"] == first["story_id"]
    said = pairs(stored(index, "stances"))
    # What was said before it, it speaks to; what it says, the later text speaks to.
    assert (HURT, str(LATE.url), "denies") in said
    assert (CAUSE, str(LAST.url), "supports") in said
    assert claims[HURT]["denying"] == 1
    [story] = [each for each in stored(index, "stories") if each["story_id"] == first["story_id"]]
    assert (story["articles"], story["sources"]) == (3, ["Courier", "Post"])
    assert story["last_seen"] == last["event_time"]


def pairs(stances: Iterable[dict[str, Any]]) -> set[tuple[str, str, str]]:
    return {(each["claim_text"], each["url"], each["label"]) for each in stances}


def test_it_is_all_the_same_whenever_it_arrives(tmp_path: Path) -> None:
    """But for who says a thing first, which later texts cannot change."""
    in_order, late = tmp_path / "in_order", behind_the_index(tmp_path)
    index_of(in_order, run([FIRST, LATE, OTHER, LAST], tmp_path / "whole"))
    stories = {
        path: {one["url"]: one["story_id"] for one in stored(path, "articles")}
        for path in (in_order, late)
    }
    assert stories[in_order] == stories[late]
    found = [pairs(stored(path, "stances")) for path in (in_order, late)]
    assert found[0] == found[1]
