"""The stages that run a model keep times and windows, and reject only what it cannot read."""

import dataclasses
import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import apache_beam as beam
import numpy as np
import pytest
from apache_beam.testing.test_pipeline import TestPipeline
from apache_beam.testing.util import assert_that, equal_to
from apache_beam.transforms.window import FixedWindows, TimestampedValue

from schemas import ids
from schemas.documents import document_of
from schemas.records import (
    Article,
    Claim,
    Origin,
    Pair,
    PlacedArticle,
    Placement,
    Reading,
    Rejected,
    Sentence,
    Stance,
)
from tests.tiny_checkpoints import packaged_reading
from transforms.classify_stances import ClassifyStances, stance_of, with_evidence
from transforms.detect_claims import DEFAULT_LANGUAGES, DetectClaims, read_article
from transforms.embed_articles import EmbedArticles, fingerprints_of
from transforms.models.base import LABELS, Floats, ModelInfo, Text
from transforms.models.load import load_classifier, load_embedder
from transforms.stories.fingerprint import make_fingerprint, unquantised
from transforms.text.substance import text_hash

NOON = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)
BODY = (
    "RIVERTON (AP)\n"
    "The dam near Riverton cracked on Tuesday and 300 people left their homes.\n"
    "“The city spent 12 million dollars on the dam in 2019,” Maria Lopez said.\n"
    "What a day!"
)


def article(number: int, body: str = BODY, language: str = "en") -> Article:
    url = f"https://example.org/{number}"
    return Article(
        article_id=ids.article_id(url, "Example", body),
        key=url,
        origin=Origin(source="Example", feed="https://example.org/feed"),
        url=url,
        title=f"Dam {number} cracks",
        body=body,
        language=language,
        fetched_at=NOON + dt.timedelta(seconds=number),
        text_hash=text_hash("", body),
    )


def placed(what: Article, reprint_of: str | None = None) -> PlacedArticle:
    placement = Placement(
        article_id=what.article_id,
        fetched_at=what.fetched_at,
        story_id="story",
        reprint_of=reprint_of,
        method="first",
        score=1.0,
        counterpart=None,
    )
    fingerprint = make_fingerprint(what, np.ones(4, np.float32))
    return PlacedArticle(article=what, placement=placement, fingerprint=fingerprint)


def claim(what: Article) -> Claim:
    text = "The dam near Riverton cracked on Tuesday"
    return Claim(
        claim_id=ids.claim_id(what.article_id, text),
        article_id=what.article_id,
        story_id="story",
        text=text,
        start=0,
        end=len(text),
        score=0.9,
        same_as="",
        language="en",
        source=what.source,
        url=what.url,
        title=what.title,
        published_at=None,
        fetched_at=what.fetched_at,
        model="m",
        model_revision="r",
        threshold=0.5,
    )


def pair(passage: str, number: int = 2) -> Pair:
    other = article(number)
    return Pair(
        story_headline="Bridge closed",
        claim=claim(article(1)),
        article_id=other.article_id,
        source="Other",
        url=other.url,
        title=other.title,
        published_at=None,
        fetched_at=other.fetched_at,
        passage=passage,
        evidence=passage,
        start=0,
        end=len(passage),
    )


class _TimesFn(beam.DoFn):
    def process(
        self,
        element: Any,
        time: Any = beam.DoFn.TimestampParam,
        window: Any = beam.DoFn.WindowParam,
    ) -> Any:
        yield element, float(time), float(window.start)


def test_embedding_keeps_each_article_s_time_and_window() -> None:
    times = [5.0, 65.0, 70.0, 700.0]
    articles = [TimestampedValue(article(n), at) for n, at in enumerate(times)]

    def check(found: list[Any]) -> None:
        assert sorted((at, start) for _, at, start in found) == [
            (5.0, 0.0),
            (65.0, 60.0),
            (70.0, 60.0),
            (700.0, 660.0),
        ]
        by_time = {at: embedded.fingerprint for embedded, at, _ in found}
        for n, at in enumerate(times):
            assert by_time[at].article_id == article(n).article_id
            assert unquantised(by_time[at].vector).shape == (384,)

    with TestPipeline("FnApiRunner") as p:
        found = (
            p
            | beam.Create(articles)
            | beam.Map(lambda value: value)
            | beam.WindowInto(FixedWindows(60))
            | EmbedArticles()
        ).embedded
        assert_that(found | beam.ParDo(_TimesFn()), check)


