"""Claims beside passages of which one sentence decides, written for this test.

Each passage has sentences that share more words with the claim than the one that decides, as news
has: what is denied or confirmed is repeated first, or told again around it.
"""

from __future__ import annotations

from typing import NamedTuple

from schemas.records import Label


class EvidencePair(NamedTuple):
    """A claim, a passage in sentences, which of them decides, and what it says."""

    claim: str
    sentences: tuple[str, ...]
    decides: int
    label: Label


PAIRS = (
    EvidencePair(
        "The vaccine trial in Norwich was stopped after two deaths.",
        (
            "Posts shared thousands of times say that the vaccine trial in Norwich was stopped.",
            "No participant has died, the hospital said, and doses are given as planned.",
            "The trial in Norwich began in March and has 400 participants.",
        ),
        1,
        "denies",
    ),
    EvidencePair(
        "The airline will cut 900 jobs at its base in Leeds.",
        (
            "The airline has had a base in Leeds since 1998 and has 2,100 jobs there.",
            "About 900 people are to be made redundant by May, the chief executive confirmed.",
            "Unions at the Leeds base have asked for a meeting.",
        ),
        1,
        "supports",
    ),
    EvidencePair(
        "The goalkeeper failed a drugs test before the cup final.",
        (
            "The goalkeeper played the whole of the cup final on Saturday.",
            "A newspaper had written about a drugs test before the cup final.",
            "All samples taken that week were negative, the anti-doping agency said.",
        ),
        2,
        "denies",
    ),
    EvidencePair(
        "The river burst its banks in Tolmin on Sunday night.",
        (
            "Tolmin lies on the river where it leaves the hills, and floods there are not rare.",
            "On Sunday night the water stood a metre high in the streets of the old town.",
            "The river is watched by four gauges above Tolmin.",
        ),
        1,
        "supports",
    ),
    EvidencePair(
        "The central bank raised its key interest rate to 4.5 percent.",
        (
            "The central bank sets its key interest rate eight times a year.",
            "Analysts had expected the central bank to raise its key rate to 4.5 percent.",
            "The governors left it at 4.25 percent on Thursday.",
        ),
        2,
        "denies",
    ),
    EvidencePair(
        "The minister met the lobbyist three times last year.",
        (
            "The lobbyist worked for the minister's party until last year.",
            "The ministry's diary, published on Monday, lists three meetings of the two.",
            "The minister has been in office for three years.",
        ),
        1,
        "supports",
    ),
    EvidencePair(
        "A photograph shows a shark swimming on a flooded motorway in Houston.",
        (
            "The photograph of a shark on a flooded motorway in Houston was shared 80,000 times.",
            "It is a fake that has gone round since 2011, a picture editor showed.",
            "Parts of the motorway in Houston were under water for two days.",
        ),
        1,
        "denies",
    ),
    EvidencePair(
        "The power plant at Orsova released radioactive water into the Danube.",
        (
            "The power plant at Orsova takes its cooling water from the Danube.",
            "Measurements up and down the river found nothing above the natural level.",
            "Rumours of radioactive water from the plant had spread since Friday.",
        ),
        1,
        "denies",
    ),
    EvidencePair(
        "The school in Elm Street will close in July.",
        (
            "The school in Elm Street was built for 600 children in 1961.",
            "The council voted by seven to two to shut it at the end of the school year.",
            "Parents of children at the school in Elm Street protested in July last year.",
        ),
        1,
        "supports",
    ),
    EvidencePair(
        "The actor Lena Marsh was arrested at the airport with cocaine.",
        (
            "The actor Lena Marsh landed at the airport on Tuesday from Lima.",
            "She has not been detained, and nothing was found in her bags, customs said.",
            "A website had said that the actor was arrested with cocaine.",
        ),
        1,
        "denies",
    ),
    EvidencePair(
        "The earthquake killed 31 people in the province of Van.",
        (
            "The earthquake was felt in all of the province of Van and beyond.",
            "The governor put the number of dead at 31 on Wednesday evening.",
            "An earthquake in the province had killed hundreds of people in 2011.",
        ),
        1,
        "supports",
    ),
    EvidencePair(
        "The company paid no tax in Ireland in 2022.",
        (
            "The company has had its European seat in Ireland since 2010.",
            "Its accounts for 2022 show a payment of 41 million euros to the Irish treasury.",
            "A report had said that the company paid no tax in several countries.",
        ),
        1,
        "denies",
    ),
)
