"""LinkClaims: same_as, pairs, caps; on a runner and without."""

import dataclasses
import datetime as dt
from pathlib import Path
from typing import Any, NamedTuple

import apache_beam as beam
import pytest
from apache_beam.testing.test_pipeline import TestPipeline

from schemas.records import Claim, ClaimCounts, NewText, Pair, Reading, Rejected
from tests.beam.kept import keep, load
from tests.beam.stored import store
from tests.beam.story_records import article, placed, reading
from transforms.files.memory import FolderMemory
from transforms.link_claims import LinkClaims
from transforms.stories import linking
from transforms.stories.known_texts import step
from transforms.stories.linking import LinkLimits, StoryClaims, recall_story
from transforms.text.sentences import Span, split_sentences

HURT = "The blaze on Ravelin Quay injured 12 firefighters, the mayor said."
HURT_TOO = "Twelve firefighters were injured in the blaze on Ravelin Quay, said the mayor."
FEWER = "The blaze on Ravelin Quay injured 3 firefighters, the mayor said."

FIRST = reading(article("https://a.example/1", body=HURT + " Smoke rose.", minutes=0), HURT)
SECOND = reading(article("https://b.example/2", body=HURT_TOO, minutes=10), HURT_TOO)
THIRD = reading(article("https://c.example/3", body=FEWER, minutes=20), FEWER)
COPY = reading(
    article("https://d.example/4", body=HURT + " Smoke rose.", minutes=30), reprint_of="x"
)


class Out(NamedTuple):
    said: beam.PCollection[Claim | NewText]
    pairs: beam.PCollection[Pair]
    rejected: beam.PCollection[Rejected]


def linked(readings: list[Reading], path: Path) -> dict[str, list[Any]]:
    with TestPipeline("FnApiRunner") as pipeline:
        created = pipeline | beam.Create(readings, reshuffle=False)
        out = created | LinkClaims()
        keep(Out(*out), path)
    found: dict[str, list[Any]] = {name: [] for name in Out._fields}
    for kept in load(path):
        found[kept.name].append(kept.element)
    return found


def test_first_claims_meet_every_other_original_whatever_comes_first(tmp_path: Path) -> None:
    for number, arrival in enumerate(([FIRST, SECOND, THIRD, COPY], [COPY, THIRD, SECOND, FIRST])):
        found = linked(arrival, tmp_path / str(number))
        hurt, fewer = FIRST.claims[0].claim_id, THIRD.claims[0].claim_id
        same_as = {claim.text: claim.same_as for claim in found["said"]}
        assert same_as == {HURT: hurt, HURT_TOO: hurt, FEWER: fewer}
        assert {(p.claim.claim_id, p.url) for p in found["pairs"]} == {
            (hurt, "https://b.example/2"),
            (hurt, "https://c.example/3"),
            (fewer, "https://a.example/1"),
            (fewer, "https://b.example/2"),
        }
        assert len(found["pairs"]) == 4


def test_a_claim_that_the_embedder_cannot_read_is_told_and_stays(tmp_path: Path) -> None:
    half = HURT.replace("blaze", "blaze \ud83d")
    bad = reading(article("https://f.example/6", body=half, minutes=50), half)
    found = linked([FIRST, bad, THIRD], tmp_path / "out")
    assert {claim.text for claim in found["said"]} == {HURT, FEWER, half}
    [rejected] = found["rejected"]
    assert (rejected.step, rejected.error) == ("LinkClaims", "TextError")
    assert rejected.key == f"claims/{bad.claims[0].claim_id}"
    assert rejected.payload == half.replace("\ud83d", "?")


def test_evidence_stands_in_the_body_where_it_says(tmp_path: Path) -> None:
    bodies = {r.placed.article.article_id: r.placed.article.body for r in (FIRST, SECOND, THIRD)}
    for pair in linked([FIRST, SECOND, THIRD], tmp_path / "out")["pairs"]:
        assert bodies[pair.article_id][pair.start : pair.end] == pair.evidence
        assert pair.evidence in pair.passage


