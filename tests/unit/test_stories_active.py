"""Active stories: what joins, what starts anew, what ends."""

import dataclasses
import datetime as dt
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas import ids
from schemas.records import Fingerprint, Placement
from tests.beam.story_records import START, article, fingerprint
from transforms.stories import story as story_module
from transforms.stories.active_stories import ActiveStories, StoryLimits
from transforms.stories.story import Gone, Joined, Merged, joined_of
from transforms.stories.trace import trace_of

_LETTERS = random.Random(5)
_NAMES = ["".join(_LETTERS.choices("abdegiklmnoprstuvz", k=6)).capitalize() for _ in range(400)]


def told(event: int, version: int, minutes: float = 0) -> Fingerprint:
    """Fingerprint of one of many reports on one of many events."""
    event_words = random.Random(event).choices(_NAMES, k=25)
    own_words = random.Random(1000 * event + version).choices(_NAMES, k=25)
    body = " ".join([*event_words, *own_words])
    title = " ".join(event_words[:6])
    url = f"https://a.example/{event}/{version}"
    return fingerprint(article(url, title=title, body=body, minutes=minutes))


def copied(original: Fingerprint, url: str, minutes: float) -> Fingerprint:
    """The same text under another URL."""
    return dataclasses.replace(
        original,
        article_id=ids.digest(url),
        fetched_at=START + dt.timedelta(minutes=minutes),
    )


def again(of: Fingerprint, minutes: float) -> Fingerprint:
    """The same article, which does not say when it was published, fetched once more."""
    at = START + dt.timedelta(minutes=minutes)
    return dataclasses.replace(of, fetched_at=at, event_time=at)


def run(fingerprints: list[Fingerprint], stories: ActiveStories) -> list[Placement]:
    return [stories.place(each)[0] for each in fingerprints]


def test_reports_on_one_event_are_one_story_and_others_are_not() -> None:
    stream = [told(event, version, version) for version in range(4) for event in range(12)]
    placements = run(stream, ActiveStories("en"))
    by_event = [{p.story_id for p in placements[event::12]} for event in range(12)]
    assert all(len(found) == 1 for found in by_event)
    assert len(set.union(*by_event)) == 12


def test_each_decision_says_method_score_and_counterpart() -> None:
    first, similar = told(1, 0), told(1, 1, 5)
    placements = run([first, similar, copied(first, "copy", 9)], ActiveStories("en"))
    assert [p.method for p in placements] == ["first", "similar", "reprint"]
    assert [p.counterpart for p in placements] == [None, first.article_id, first.article_id]
    assert all(0 <= p.score <= 1 for p in placements)
    assert placements[0].story_id == ids.digest("story", first.article_id)
    assert placements[2].reprint_of == first.article_id


def test_a_copy_of_a_copy_is_a_reprint_of_the_original() -> None:
    first = told(1, 0)
    stream = [first, copied(first, "one", 1), copied(first, "two", 2)]
    placements = run(stream, ActiveStories("en"))
    assert [p.reprint_of for p in placements] == [None, first.article_id, first.article_id]


def test_a_copy_under_another_headline_is_a_reprint() -> None:
    """Headlines are no part of the signature, and each outlet writes its own."""
    body = " ".join(random.Random(3).choices(_NAMES, k=80))
    one = fingerprint(article("https://a.example/1", title="Bridge closed", body=body))
    other = fingerprint(
        article("https://b.example/2", title="Chaos on the water", body=body, minutes=5)
    )
    placements = run([one, other], ActiveStories("en"))
    assert placements[1].reprint_of == one.article_id


def test_a_reprint_says_how_much_of_the_shorter_text_stands_in_the_longer() -> None:
    words = random.Random(3).choices(_NAMES, k=200)
    whole, cut = (
        fingerprint(article(f"https://a.example/{n}", body=" ".join(words[:n]), minutes=-n))
        for n in (200, 60)
    )
    assert run([whole, cut], ActiveStories("en"))[1].score == pytest.approx(1.0, abs=0.2)


