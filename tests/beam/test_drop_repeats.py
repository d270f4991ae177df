"""DropRepeats on a runner: copies end, corrections go on, whatever order they come in."""

import dataclasses
from pathlib import Path

import pytest

from schemas.records import Article
from tests.beam.stored import store
from tests.beam.story_graph import run
from tests.beam.story_records import article
from transforms.files.memory import FolderMemoryConfig

OLD = article(body="Five were hurt, the mayor said .", minutes=0)
COPY = article(body=OLD.body, minutes=10)
NEW = article(body="Three were hurt, the mayor said .", minutes=60)
TEASER = article(body="The bridge is closed.", minutes=90, teaser=True)


@pytest.mark.parametrize("arrival", [(OLD, COPY, NEW), (NEW, COPY, OLD), (COPY, NEW, OLD)])
def test_the_result_is_that_of_the_order_of_time(
    arrival: tuple[Article, ...], tmp_path: Path
) -> None:
    found = run(list(arrival), tmp_path / "out")
    [placed] = found["placed"]  # a bounded run puts out an article as it is in the end
    assert (placed.article.revision, placed.article.fetched_at) == (1, NEW.fetched_at)
    assert placed.placement.method == "revision"
    assert [r.body for r in found["revisions"]] == [OLD.body]
    assert [o.outcome for o in found["outcomes"]] == ["repeated"]


def test_a_second_run_over_the_same_input_changes_nothing(tmp_path: Path) -> None:
    first = run([OLD, COPY, NEW], tmp_path / "first")
    store(tmp_path / "index", [*first["placed"], *first["revisions"], *first["counts"]])
    memory = FolderMemoryConfig(str(tmp_path / "index"))
    second = run([OLD, COPY, NEW], tmp_path / "second", memory)
    assert {o.outcome for o in second["outcomes"]} == {"repeated"}
    assert len(second["outcomes"]) == 3
    assert not any(second[name] for name in second if name != "outcomes")


def test_an_older_copy_than_the_stored_one_is_superseded(tmp_path: Path) -> None:
    first = run([NEW], tmp_path / "first")
    store(tmp_path / "index", first["placed"])
    second = run([OLD], tmp_path / "second", FolderMemoryConfig(str(tmp_path / "index")))
    assert [o.outcome for o in second["outcomes"]] == ["superseded"]
    assert [r.body for r in second["revisions"]] == [OLD.body]
    assert not second["placed"]


def test_a_text_that_was_stored_under_older_rules_of_boilerplate_is_known(tmp_path: Path) -> None:
    [placed] = run([OLD], tmp_path / "first")["placed"]
    older = dataclasses.replace(placed.article, text_hash="0" * 26)
    store(tmp_path / "index", [dataclasses.replace(placed, article=older)])
    second = run([COPY], tmp_path / "second", FolderMemoryConfig(str(tmp_path / "index")))
    assert [o.outcome for o in second["outcomes"]] == ["repeated"]


def test_a_teaser_of_a_text_that_the_index_has_in_full_is_repeated(tmp_path: Path) -> None:
    first = run([NEW, TEASER], tmp_path / "first")
    assert [o.outcome for o in first["outcomes"]] == ["repeated"]
    store(tmp_path / "index", first["placed"])
    second = run([TEASER], tmp_path / "second", FolderMemoryConfig(str(tmp_path / "index")))
    assert [o.outcome for o in second["outcomes"]] == ["repeated"]
    assert not second["placed"]


def test_a_newer_teaser_revises_one_of_an_earlier_run(tmp_path: Path) -> None:
    older = article(body="A barge hit the bridge.", minutes=60, teaser=True)
    store(tmp_path / "index", run([older], tmp_path / "first")["placed"])
    second = run([TEASER], tmp_path / "second", FolderMemoryConfig(str(tmp_path / "index")))
    [placed] = second["placed"]
    assert (placed.article.revision, placed.article.body) == (1, TEASER.body)