def test_passages_that_share_too_little_are_not_judged() -> None:
    story = StoryClaims(LinkLimits())
    story.link(FIRST)
    other = reading(article("https://e.example/5", body="Ferries run late in Brack.", minutes=40))
    assert story.link(other).pairs == []


def test_a_link_to_another_article_speaks_to_no_claim() -> None:
    story = StoryClaims(LinkLimits())
    story.link(FIRST)
    ferries, teaser = "Ferries run late in Brack.", f"Read more: {HURT}"
    around = article("https://e.example/5", body=f"{ferries}\n{teaser}", minutes=40)
    alone = article("https://f.example/6", body=teaser, minutes=50)
    assert story.link(reading(around)).pairs == story.link(reading(alone)).pairs == []


def test_a_passage_is_read_without_the_links_that_stand_in_it() -> None:
    story = StoryClaims(LinkLimits())
    story.link(FIRST)
    end = "They are at home again."
    body = f"{HURT_TOO}\n\nRelated: Government cut the minimum wage by 5%\n\n{end}"
    [pair] = story.link(reading(article("https://e.example/5", body=body, minutes=40))).pairs
    assert pair.passage == f"{HURT_TOO} {end}"
    assert body[pair.start : pair.end] == pair.evidence == HURT_TOO


def test_a_revised_text_meets_the_claims_again_but_its_old_claims_meet_nobody_twice() -> None:
    story = StoryClaims(LinkLimits())
    story.link(FIRST)
    assert len(story.link(SECOND).pairs) == 1
    again = story.link(SECOND)
    assert [claim.same_as for claim in again.claims] == [FIRST.claims[0].claim_id]
    assert len(again.pairs) == 1
    assert story.link(FIRST).pairs == []


def revised(each: Reading, body: str, *, reprint_of: str | None = None) -> Reading:
    """A newer text of an article, as DropRepeats and DetectClaims hand it on."""
    known = step(None, each.placed.article).known
    newer = dataclasses.replace(
        each.placed.article,
        body=body,
        text_hash="changed",
        fetched_at=each.placed.article.fetched_at + dt.timedelta(hours=1),
    )
    text = step(known, newer).article
    assert text is not None
    return Reading(placed=placed(text, reprint_of=reprint_of), claims=())


def told(story: StoryClaims, each: Reading) -> set[str]:
    """The claims to which a newer text may say nothing more."""
    return {text.claim_id for text in story.link(each).new_texts if not text.standing}


def test_a_newer_text_speaks_for_itself_where_it_is_judged_or_its_sentence_is_gone() -> None:
    story = StoryClaims(LinkLimits())
    story.link(FIRST)
    story.link(SECOND)
    hurt = FIRST.claims[0].claim_id
    assert told(story, revised(SECOND, f"{HURT_TOO} More is known.")) == {hurt}
    assert told(story, revised(SECOND, "Ferries run late in Brack.")) == {hurt}
    assert told(story, revised(SECOND, HURT_TOO, reprint_of="x")) == {hurt}


def test_a_sentence_that_only_a_link_still_shows_is_gone() -> None:
    story = StoryClaims(LinkLimits())
    story.link(FIRST)
    ferries = "Ferries run late in Brack."
    story.link(SECOND)
    assert told(story, revised(SECOND, f"{ferries}\nRead more: {HURT_TOO}")) == {
        FIRST.claims[0].claim_id
    }
    around = reading(article("https://e.example/5", body=f"{ferries}\nRead more: {HURT}"))
    story.link(around)
    assert told(story, revised(around, ferries)) == set()


def test_beyond_the_pairs_of_one_text_a_sentence_that_still_stands_says_what_it_said() -> None:
    story = StoryClaims(LinkLimits(pairs=1))
    story.link(FIRST)
    story.link(THIRD)
    both = reading(article("https://f.example/6", body=f"{HURT_TOO} {FEWER}", minutes=40))
    story.link(both)
    longer = revised(both, f"More is known. {HURT_TOO} {FEWER}")
    asked, other = sorted(story.link(longer).new_texts, key=lambda text: len(text.standing))
    assert asked.standing == ()
    body = longer.placed.article.body
    assert {body[s.start : s.end] for s in other.standing} <= {HURT_TOO, FEWER}
    assert [body[s.start : s.end] for s in other.standing] == [s.text for s in other.standing]
    gone = revised(both, "Ferries run late in Brack.")
    assert len(told(story, gone)) == 2