def test_an_agency_s_alert_of_19_words_is_a_reprint_under_each_headline() -> None:
    alert = " ".join(random.Random(3).choices(_NAMES, k=19))
    stream = [
        fingerprint(article(f"https://a.example/{n}", title=title, body=alert, minutes=n))
        for n, title in enumerate(("Bridge closed", "Chaos on the water", "Barge hits pier"))
    ]
    first, *others = run(stream, ActiveStories("en"))
    assert {p.reprint_of for p in others} == {first.article_id}


def test_a_report_is_no_reprint_of_the_digest_that_ends_with_it() -> None:
    items = [" ".join(random.Random(event).choices(_NAMES, k=100)) for event in range(5)]
    digest = article("https://b.example/digest", title="In brief", body="\n".join(items))
    report = article("https://a.example/1", title="Bridge closed", body=items[-1], minutes=10)
    stream = [fingerprint(each) for each in (digest, report)]
    assert [p.method for p in run(stream, ActiveStories("en"))] == ["first", "first"]


def test_a_copy_cut_to_less_than_half_is_a_reprint_where_it_tells_the_same() -> None:
    words = random.Random(3).choices(_NAMES, k=200)
    whole, cut = (
        fingerprint(article(f"https://a.example/{n}", body=" ".join(words[:n]), minutes=-n))
        for n in (200, 70)
    )
    assert run([whole, cut], ActiveStories("en"))[1].reprint_of == whole.article_id


def test_an_updated_version_of_an_outlets_own_text_is_no_reprint_of_it() -> None:
    first = told(1, 0)
    updated = copied(first, "ignored", 30)
    updated = dataclasses.replace(updated, article_id=first.article_id, revision=1)
    placements = run([first, updated], ActiveStories("en"))
    assert (placements[1].method, placements[1].reprint_of) == ("revision", None)


def test_a_revision_stays_in_its_story_whatever_it_says() -> None:
    stories = ActiveStories("en")
    first, other = told(1, 0), told(2, 0)
    run([first, other], stories)
    revised = dataclasses.replace(
        told(2, 1, 30), article_id=first.article_id, revision=1, event_time=first.event_time
    )
    placement = stories.place(revised)[0]
    assert placement.method == "revision"
    assert placement.story_id == ids.digest("story", first.article_id)


def test_a_story_ends_after_a_week_without_an_article() -> None:
    stories = ActiveStories("en")
    week = 7 * 24 * 60
    placements = run([told(1, 0), told(1, 1, week - 1), told(1, 2, 2 * week + 9)], stories)
    assert [p.method for p in placements] == ["first", "similar", "first"]
    assert len(stories) == 1


def test_a_newer_text_begins_a_story_of_its_own() -> None:
    """Its article's first story has the id that goes with the article alone."""
    week = 7 * 24 * 60
    first = told(1, 0)
    later = [
        dataclasses.replace(again(first, minutes), revision=revision)
        for revision, minutes in enumerate((week + 9, 2 * week + 18), 1)
    ]
    placements = run([first, *later], ActiveStories("en"))
    assert [p.method for p in placements] == ["first"] * 3
    assert len({p.story_id for p in placements}) == 3
    other_language = run(later[:1], ActiveStories("fi"))[0]
    assert other_language.story_id == placements[1].story_id != placements[0].story_id


def test_articles_fetched_together_but_published_weeks_apart_are_two_stories() -> None:
    one, other = told(1, 0), told(1, 1)
    later = dataclasses.replace(other, event_time=other.event_time + dt.timedelta(days=20))
    assert [p.method for p in run([one, later], ActiveStories("en"))] == ["first", "first"]


@pytest.mark.parametrize("hours", [0, 1, 24, 6 * 24])
def test_what_says_when_it_was_published_needs_less_to_join(hours: int) -> None:
    """Where both say it: a fetch of what is undated says little about its day."""
    later = dataclasses.replace(told(1, 1, 60 * hours), source="Another outlet")

    def score(first_dated: bool, later_dated: bool) -> float:
        stories = ActiveStories("en")
        run([dataclasses.replace(told(1, 0), dated=first_dated)], stories)
        [match] = stories.matches(dataclasses.replace(later, dated=later_dated))
        return match.probability

    assert score(False, False) == score(True, False) == score(False, True) < score(True, True)