def test_what_a_site_puts_around_a_text_is_no_part_of_its_fingerprint() -> None:
    text = "The dam near Riverton cracked on Tuesday. Nobody was hurt, the mayor said."
    around = "We use cookies on this site.\n{}\nSign up to our newsletter.\n© 2026 The Courier"
    plain, dressed = fingerprints_of(
        [article(0, text), article(0, around.format(text))], load_embedder(None)
    )
    assert dressed == plain


def test_claims_cut_their_own_text_out_of_the_body() -> None:
    def check(readings: list[Reading]) -> None:
        (reading,) = readings
        assert reading.claims_note == ""
        texts = [c.text for c in reading.claims]
        assert [BODY[c.start : c.end] for c in reading.claims] == texts
        assert any("cracked on Tuesday" in text for text in texts)
        quoted = next(c for c in reading.claims if "12 million" in c.text)
        assert (quoted.speaker, quoted.quoted) == ("Maria Lopez", True)
        assert all(c.score >= c.threshold > 0 and c.same_as == c.claim_id for c in reading.claims)
        assert not any("What a day" in text or "RIVERTON" in text for text in texts)

    with TestPipeline("FnApiRunner") as p:
        assert_that((p | beam.Create([placed(article(1))]) | DetectClaims()).readings, check)


def test_a_sentence_too_short_to_be_judged_names_who_says_the_next() -> None:
    body = (
        "Maria Lopez said that the dam near Riverton is safe and sound. “No,” Brack said. "
        "“The city spent 12 million dollars on the dam in 2019.”"
    )
    reading, _ = read_article(
        placed(article(0, body)), load_classifier("claims"), DEFAULT_LANGUAGES
    )
    assert {c.speaker for c in reading.claims if "12 million" in c.text} == {"Brack"}


def test_what_a_site_puts_around_a_text_is_no_claim_of_it() -> None:
    teasers = [
        "Read more: Ten people killed as barge hits Porthaven bridge",
        "Related: Government cut the minimum wage by 5% in 2024",
        "Subscribe now and get 3 months for $1 a week.",
    ]
    first, *rest = BODY.split("\n")
    amid, alone = "\n".join([first, teasers[0], *rest, *teasers[1:]]), "\n".join(teasers)
    model = load_classifier("claims")
    readings = [
        read_article(placed(article(0, body)), model, DEFAULT_LANGUAGES)[0]
        for body in (BODY, amid, alone)
    ]
    plain, around, nothing = ([claim.text for claim in each.claims] for each in readings)
    assert around == plain != []
    assert nothing == []
    assert [amid[c.start : c.end] for c in readings[1].claims] == plain


def test_what_a_text_states_in_order_to_judge_it_or_of_itself_is_no_claim_of_it() -> None:
    checked = f"The claim: 700 people died when a dam near Brack broke.\n{BODY}\nOur rating: False."
    corrected = f"{BODY}\nAn earlier version of this article said that 500 people left their homes."
    model = load_classifier("claims")
    plain, fact_check, revised = (
        [c.text for c in read_article(placed(article(0, body)), model, DEFAULT_LANGUAGES)[0].claims]
        for body in (BODY, checked, corrected)
    )
    assert fact_check == revised == plain != []
    assert article(0, corrected).text_hash != article(0).text_hash


def test_a_title_that_its_body_repeats_on_top_is_no_claim_of_it() -> None:
    title = "Dam near Riverton cracks, 300 people leave their homes"
    plain = dataclasses.replace(article(0), title=title)
    below = BODY.removeprefix("RIVERTON (AP)\n")
    model = load_classifier("claims")
    found = [
        [claim.text for claim in read_article(placed(each), model, DEFAULT_LANGUAGES)[0].claims]
        for each in (
            plain,
            dataclasses.replace(plain, body=f"{title}\n{below}"),
            dataclasses.replace(plain, body=f"By Ann Lee\n{title}.\n{below}"),
        )
    ]
    assert found[0] == found[1] == found[2] != []
    alone = dataclasses.replace(plain, body=title)
    assert read_article(placed(alone), model, DEFAULT_LANGUAGES)[0].claims != ()


