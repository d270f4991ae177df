"""How texts reach a model: repeated ones once, unreadable ones alone, on the cores there are."""

import threading
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import record_samples
from transforms import detect_claims
from transforms.detect_claims import DEFAULT_LANGUAGES, read_article, rehearse
from transforms.models.base import Floats, ModelInfo, Text, TextError
from transforms.models.cores import on_all_cores, usable_cores
from transforms.models.each import rows_of_each
from transforms.models.load import load_classifier
from transforms.models.remembering import Remembering
from transforms.text.sentences import Span, split_sentences

SURROGATE = "half a character: \ud83d"


class Counting:
    """A classifier whose score is the length of the text, and which notes what it is asked."""

    info = ModelInfo(name="counting", revision="0", threshold=0.5)
    labels = ("no", "yes")

    def __init__(self) -> None:
        self.asked: list[Text] = []

    def scores(self, texts: Sequence[Text]) -> Floats:
        self.asked.extend(texts)
        return np.array([[0, sum(map(len, text))] for text in texts], np.float32)


class Calls(Counting):
    """Notes how many texts each call brings."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: list[int] = []

    def scores(self, texts: Sequence[Text]) -> Floats:
        self.sizes.append(len(texts))
        return super().scores(texts)


def test_a_repeated_text_is_judged_once() -> None:
    inner = Counting()
    model = Remembering(inner)
    first = model.scores(["a", "bb", "a"])
    again = model.scores(["bb", "ccc"])
    assert inner.asked == ["a", "bb", "ccc"]
    assert first[:, 1].tolist() == [1, 2, 1]
    assert again[:, 1].tolist() == [2, 3]
    assert model.scores([]).shape == (0, 2)


def test_articles_are_rehearsed_in_one_call() -> None:
    articles = [
        record_samples.placed(article_id=str(n), body=f"The bridge of {n} metres was closed.")
        for n in range(5)
    ]
    model = Calls()
    rehearse(articles, model, DEFAULT_LANGUAGES)
    assert model.sizes == [5]
    assert model.asked == [each.article.body for each in articles]


def test_a_rehearsed_article_is_not_cut_again(monkeypatch: pytest.MonkeyPatch) -> None:
    cut: list[str] = []

    def counted(text: str, language: str) -> list[Span]:
        cut.append(text)
        return split_sentences(text, language)

    monkeypatch.setattr(detect_claims, "split_sentences", counted)
    bodies = [f"The tunnel of {n} metres was closed." for n in range(detect_claims._TOGETHER)]
    articles = [
        record_samples.placed(article_id=str(n), body=body) for n, body in enumerate(bodies)
    ]
    rehearse(articles, Counting(), DEFAULT_LANGUAGES)
    for each in articles:
        read_article(each, Counting(), DEFAULT_LANGUAGES)
    assert cut == bodies


def test_pairs_are_told_apart_by_where_they_are_cut() -> None:
    inner = Counting()
    texts: list[Text] = [("ab", "c"), ("a", "bc"), "abc"]
    Remembering(inner).scores(texts)
    assert inner.asked == texts


def test_the_oldest_are_forgotten() -> None:
    inner = Counting()
    model = Remembering(inner, most=2)
    for text in ("a", "b", "a", "c", "a", "b"):
        model.scores([text])
    assert inner.asked == ["a", "b", "c", "b"]


@given(st.lists(st.sampled_from(["good", "better", SURROGATE])))
def test_only_the_unreadable_text_fails(texts: list[str]) -> None:
    model = load_classifier("claims")
    rows = rows_of_each(model.scores, texts) if texts else []
    assert [isinstance(row, TextError) for row in rows] == [text == SURROGATE for text in texts]
    for text, row in zip(texts, rows, strict=True):
        if text != SURROGATE:
            assert np.array_equal(row, model.scores([text])[0])  # type: ignore[arg-type]


def test_threads_share_one_model_and_get_what_each_asked_for() -> None:
    texts = [[f"The town spent {n} million on {i} roads." for i in range(20)] for n in range(8)]
    models, scores = [], {}

    def read(n: int) -> None:
        models.append(load_classifier("claims"))
        scores[n] = models[-1].scores(texts[n])

    threads = [threading.Thread(target=read, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(model) for model in models}) == 1
    for n, found in scores.items():
        assert np.array_equal(found, models[0].scores(texts[n]))


def test_no_more_work_at_a_time_than_cores() -> None:
    lock, at_once, most = threading.Lock(), 0, 0
    all_in = threading.Barrier(2)

    def work(item: int) -> None:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        with lock:
            at_once -= 1

    def call() -> None:
        all_in.wait()
        on_all_cores(work, range(200))

    callers = [threading.Thread(target=call) for _ in range(2)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert 1 <= most <= usable_cores()


def test_an_error_of_one_item_is_raised() -> None:
    def work(item: int) -> None:
        if item == 7:
            raise TextError("seven")

    with pytest.raises(TextError, match="seven"):
        on_all_cores(work, range(20))


def test_nothing_is_worked_on_any_more_when_an_error_is_raised() -> None:
    caller, done = threading.get_ident(), list[int]()

    def work(item: int) -> None:
        if threading.get_ident() == caller:
            raise TextError("the caller's")
        time.sleep(0.05)
        done.append(item)

    with pytest.raises(TextError, match="the caller's"):
        on_all_cores(work, range(5))
    before = len(done)
    time.sleep(0.15)
    assert len(done) == before


def test_a_container_s_share_counts(tmp_path: Path) -> None:
    quota = tmp_path / "cpu.max"
    quota.write_text("100000 100000\n")
    assert usable_cores(quota) == 1
    quota.write_text("max 100000\n")
    assert usable_cores(quota) == usable_cores(tmp_path / "absent") >= 1
