"""What one more text of an article means."""

import pytest

from schemas.records import Article, Change
from tests.beam.story_records import article
from transforms.stories.headline import headline_of
from transforms.stories.known_texts import MOST_TEXTS, Known, Step, step


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
TEASER = article(body="Some were hurt.", minutes=30, teaser=True)


def test_an_unchanged_copy_is_repeated() -> None:
    again = article(body="Five  were hurt.", minutes=30)
    assert names(through(OLD, again)) == ["revision 0", "repeated"]


def test_a_newer_changed_text_is_a_revision_and_keeps_the_first_times() -> None:
    first, second = through(OLD, NEW)
    assert names([first, second]) == ["revision 0", "revision 1"]
    assert second.article is not None
    assert second.article.first_fetched_at == OLD.fetched_at
    assert second.article.first_published_at == OLD.published_at
    replaced = second.article.replaces
    assert replaced is not None
    assert replaced.body == OLD.body
    assert (replaced.replaced_at, replaced.late_hash) == (NEW.fetched_at, "")
    assert replaced.change == Change(
        parts=("body",),
        removed=("Five were hurt.",),
        added=("Three were hurt.",),
        sentences_removed=1,
        sentences_added=1,
        share=1.0,
    )
    assert second.known.current.replaces is None


def test_an_older_text_never_replaces_a_newer_one() -> None:
    late = through(NEW, OLD)[1]
    assert late.article is None
    assert late.outcome is not None
    assert late.outcome.outcome == "superseded"
    assert late.revision is not None
    assert (late.revision.body, late.revision.late_hash) == (OLD.body, OLD.text_hash)


def test_a_second_run_over_the_same_texts_changes_nothing() -> None:
    assert names(through(OLD, NEW, OLD, NEW))[2:] == ["repeated", "repeated"]


def test_a_text_that_comes_back_later_is_a_revision() -> None:
    back = article(body=OLD.body, minutes=90)
    assert names(through(OLD, NEW, back)) == ["revision 0", "revision 1", "revision 2"]
    assert names(through(OLD, NEW, back, OLD, NEW, back))[3:] == ["repeated"] * 3


def test_a_newer_teaser_never_takes_the_place_of_a_full_text() -> None:
    known, ended = through(OLD, TEASER)
    assert ended.known == known.known
    assert ended.article is None
    assert ended.outcome is not None
    assert (ended.outcome.outcome, ended.outcome.reason) == (
        "repeated",
        "a teaser of a text that is known in full",
    )


def test_a_full_text_takes_the_place_of_a_teaser_and_a_newer_teaser_of_an_older() -> None:
    longer = article(body="Five or six.", minutes=40, teaser=True)
    full = article(body=OLD.body, minutes=50)
    late = article(body="Some.", minutes=45, teaser=True)
    assert names(through(TEASER, longer, full, late, NEW)) == [
        "revision 0",
        "revision 1",
        "revision 2",
        "superseded",
        "revision 3",
    ]


@pytest.mark.parametrize(
    "body",
    [
        "Updated 14:05 GMT, 2 November 2026\nFive were hurt.",
        "Five were hurt.\n1.2K shares\nShare on Facebook",
        "Five were hurt.\nRead more: Bridge closed after barge hits pier",
        "Five were hurt.\nSign up for our newsletter and never miss a story.",
        "We use cookies to improve your visit.\n\n  Five\u00a0were\u200b hurt.",
    ],
)
def test_what_a_site_puts_around_a_text_is_no_revision(body: str) -> None:
    assert names(through(OLD, article(body=body, minutes=60))) == ["revision 0", "repeated"]


def test_a_changed_headline_alone_is_a_revision_of_the_title() -> None:
    retitled = article(title="Harbour bridge reopens", body=OLD.body, minutes=60)
    text = through(OLD, retitled)[1].article
    assert text is not None
    assert text.replaces is not None
    assert text.replaces.change == Change(parts=("title",))


def test_line_breaks_beside_a_changed_headline_are_no_change_of_the_body() -> None:
    one = article(body="Berlin 1\nHamburg 2\nMünchen 3")
    other = article(title="Harbour bridge reopens", body="Berlin 1 Hamburg 2 München 3", minutes=60)
    text = through(one, other)[1].article
    assert text is not None
    assert text.replaces is not None
    assert text.replaces.change == Change(parts=("title",))


def test_of_a_long_sentence_the_part_that_changed_is_shown() -> None:
    before, after = "รัฐมนตรีกล่าวว่า" * 37, "ผู้ว่าการกล่าวว่า" * 20
    one, other = (
        article(body=f"{before} {dead} {after}", minutes=dead, language="th") for dead in (15, 51)
    )
    text = through(one, other)[1].article
    assert text is not None
    assert text.replaces is not None
    (removed,), (added,) = text.replaces.change.removed, text.replaces.change.added
    assert (len(removed), len(added)) == (500, 500)
    assert " 15 " in removed
    assert removed.replace(" 15 ", " 51 ") == added


def test_of_a_long_sentence_without_a_like_the_beginning_is_shown() -> None:
    one, other = article(body="Five were hurt."), article(body="word " * 150, minutes=60)
    text = through(one, other)[1].article
    assert text is not None
    assert text.replaces is not None
    assert text.replaces.change.added == (other.body[:500],)


def test_a_sentence_that_moved_is_a_change_of_none() -> None:
    one = article(body="Five were hurt. The bridge is closed.", minutes=0)
    other = article(body="The bridge is closed. Five were hurt.", minutes=60)
    text = through(one, other)[1].article
    assert text is not None
    assert text.replaces is not None
    assert text.replaces.change == Change(parts=("body",))


def test_a_date_that_only_a_later_text_has_moves_neither_month_nor_headline() -> None:
    undated = article(body="Five were hurt.")
    dated = article(body="Three were hurt.", minutes=60, published_minutes=-90 * 24 * 60)
    first, second = (each.article for each in through(undated, dated))
    assert first is not None
    assert second is not None
    assert second.first_event_time == first.first_event_time == undated.fetched_at
    assert headline_of(second) == headline_of(first)


def test_of_a_text_written_anew_the_first_sentences_are_shown_and_all_counted() -> None:
    one = article(body="\n".join(f"Sentence {n} stood here first." for n in range(30)))
    other = article(body=" ".join(["word"] * 300) + ".", minutes=60)
    text = through(one, other)[1].article
    assert text is not None
    assert text.replaces is not None
    change = text.replaces.change
    assert (change.sentences_removed, len(change.removed)) == (30, 20)
    assert all(len(sentence) <= 500 for sentence in change.added)
    assert change.share == 1.0


def test_a_text_that_comes_back_late_after_too_many_others_is_one_more_revision() -> None:
    texts = [article(body=f"{n} were hurt.", minutes=10 + n) for n in range(MOST_TEXTS + 2)]
    known = through(*texts)[-1].known
    assert len(known.hashes) == MOST_TEXTS
    forgotten, held = (
        step(known, article(body=f"{n} were hurt.", minutes=5)) for n in (0, MOST_TEXTS)
    )
    assert names([forgotten, held]) == ["superseded", "repeated"]
