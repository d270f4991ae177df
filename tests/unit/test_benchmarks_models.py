"""The models' benchmark gives every side the same texts; `make bench` runs it whole."""

import io
from collections.abc import Sequence

import numpy as np
import pytest
from rich.console import Console

from benchmarks import model_sides, models
from transforms.detect_claims import DEFAULT_LANGUAGES, read_article
from transforms.models.base import Floats, ModelInfo, Text

BODIES = [
    "The dam near Riverton cracked on Tuesday. Officials left at 3 p.m. on Friday. What a day!",
    "Officials left at 3 p.m. on Friday. “The dam is safe and sound,” Maria Lopez said.",
    "The city spent 12 million dollars on the dam.\nThe dam near Riverton is an old one.",
]


class Noting:
    """A classifier that keeps what it is asked."""

    info = ModelInfo(name="noting", revision="0", threshold=0.5)
    labels = ("no", "yes")

    def __init__(self) -> None:
        self.asked: list[Text] = []

    def scores(self, texts: Sequence[Text]) -> Floats:
        self.asked.extend(texts)
        return np.zeros((len(texts), 2), np.float32)


def test_the_stage_judges_the_sentences_that_the_others_do() -> None:
    job, model = model_sides.claims_job(BODIES), Noting()
    for placed in job.elements:
        read_article(placed, model, DEFAULT_LANGUAGES)
    assert model.asked == job.texts
    assert len(set(job.texts)) == len(job.texts) == 5


def test_pairs_are_those_of_the_stage() -> None:
    job = model_sides.stances_job(BODIES, each=1)
    assert job.texts == [(pair.claim.text, pair.passage) for pair in job.elements]
    assert job.texts[0] == ("The dam near Riverton cracked on Tuesday.", BODIES[1])


@pytest.mark.parametrize("number", [8, 15, 17, 31])
def test_a_part_of_the_texts_is_of_every_length(number: int) -> None:
    texts: list[Text] = ["x" * length for length in range(1, number + 1)]
    some = [len(text) for text in models._of_every_length(texts, 8)]
    assert len(set(some)) == 8
    assert sum(some) / 8 == pytest.approx((1 + number) / 2, abs=1)


def test_fewer_texts_than_wanted_are_all_taken() -> None:
    assert models._of_every_length(["b", "a" * 2], 8) == ["b", "aa"]


def test_work_is_counted_by_the_products_of_the_graph() -> None:
    width, wide = 768, 3072
    whole, last = 4 * width**2 + 2 * width * wide, 2 * width**2
    rest = whole - last + width**2
    assert model_sides.operations("claims", [10, 20]) == 2 * (30 * (7 * whole + last) + 2 * rest)


def test_ratios_are_of_tokens_a_second() -> None:
    sides = {
        "newsbeam": models.Spent(8000, 2.0, 4.0),
        "(a) pipeline()": models.Spent(400, 1.0, 1.0),
        "(c) int8 alone": models.Spent(8000, 1.5, 3.0),
    }
    found = models.Measured("claims", 200, 8000, sides, 0.1, 1e12, {})
    console = Console(file=io.StringIO(), width=140)
    console.print(models.table_of(found, 1e12))
    printed = console.file.getvalue()  # type: ignore[attr-defined]
    for told in ("10.00 x", "0.75 x", "100.0", "4,000 tokens", "50% of the int8 peak", "2,000"):
        assert told in printed


def test_a_side_adds_up() -> None:
    spent = models.Spent().plus(3, lambda: None).plus(4, lambda: None)
    assert spent.tokens == 7
    assert spent.wall_s == pytest.approx(0, abs=1)