@pytest.mark.parametrize(("hours", "lower"), [(1, False), (24, True)])
def test_an_outlets_text_of_another_day_needs_more_to_join(hours: int, lower: bool) -> None:
    """It may be the next instalment of a form; another outlet's cannot be."""
    stories = ActiveStories("en")
    run([told(1, 0)], stories)
    own = told(1, 1, 60 * hours)
    foreign = dataclasses.replace(own, source="Another outlet")
    own_score, foreign_score = (stories.matches(each)[0].probability for each in (own, foreign))
    assert (own_score < foreign_score) is lower
    assert own_score <= foreign_score


def joined_by(stories: ActiveStories) -> list[Joined]:
    return [each for each in stories.increments() if isinstance(each, Joined)]


def test_beyond_the_cap_of_articles_the_earliest_copies_are_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(story_module, "MOST_ARTICLES", 3)
    stories = ActiveStories("en")
    first = told(1, 0)
    copies = [copied(first, f"copy {minutes}", minutes) for minutes in range(1, 7)]
    placements = run([first, *copies], stories)
    assert {p.reprint_of for p in placements[1:]} == {first.article_id}
    kept = [joined.trace.article_id for joined in joined_by(stories)]
    assert kept == [each.article_id for each in (first, *copies[-2:])]


def test_originals_are_members_however_many_copies_came_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(story_module, "MOST_ARTICLES", 60)
    stories = ActiveStories("en")
    run([told(1, version, version) for version in range(9)], stories)
    run([copied(told(1, 0), f"copy {minutes}", minutes) for minutes in range(10, 80)], stories)
    run([told(1, version, 100 + version) for version in range(9, 60)], stories)
    full = [joined.trace.article_id for joined in joined_by(stories) if joined.trace.vector]
    first = [told(1, version).article_id for version in range(story_module.FIRST_MEMBERS)]
    assert full[: len(first)] == first
    assert len(full) == story_module.FIRST_MEMBERS + story_module.LATEST_MEMBERS
    assert stories.articles == 60


def test_a_story_ends_after_so_long_without_a_new_article() -> None:
    minutes = StoryLimits().expiry_s / 60
    stories = ActiveStories("en")
    run([told(1, 0), told(2, 0, 1)], stories)
    assert stories.place(told(2, 1, minutes))[0].method == "similar"
    assert stories.place(told(1, 1, minutes + 1))[0].method == "first"
    assert len(stories) == 2


def test_beyond_the_cap_the_stalest_story_ends() -> None:
    stories = ActiveStories("en", StoryLimits(max_stories=3))
    run([told(event, 0, event) for event in range(5)], stories)
    assert len(stories) == 3
    assert stories.place(told(0, 1, 9))[0].method == "first"
    assert stories.place(told(4, 1, 10))[0].method == "similar"


def test_a_merge_into_a_story_that_ended_early_changes_nothing() -> None:
    before = ActiveStories("en")
    run([told(event, 0, event) for event in range(3)], before)
    first, *_ = recalled = before.increments()
    assert isinstance(first, Joined)
    stories = ActiveStories("en", StoryLimits(max_stories=2))
    for increment in (*recalled, Merged(story_id="former", into=first.story_id)):
        stories.add(increment)
    assert {each.story_id for each in joined_by(stories)} == {
        each.story_id for each in joined_by(before)[1:]
    }


def test_a_story_keeps_its_first_and_latest_members() -> None:
    stories = ActiveStories("en")
    run([told(1, version, version) for version in range(60)], stories)
    full = [joined for joined in joined_by(stories) if joined.trace.vector]
    assert len(full) == story_module.FIRST_MEMBERS + story_module.LATEST_MEMBERS
    assert stories.articles == 60


def test_languages_that_the_embedding_does_not_know_are_grouped_by_terms() -> None:
    stories = ActiveStories("es")
    stream = [told(event, version, version) for version in range(3) for event in range(6)]
    spanish = [dataclasses.replace(each, language="es", vector=b"\x01" * 64) for each in stream]
    placements = run(spanish, stories)
    assert len({p.story_id for p in placements}) == 6


