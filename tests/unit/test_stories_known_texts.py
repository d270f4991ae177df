"""What one more text of an article means."""

from schemas.records import Article
from tests.beam.story_records import article
from transforms.stories.known_texts import Known, Step, step


def through(*texts: Article) -> list[Step]:
    steps: list[Step] = []
    known: Known | None = None
    for text in texts:
        steps.append(step(known, text))
        known = steps[-1].known
    return steps


def names(steps: list[Step]) -> list[str]:
    return [
        s.outcome.outcome if s.outcome else f"revision {s.article.revision}" for s in steps if s
    ]


OLD = article(body="Five were hurt.", minutes=0, published_minutes=-5)
NEW = article(body="Three were hurt.", minutes=60, published_minutes=-4)


def test_an_unchanged_copy_is_repeated() -> None:
    again = article(body="Five  were hurt.", minutes=30)
    assert names(through(OLD, again)) == ["revision 0", "repeated"]


def test_a_newer_changed_text_is_a_revision_and_keeps_the_first_times() -> None:
    first, second = through(OLD, NEW)
    assert names([first, second]) == ["revision 0", "revision 1"]
    assert second.article is not None
    assert second.article.first_fetched_at == OLD.fetched_at
    assert second.article.first_published_at == OLD.published_at
    assert second.revision is not None
    assert second.revision.body == OLD.body
    assert second.revision.replaced_at == NEW.fetched_at
    assert second.revision.changed == ("body",)


def test_an_older_text_never_replaces_a_newer_one() -> None:
    late = through(NEW, OLD)[1]
    assert late.article is None
    assert late.outcome is not None
    assert late.outcome.outcome == "superseded"
    assert late.revision is not None
    assert late.revision.body == OLD.body


def test_a_second_run_over_the_same_texts_changes_nothing() -> None:
    assert names(through(OLD, NEW, OLD, NEW))[2:] == ["repeated", "repeated"]


def test_a_text_that_comes_back_later_is_a_revision() -> None:
    back = article(body=OLD.body, minutes=90)
    assert names(through(OLD, NEW, back)) == ["revision 0", "revision 1", "revision 2"]
    assert names(through(OLD, NEW, back, OLD, NEW, back))[3:] == ["repeated"] * 3