def test_what_a_newer_text_drops_is_told() -> None:
    story = StoryClaims(LinkLimits())
    story.link(FIRST)
    dropped = dataclasses.replace(
        revised(FIRST, "Smoke rose."), dropped=(FIRST.claims[0].claim_id,)
    )
    [text] = story.link(dropped).new_texts
    assert text.claim_id == FIRST.claims[0].claim_id
    assert text.fetched_at == dropped.placed.article.fetched_at


def test_an_original_that_becomes_a_reprint_meets_no_later_claim() -> None:
    story = StoryClaims(LinkLimits())
    story.link(SECOND)
    story.link(revised(SECOND, HURT_TOO, reprint_of="x"))
    later = story.link(THIRD)
    assert {pair.article_id for pair in later.pairs} == {THIRD.placed.article.article_id}


def test_pairs_carry_the_headline_of_the_earliest_original_even_beyond_the_caps() -> None:
    story = StoryClaims(LinkLimits(articles=1))
    story.link(titled(FIRST, "Blaze on Ravelin Quay"))
    for minutes, each in enumerate((SECOND, THIRD, SECOND, THIRD), 1):
        again = StoryClaims(LinkLimits(articles=1))
        for kept in story.kept():
            again.add(kept)
        story = again
        made = story.link(titled(each, f"Later report {minutes}"))
        assert {pair.story_headline for pair in made.pairs} <= {"Blaze on Ravelin Quay"}
    corrected = story.link(titled(FIRST, "Blaze on Ravelin Dock"))
    assert {pair.story_headline for pair in corrected.pairs} == {"Blaze on Ravelin Dock"}


def test_what_is_moved_into_a_story_meets_it_as_news_do() -> None:
    story = StoryClaims(LinkLimits())
    story.link(FIRST)
    placement = dataclasses.replace(
        SECOND.placed.placement,
        first_story_id="s2",
        moved_at=THIRD.placed.article.fetched_at,
    )
    moved = dataclasses.replace(
        SECOND, placed=dataclasses.replace(SECOND.placed, placement=placement), former=("gone",)
    )
    linked = story.link(moved)
    assert [claim.same_as for claim in linked.claims] == [FIRST.claims[0].claim_id]
    assert [pair.claim.claim_id for pair in linked.pairs] == [FIRST.claims[0].claim_id]
    [former] = linked.moved
    assert (former.claim_id, former.story_id) == ("gone", "s1")
    assert former.moved_at == THIRD.placed.article.fetched_at
    assert linked.new_texts == []