def test_articles_read_together_keep_their_times_and_the_claims_they_have_alone() -> None:
    articles = [
        article(n, f"The dam cost the city {n} million dollars in 2019.") for n in range(40)
    ]
    model = load_classifier("claims")
    alone = [read_article(placed(each), model, DEFAULT_LANGUAGES)[0].claims for each in articles]

    def check(found: list[Any]) -> None:
        by_time = {at: (reading.claims, start) for reading, at, start in found}
        assert by_time == {60.0 * n: (alone[n], 60.0 * n) for n in range(40)}
        assert all(alone)

    with TestPipeline("FnApiRunner") as p:
        timed = [TimestampedValue(placed(each), 60 * n) for n, each in enumerate(articles)]
        given = p | beam.Create(timed) | beam.Map(lambda value: value)
        windowed = given | beam.WindowInto(FixedWindows(60))
        assert_that((windowed | DetectClaims()).readings | beam.ParDo(_TimesFn()), check)


def test_reprints_and_unread_languages_say_why_they_have_no_claims() -> None:
    records = [
        placed(article(1), reprint_of="another"),
        placed(article(2, language="fi")),
        placed(article(3, body="")),
    ]
    with TestPipeline("FnApiRunner") as p:
        readings = (p | beam.Create(records) | DetectClaims()).readings
        notes = readings | beam.Map(lambda reading: (reading.claims_note, reading.claims))
        expected = [("reprint", ()), ("language fi has no claim model", ()), ("", ())]
        assert_that(notes, equal_to(expected))


@pytest.mark.parametrize(
    ("of_model", "given", "unread"),
    [(["de"], None, "en"), ([], None, "de"), (["en"], frozenset({"de"}), "en")],
)
def test_claims_are_looked_for_in_the_languages_that_the_model_names(
    of_model: list[str], given: frozenset[str] | None, unread: str, tmp_path: Path
) -> None:
    detect = DetectClaims(packaged_reading("claims", of_model, tmp_path), given)
    records = [placed(article(number, language=code)) for number, code in enumerate(("de", "en"))]
    with TestPipeline("FnApiRunner") as p:
        readings = (p | beam.Create(records) | detect).readings
        notes = readings | beam.Map(lambda each: each.claims_note)
        assert_that(notes, equal_to(["", f"language {unread} has no claim model"]))


def test_unrelated_is_not_kept_and_stances_carry_their_evidence() -> None:
    supporting = "The dam near Riverton cracked on Tuesday, engineers confirmed."
    pairs = [pair(supporting, 2), pair("The team won the cup by three goals to one.", 3)]

    def check(stances: list[Stance]) -> None:
        (stance,) = stances
        assert stance.pair.evidence == supporting
        assert stance.label in ("supports", "denies", "discusses")
        assert stance.score == max(stance.scores)
        assert sum(stance.scores) == pytest.approx(1, abs=1e-3)
        assert stance.stance_id == ids.stance_id(
            pairs[0].claim.claim_id, pairs[0].article_id, pairs[0].evidence
        )
        assert stance.model.startswith("newsbeam-stances")

    with TestPipeline("FnApiRunner") as p:
        assert_that((p | beam.Create(pairs) | ClassifyStances()).stances, check)


def test_the_evidence_is_the_sentence_that_decides() -> None:
    topic = "Riverton has had a dam since 1961."
    denial = "The ministry denied that the dam near Riverton cracked on Tuesday."
    passage = f"{topic} {denial}"
    near = Sentence(topic, 10, 10 + len(topic))
    said = Sentence(denial, near.end + 1, near.end + 1 + len(denial))
    both = dataclasses.replace(
        pair(passage), evidence=topic, start=near.start, end=near.end, candidates=(near, said)
    )

    def check(stances: list[Stance]) -> None:
        (stance,) = stances
        assert stance.label == "denies"
        decided = stance.pair
        assert (decided.evidence, decided.start, decided.end) == said
        assert decided.candidates == ()
        assert stance.stance_id == ids.stance_id(both.claim.claim_id, both.article_id, denial)

    with TestPipeline("FnApiRunner") as p:
        assert_that((p | beam.Create([both]) | ClassifyStances()).stances, check)


def test_a_number_is_read_as_the_claim_prints_it_and_kept_as_printed() -> None:
    passage = "About 7000 people lost power in Porthaven."
    asked = pair(passage)
    same = dataclasses.replace(asked.claim, text="About 7,000 people lost power in Porthaven.")

    def check(stances: list[Stance]) -> None:
        (stance,) = stances
        assert (stance.label, stance.uncertain) == ("supports", False)
        assert (stance.pair.passage, stance.pair.evidence) == (passage, passage)

    with TestPipeline("FnApiRunner") as p:
        pairs = p | beam.Create([dataclasses.replace(asked, claim=same)])
        assert_that((pairs | ClassifyStances()).stances, check)


