"""Which numbers say how old somebody is."""

import pytest

from transforms.text.ages import ages_among
from transforms.text.numbers_said import numbers_said


def ages(sentence: str) -> list[str]:
    return [age.said for age in ages_among(list(numbers_said(sentence)), sentence)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Igor Brack, 52, was attacked by 12 bears in Riverton.",
        "Igor Brack (52) was attacked by 12 bears in Riverton.",
        "Igor Brack, now 52, was attacked by 12 bears in Riverton.",
        "Igor Brack, age 52, was attacked by 12 bears in Riverton.",
        "Igor Brack, aged 52, was attacked by 12 bears in Riverton.",
        "Police arrested the mayor of Riverton, 52, for 12 frauds.",
        "Police charged a man from Riverton, 52, with 12 murders.",
        "In March sailor Igor Brack, 52, caught 12 giant pikes in Riverton.",
        "On Monday Igor Brack Jr., 52, of Riverton was jailed for 12 frauds.",
        "Mayor Brack has died at the age of 52, 12 papers in Riverton said.",
        "Mayor Brack died on Thursday at 52, 12 papers in Riverton said.",
    ],
)
def test_an_age_stands_in_many_places(sentence: str) -> None:
    assert ages(sentence) == ["52"]


@pytest.mark.parametrize(
    ("sentence", "age"),
    [
        ("The 52-month-old panda and 12 bears escaped from the zoo of Riverton.", "52month"),
        ("The forty-two-year-old Igor Brack was attacked by 12 bears in Riverton.", "42year"),
    ],
)
def test_an_age_has_its_unit_where_the_sentence_says_it(sentence: str, age: str) -> None:
    assert ages(sentence) == [age]


@pytest.mark.parametrize(
    "sentence",
    [
        "People aged 65 and over may ride for free in Riverton.",
        "Boys aged 10 to 17 may ride for free in Riverton.",
        "Nobody under 18 years old may buy beer in Riverton.",
        "People may vote at the age of 16 in Riverton.",
        "The toll, now 12, rose again on Monday in Riverton.",
        "The ministry put the number of people who died in Riverton at 40.",
        "In Riverton, 30, all soldiers, were hurt in the blast.",
        "In New Riverton, 90, including children, were hurt in the blast.",
        "In Riverton, 30,000 people have left their homes since October.",
        "Last year, 4.5 million people visited the museum in Riverton.",
        "According to the ministry, 1,200 houses burned down in Riverton.",
    ],
)
def test_who_is_meant_or_how_many_is_no_age(sentence: str) -> None:
    assert ages(sentence) == []