@pytest.fixture
def cut(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that were cut into sentences; nothing is known of before."""
    cut: list[str] = []

    def counted(text: str, language: str) -> list[Span]:
        cut.append(text)
        return split_sentences(text, language)

    linking._index.cache_clear()
    monkeypatch.setattr(linking, "split_sentences", counted)
    return cut


def test_a_story_that_is_read_anew_does_not_index_its_articles_again(cut: list[str]) -> None:
    kept: list[Any] = []
    texts = [f"The blaze on Ravelin Quay burned down {n} sheds." for n in (17, 29, 41)]
    for number, text in enumerate(texts):
        story = StoryClaims(LinkLimits())
        for each in kept:
            story.add(each)
        assert len(story.link(one(number, text, number)).pairs) == 2 * number
        kept = story.kept()
    assert cut == texts


def test_a_story_of_many_articles_indexes_each_once(cut: list[str]) -> None:
    texts = [f"The blaze on Ravelin Quay burned down {n} sheds." for n in range(300)]
    story = StoryClaims(LinkLimits(articles=len(texts)))
    for number, text in enumerate(texts):
        story.add(article(f"https://a.example/{number}", body=text, minutes=number))
    late = article("https://b.example/1", body=HURT, minutes=len(texts))
    story.link(reading(late, HURT, "The blaze on Ravelin Quay sank two barges."))
    assert sorted(cut) == sorted(texts)


def test_no_index_outlives_the_run(tmp_path: Path) -> None:
    linked([FIRST, SECOND], tmp_path / "out")
    assert linking._index.cache_info().currsize == 0


def titled(each: Reading, title: str) -> Reading:
    article = dataclasses.replace(each.placed.article, title=title)
    return dataclasses.replace(each, placed=dataclasses.replace(each.placed, article=article))


def test_caps_hold() -> None:
    limits = LinkLimits(claims=2, articles=3, pairs=2)
    story = StoryClaims(limits)
    for number in range(8):
        text = f"The blaze on Ravelin Quay injured {number + 2} firefighters, the mayor said."
        url = f"https://a.example/{number}"
        made = story.link(reading(article(url, body=text, minutes=number), text))
        assert len(made.claims) == 1
        assert len(made.pairs) <= 2 * limits.pairs
    assert len(story.kept()) == limits.claims + limits.articles + 1  # the headline


def test_what_stands_beyond_the_characters_that_are_read_is_not_met() -> None:
    text = "The blaze on Ravelin Quay injured 4 firefighters, the mayor said."
    behind = article("https://b.example/2", body=f"{'Ferries run late in Brack. ' * 9}\n{text}")
    for body_chars, pairs in ((100, 0), (1000, 1)):
        story = StoryClaims(LinkLimits(body_chars=body_chars))
        story.link(one(1, text, 0))
        assert len(story.link(reading(behind)).pairs) == pairs


def one(number: int, text: str, minutes: float) -> Reading:
    return reading(article(f"https://{number}.example/", body=text, minutes=minutes), text)


def test_beyond_the_cap_the_claim_that_nobody_said_for_the_longest_leaves() -> None:
    story = StoryClaims(LinkLimits(claims=2))
    texts = [f"The blaze on Ravelin Quay injured {n} firefighters, they said." for n in (5, 6, 7)]
    five, six, seven = (one(n, text, n) for n, text in enumerate(texts))
    story.link(five)
    story.link(six)
    again = story.link(one(3, texts[0], 3))
    assert [claim.same_as for claim in again.claims] == [five.claims[0].claim_id]
    story.link(seven)
    last = one(4, texts[1], 4)
    assert [claim.same_as for claim in story.link(last).claims] == [last.claims[0].claim_id]
    later = story.link(one(5, texts[2], 5))
    assert [claim.same_as for claim in later.claims] == [seven.claims[0].claim_id]


def test_a_story_out_of_the_index_keeps_the_claims_that_the_running_one_keeps(
    tmp_path: Path,
) -> None:
    limits = LinkLimits(claims=3)
    story = StoryClaims(limits)
    found: list[Any] = []
    for number, people in enumerate((5, 6, 7, 5, 8, 9, 5, 6)):
        text = f"The blaze on Ravelin Quay injured {people} firefighters, they said."
        each = one(number, text, number)
        found.append(each.placed)
        for made in story.link(each).claims:
            at = made.fetched_at
            found.append(ClaimCounts(claim=made, supporting=0, denying=0, discussing=0, as_of=at))
    store(tmp_path / "index", found)
    recalled = StoryClaims(limits)
    recall_story(FolderMemory(tmp_path / "index"), "s1", recalled, limits)
    assert recalled.kept() == story.kept()


def test_a_story_is_not_called_by_an_article_that_has_become_a_reprint(tmp_path: Path) -> None:
    first = reading(article(title="Smoke on the quay", body=HURT), HURT)
    second = one(2, FEWER, 10)
    copy = reading(article(title="Smoke on the quay", body=FEWER, minutes=20), reprint_of="x")
    went_on, recalled = StoryClaims(LinkLimits()), StoryClaims(LinkLimits())
    for each in (first, second, copy):
        went_on.link(each)
    store(tmp_path / "index", [copy.placed, second.placed])
    recall_story(FolderMemory(tmp_path / "index"), "s1", recalled, LinkLimits())
    for story in (went_on, recalled):
        [headline] = {pair.story_headline for pair in story.link(one(3, HURT, 30)).pairs}
        assert headline == second.placed.article.title
