"""What comes back each day in one form glues no strangers together; what goes on stays together."""

from collections.abc import Sequence

import pytest

from models.stories.labelled import fingerprints_of
from schemas.records import Placement
from tests.beam.story_records import article
from tests.quality.recurring_formats import CONTINUOUS, INSTALMENTS, MARKET_WRAPS, Instalment
from transforms.models.load import load_embedder
from transforms.stories.active_stories import ActiveStories

pytestmark = pytest.mark.quality

_DAY_MINUTES = 24 * 60


def placed(instalments: Sequence[Instalment], dated: bool) -> list[Placement]:
    """Where the stream puts them, in the order of their days; `dated` says when they came out."""
    articles = [
        article(
            f"https://outlet.example/{number}",
            title=each.title,
            body=each.body,
            source=each.outlet,
            minutes=each.day * _DAY_MINUTES + number,
            published_minutes=each.day * _DAY_MINUTES + number if dated else None,
        )
        for number, each in enumerate(sorted(instalments, key=lambda each: each.day))
    ]
    prints = fingerprints_of(articles, load_embedder(None))
    return [each.placement for each in ActiveStories("en").place_all(prints)]


@pytest.mark.parametrize("dated", [True, False])
def test_instalments_of_one_form_are_strangers(dated: bool) -> None:
    joined = [each for each in placed(INSTALMENTS, dated) if each.method != "first"]
    assert joined == []


def test_two_days_of_a_wires_market_report_are_two_stories() -> None:
    assert [each.method for each in placed(MARKET_WRAPS, dated=True)] == ["first", "first"]


@pytest.mark.parametrize("dated", [True, False])
def test_an_event_and_its_next_reports_stay_together(dated: bool) -> None:
    assert len({each.story_id for each in placed(CONTINUOUS, dated)}) == 1