# Of each script a report, another on the same event, and one on another event.
REPORTS = {
    "hi": (
        "जयपुर में शुक्रवार को एक मालवाहक नाव नदी पर बने पुल के खंभे से टकरा गई। महापौर सुनीता शर्मा ने कहा कि"
        " कोई घायल नहीं हुआ, लेकिन पुल तीन सप्ताह बंद रहेगा। इंजीनियरों ने खंभे में दरारें पाई हैं।",
        "जयपुर का पुल शनिवार को बंद रहा, एक दिन पहले मालवाहक नाव खंभे से टकरा गई थी। महापौर सुनीता शर्मा ने"
        " बताया कि इंजीनियरों ने खंभे में दरारें पाई हैं और मरम्मत में तीन सप्ताह लगेंगे।",
        "दिल्ली में रविवार को अंतरराष्ट्रीय मैराथन हुई जिसमें तीस हजार धावकों ने भाग लिया। पुरुष वर्ग में"
        " केन्या के धावक ने जीत हासिल की। आयोजकों ने कहा कि साठ देशों के खिलाड़ी आए थे।",
    ),
    "ko": (
        "부산에서 금요일 바지선이 강 위의 다리 교각에 부딪혔다. 김민수 시장은 다친 사람은"
        " 없지만 다리를 3주 동안"
        " 폐쇄한다고 밝혔다. 경찰은 선장을 체포했다. 기술자들은 교각에서 균열을 발견했다.",
        "부산의 다리는 토요일 폐쇄됐다. 하루 전 바지선이 교각을 들이받았기 때문이다. 김민수"
        " 시장은 기술자들이"
        " 교각의 균열을 발견했으며 수리에 3주가 걸린다고 말했다. 경찰은 선장을 조사하고 있다.",
        "서울에서 일요일 국제 마라톤이 열려 3만 명이 참가했다. 남자부 우승자는 2시간 8분의"
        " 기록을 세웠다."
        " 조직위원회는 60개국 선수가 등록했다고 밝혔다. 시장은 시민들에게 감사했다.",
    ),
    "zh": (
        "2026年11月27日，一艘5000吨货船撞上上海黄浦江上的卢浦大桥桥墩。市长李明说没有人受伤，"
        "但大桥将关闭3周。"
        "警方拘留了52岁的船长并展开调查。工程师在2号桥墩上发现裂缝。",
        "11月28日卢浦大桥继续关闭，1天前一艘货船撞上桥墩。市长李明表示，"
        "工程师在2号桥墩上发现裂缝，维修需要3周。"
        "警方正在询问52岁的船长。",
        "2026年11月29日，上海国际马拉松在外滩鸣枪起跑，3万名选手参加。"
        "男子组冠军以2小时8分的成绩夺冠。组委会表示，"
        "今年共有60个国家的选手报名。",
    ),
}


@pytest.mark.parametrize("language", REPORTS)
def test_scripts_of_other_kinds_have_stories_and_reprints(language: str) -> None:
    reports = [
        fingerprint(
            article(
                f"https://a.example/{i}",
                title="",
                body=body,
                minutes=10 * i,
                source=f"Outlet {i}",
                language=language,
                published_minutes=10 * i,
            )
        )
        for i, body in enumerate(REPORTS[language])
    ]
    stream = [*reports, copied(reports[0], "https://b.example/0", 40)]
    first, same, other, copy = run(stream, ActiveStories(language))
    assert (first.method, same.method, other.method) == ("first", "similar", "first")
    assert (copy.method, copy.story_id) == ("reprint", same.story_id)


def test_texts_without_any_word_are_no_story_with_one_another() -> None:
    empty = [
        fingerprint(article(f"https://a.example/{i}", title="", body="", minutes=i))
        for i in range(2)
    ]
    assert [p.method for p in run(empty, ActiveStories("en"))] == ["first", "first"]


def run_and_rebuilt(fingerprints: list[Fingerprint]) -> tuple[ActiveStories, ActiveStories]:
    """What has placed these, and what its increments make."""
    stories, copy = ActiveStories("en"), ActiveStories("en")
    for each in fingerprints:
        for increment in stories.place(each).increments:
            copy.add(increment)
    return stories, copy


WEEK = StoryLimits().expiry_s / 60


