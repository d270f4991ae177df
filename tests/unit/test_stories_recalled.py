"""What an index says of merges is believed where it holds all that follows from them."""

import datetime as dt
from pathlib import Path

from schemas.records import Merge, PlacedArticle
from tests.beam.stored import store
from tests.beam.story_records import START, article, fingerprint, placed
from transforms.files.memory import FolderMemory
from transforms.stories.describing import entry_of, story_from
from transforms.stories.recall_stories import recall_stories
from transforms.stories.story import Joined, Merged

DAY_S = 86_400.0
KEPT, WENT = (placed(article(f"https://{n}.example/1", source=n), f"s{n}") for n in "ab")


def recalled(folder: Path, *articles: PlacedArticle) -> list[Joined | Merged]:
    """Increments out of an index that has the articles, and says that a story went into another."""
    at = START + dt.timedelta(minutes=5)
    merge = Merge(story_id="sb", into="sa", score=0.8, counterpart="c", at=at)
    store(folder, [*articles, story_from("sb", [entry_of(WENT, 0)], at, merge)])
    now = fingerprint(article("https://c.example/1", minutes=9))
    return recall_stories(FolderMemory(folder), "en", [now], DAY_S, lambda _: ())


def test_a_story_whose_articles_are_where_it_went_is_one_with_the_other(tmp_path: Path) -> None:
    found = recalled(tmp_path / "index", KEPT, placed(WENT.article, "sa"))
    assert found[-1] == Merged(story_id="sb", into="sa")
    assert [each.story_id for each in found[:-1] if isinstance(each, Joined)] == ["sa", "sa"]


def test_what_is_of_the_story_in_another_language_is_left_out(tmp_path: Path) -> None:
    now = placed(article("https://d.example/1", language="fi"), "sa")
    found = recalled(tmp_path / "index", KEPT, now)
    assert [each.trace.article_id for each in found if isinstance(each, Joined)] == [
        KEPT.article.article_id
    ]


def test_a_merge_that_was_written_by_half_is_found_again(tmp_path: Path) -> None:
    found = recalled(tmp_path / "index", KEPT, WENT)
    assert [each.story_id for each in found] == ["sa", "sb"]