class _Saying:
    """A classifier trained on English that finds one label everywhere."""

    info = ModelInfo(name="m", revision="r", threshold=0.0, languages=frozenset({"en"}))
    labels = LABELS["stances"]

    def __init__(self, label: str) -> None:
        self._row = [0.97 if each == label else 0.01 for each in self.labels]

    def scores(self, texts: Sequence[Text]) -> Floats:
        return np.array([self._row] * len(texts), np.float32)


@pytest.mark.parametrize(
    ("passage", "uncertain"),
    [
        ("The dam near Riverton cracked on Tuesday, engineers confirmed.", False),
        ("Der Damm bei Riverton bekam am Dienstag Risse, wie die Stadt bestätigte.", True),
        ("Riverton 12:30, 300, 2019.", False),
    ],
    ids=["English", "German", "no language"],
)
def test_what_stands_in_a_language_that_the_model_does_not_know_is_uncertain(
    passage: str, uncertain: bool
) -> None:
    model = _Saying("supports")
    stance = stance_of(pair(passage), model.scores([""])[0], model.labels, model.info)
    assert stance is not None
    [found] = with_evidence([stance], model)
    assert found.uncertain == uncertain


def test_more_than_a_buffer_full_comes_out_whole() -> None:
    pairs = [
        pair(f"{n} engineers confirmed that the dam near Riverton cracked on Tuesday.", n)
        for n in range(150)
    ]
    with TestPipeline("FnApiRunner") as p:
        stances = (p | beam.Create(pairs) | ClassifyStances()).stances
        found = stances | beam.Map(lambda s: s.pair.article_id)
        assert_that(found, equal_to([p.article_id for p in pairs]))


# Half of a character, as broken JSON leaves it: no tokenizer reads it.
HALF = "The dam cracked \ud83d on Tuesday, engineers said."


def _about(rejected: Rejected) -> tuple[str, str, str, str]:
    document_of(rejected)
    return rejected.step, rejected.error, rejected.key, rejected.payload


def test_an_article_that_cannot_be_read_is_rejected_alone() -> None:
    articles = [article(n) for n in range(5)]
    articles[2] = dataclasses.replace(articles[2], title=HALF)
    with TestPipeline("FnApiRunner") as p:
        ends = p | beam.Create(articles) | EmbedArticles()
        embedded = ends.embedded | beam.Map(lambda each: each.article.key)
        payload = HALF.replace("\ud83d", "?")
        assert_that(embedded, equal_to([articles[n].key for n in (0, 1, 3, 4)]), "embedded")
        assert_that(
            ends.rejected | beam.Map(_about),
            equal_to([("EmbedArticles", "TextError", articles[2].key, payload)]),
            "rejected",
        )


def test_a_sentence_that_cannot_be_read_costs_its_article_no_other_claim() -> None:
    whole = placed(article(1))
    body = f"{BODY}\n{HALF}"
    bad = dataclasses.replace(whole, article=dataclasses.replace(whole.article, body=body))
    key = f"sentences/{whole.article.article_id}/{len(BODY) + 1}-{len(body)}"
    with TestPipeline("FnApiRunner") as p:
        sound = (p | "Sound" >> beam.Create([whole]) | "Read" >> DetectClaims()).readings
        ends = p | "Bad" >> beam.Create([bad]) | DetectClaims()
        claims = (sound, ends.readings) | beam.Flatten() | beam.Map(lambda each: each.claims)

        def check(found: list[Any]) -> None:
            first, second = found
            assert first == second != ()

        assert_that(claims, check, "claims")
        assert_that(
            ends.rejected | beam.Map(_about),
            equal_to([("DetectClaims", "TextError", key, HALF.replace("\ud83d", "?"))]),
            "rejected",
        )


def test_a_pair_that_cannot_be_read_is_rejected_alone() -> None:
    passage = "The dam near Riverton cracked on Tuesday, engineers confirmed."
    pairs = [pair(HALF if n == 7 else passage, n) for n in range(20)]
    bad = pairs[7]
    key = f"pairs/{bad.claim.claim_id}/{bad.article_id}/0-{len(HALF)}"
    payload = f"{bad.claim.text}\n{HALF}".replace("\ud83d", "?")
    with TestPipeline("FnApiRunner") as p:
        ends = p | beam.Create(pairs) | ClassifyStances()
        found = ends.stances | beam.Map(lambda stance: stance.pair.article_id)
        assert_that(found, equal_to([each.article_id for each in pairs if each != bad]), "stances")
        assert_that(
            ends.rejected | beam.Map(_about),
            equal_to([("ClassifyStances", "TextError", key, payload)]),
            "rejected",
        )