def test_a_story_that_begins_anew_is_rebuilt_without_what_it_had_before_it_ended() -> None:
    first, similar = told(1, 0), told(1, 1, 1)
    stories, copy = run_and_rebuilt([first, similar, again(first, WEEK + 9)])
    assert copy.articles == stories.articles == 1
    back = again(similar, WEEK + 10)
    assert stories.place(back) == copy.place(back)
    assert stories.increments() == copy.increments()


def test_an_article_is_found_where_it_went_when_its_story_had_ended() -> None:
    first, similar, later = told(1, 0), told(1, 1, 1), told(1, 2, WEEK + 9)
    back = again(similar, WEEK + 10)
    stories, copy = run_and_rebuilt([first, similar, later, back])
    for each in (copied(back, "copy", WEEK + 11), again(similar, WEEK + 12)):
        placed = stories.place(each)
        assert placed == copy.place(each)
        assert placed.placement.story_id == ids.digest("story", later.article_id)


def test_a_first_article_that_was_forgotten_leaves_its_story_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(story_module, "MOST_ARTICLES", 4)
    first, other = told(1, 0), told(1, 1, 1)
    revised = dataclasses.replace(copied(other, "", 2), article_id=first.article_id)
    copies = [copied(other, f"copy {minutes}", minutes) for minutes in range(3, 8)]
    unlike = dataclasses.replace(told(2, 0, 9), article_id=first.article_id)
    stream = [first, other, revised, *copies, unlike]
    assert run(stream, ActiveStories("en"))[-1].method == "first"
    stories, copy = run_and_rebuilt(stream)
    assert len(copy) == 1
    assert copy.increments() == stories.increments()
    assert copy.articles == stories.articles == 4


def gone(of: Fingerprint, minutes: float) -> Gone:
    """The same article, fetched in another language."""
    at = START + dt.timedelta(minutes=minutes)
    return Gone(article_id=of.article_id, fetched_at=at, embedding=of.embedding)


def test_a_story_is_without_an_article_that_left_it_as_if_that_had_not_been_there() -> None:
    stream = [told(1, 0), told(2, 0, 1), told(1, 1, 2), told(2, 1, 3), told(1, 2, 4)]
    for leaving in stream:
        stories, without = ActiveStories("en"), ActiveStories("en")
        placements = run(stream, stories)
        assert stories.leave(gone(leaving, 5))
        for each, placement in zip(stream, placements, strict=True):
            if each is not leaving:
                joined = joined_of(trace_of(each), placement.story_id, placement.reprint_of)
                without.add(joined)
        assert stories.increments() == without.increments()
        for event in (1, 2):
            assert stories.matches(told(event, 9, 6)) == without.matches(told(event, 9, 6))
        # The one that was without news for longer ends first.
        for each in (stories, without):
            each.limits = StoryLimits(max_stories=2)
        assert run([told(3, 0, 7)], stories) == run([told(3, 0, 7)], without)
        assert stories.increments() == without.increments()


def test_a_story_ends_with_its_last_article_in_the_language() -> None:
    stories = ActiveStories("en")
    first, copy = told(1, 0), copied(told(1, 0), "copy", 30)
    run([first], stories)
    assert stories.leave(gone(first, 10))
    assert len(stories) == stories.articles == 0
    assert run([copy], stories)[0].method == "first"


def test_who_was_not_there_or_whose_story_has_ended_leaves_nothing() -> None:
    stories = ActiveStories("en")
    run([told(1, 0)], stories)
    assert stories.leave(gone(told(2, 0), 1)) == ()
    assert stories.leave(gone(told(1, 0), WEEK + 1)) == ()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 6)), min_size=2, max_size=30), st.data()
)
def test_a_rebuilt_copy_decides_like_the_one_that_went_on(
    reports: list[tuple[int, int]], data: st.DataObject
) -> None:
    stream = [
        dataclasses.replace(told(event, version, minutes), revision=0)
        for minutes, (event, version) in enumerate(reports)
    ]
    cut = data.draw(st.integers(1, len(stream) - 1))
    whole = run(stream, ActiveStories("en"))
    before, after = ActiveStories("en"), ActiveStories("en")
    halves = run(stream[:cut], before)
    for joined in before.increments():
        after.add(joined)
    halves += [each.placement for each in after.place_all(stream[cut:])]
    assert halves == whole
