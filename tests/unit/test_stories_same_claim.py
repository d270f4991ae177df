"""One claim in other words, and claims that only look alike."""

import pytest

from transforms.stories.same_claim import SAME_SHARE, same_speech, sameness
from transforms.text.gist import gist_of


def same(one: str, other: str) -> bool:
    return sameness(gist_of(one, "en"), gist_of(other, "en")) >= SAME_SHARE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "The blaze on Ravelin Quay injured 12 firefighters, the mayor said.",
            "Twelve firefighters were injured in the blaze on Ravelin Quay, said the mayor.",
        ),
        (
            "About 7,000 people lost power in Porthaven.",
            "Some 7000 people in Porthaven lost power.",
        ),
        (
            "The dam repair will cost 2 million dollars.",
            "Repairs of the dam will cost 2,000,000 dollars.",
        ),
        ("The minister did not sign the contract.", "The minister never signed the contract."),
        (
            "About seven thousand people lost power in Porthaven.",
            "Some 7k people in Porthaven lost power.",
        ),
        ("Unemployment fell to 3.9% in March.", "In March, unemployment fell to 3.9 per cent."),
        ("The dam repair will cost $2m.", "The repair of the dam will cost 2 million dollars."),
        (
            "Ruritania attacked the port of Graustark on Monday.",
            "The port of Graustark was attacked by Ruritania on Monday.",
        ),
        (
            "Mayor Brack said the blaze on Ravelin Quay destroyed the old market hall.",
            "The blaze on Ravelin Quay destroyed the old market hall, Mayor Brack said.",
        ),
        (
            "Casualties in the war are estimated at between 7,000 and 15,000 soldiers.",
            "An estimated 7,000-15,000 soldiers are casualties in the war.",
        ),
        (
            "The United States will send tanks to Graustark.",
            "The U.S. will send tanks to Graustark.",
        ),
        (
            "A senior American diplomat called the plan absurd.",
            "A senior U.S. diplomat called the plan absurd.",
        ),
        (
            "The first that the hospital knew of it was when a patient came in.",
            "That the hospital knew of it was when a patient came in.",
        ),
        (
            "Mayor Brack's campaign spent the money on lawyers.",
            "The campaign of Mayor Brack spent the money on lawyers.",
        ),
        (
            "Anna Lopez beat Peter Brack in Riverton.",
            "In Riverton, Anna Lopez beat Peter Brack.",
        ),
        (
            "POLICE SHOT THE MAN IN THE HARBOUR OF RIVERTON.",
            "Police shot the man in the harbour of Riverton.",
        ),
        (
            "Police put out the small fire in the market hall of Riverton.",
            "Officers put out the small fire in the market hall of Riverton.",
        ),
        (
            "Crews put out the small fire in the market hall of Riverton.",
            "Firefighters put out the small fire in the market hall of Riverton.",
        ),
        (
            "Sales at the yard in Porthaven rose 4 percent in Q3.",
            "In the third quarter, sales at the yard in Porthaven rose 4 percent.",
        ),
        (
            "Storm winds hit Porthaven at 120 miles per hour.",
            "Storm winds of 120 mph hit Porthaven.",
        ),
    ],
)
def test_other_words_same_claim(one: str, other: str) -> None:
    assert same(one, other)
    assert same(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "About 7,000 soldiers were killed in a month.",
            "About 15,000 soldiers were killed in a month.",
        ),
        ("The minister signed the contract.", "The minister did not sign the contract."),
        ("The minister ruled out a ban on ferries.", "The minister announced a ban on ferries."),
        ("The yard has yet to launch its ferry.", "The yard has launched its ferry."),
        (
            "The fire injured 12 people on Ravelin Quay.",
            "The fire on Ravelin Quay was put out by 12 crews.",
        ),
        ("It rained.", "It snowed."),
        ("The crew went up the burning tower.", "The crew went down the burning tower."),
        ("Two men were seen inside the bank.", "Two men were seen outside the bank."),
        (
            "About 7,000 soldiers were killed in a month.",
            "About 7,000 to 15,000 soldiers were killed in a month.",
        ),
        ("The river rose 3 km upstream of the dam.", "The river rose 3 miles upstream of the dam."),
        ("Unemployment rose by 4 percent in March.", "Unemployment rose by 4 million in March."),
        ("Unemployment rose by 4 percent in March.", "Unemployment fell by 4 percent in March."),
        (
            "More than 300 people left their homes in Riverton.",
            "Fewer than 300 people left their homes in Riverton.",
        ),
        (
            "Ruritania attacked the port of Graustark on Monday.",
            "Graustark attacked the port of Ruritania on Monday.",
        ),
        (
            "Ferries between Brack and Porthaven were cancelled after the storm.",
            "Ferries between Brack and Riverton were cancelled after the storm.",
        ),
        (
            "The court found the mayor of Riverton guilty of fraud.",
            "The court found the mayor of Riverton innocent of fraud.",
        ),
        ("The harbour bridge closed on Monday.", "The harbour bridge closed on Tuesday."),
        (
            "Half a million people fled the city of Porthaven.",
            "A million people fled the city of Porthaven.",
        ),
        (
            "One in five women in Riverton has been attacked.",
            "Five women in Riverton have been attacked.",
        ),
        (
            "Dozens of people died in the Porthaven ferry disaster.",
            "Hundreds of people died in the Porthaven ferry disaster.",
        ),
        (
            "The plane lost contact at 2 a.m. over the sea.",
            "The plane lost contact at 2 p.m. over the sea.",
        ),
        (
            "The first patient died in Riverton hospital.",
            "The third patient died in Riverton hospital.",
        ),
        ("The U.S. will send tanks to Graustark.", "The U.K. will send tanks to Graustark."),
        ("The US troops left their base in Brack.", "The UN troops left their base in Brack."),
        ("The G7 summit will be held in Riverton.", "The G20 summit will be held in Riverton."),
        ("Lopez won the election in Riverton.", "Brack won the election in Riverton."),
        (
            "Texas recorded its hottest summer in a century.",
            "Ohio recorded its hottest summer in a century.",
        ),
        (
            "Anna Lopez beat Peter Brack in the vote in Riverton.",
            "Peter Brack beat Anna Lopez in the vote in Riverton.",
        ),
        (
            "Lopez sued Brack over the house in Riverton.",
            "Brack sued Lopez over the house in Riverton.",
        ),
        (
            "The bank denied that it lent the mayor money.",
            "The bank said that it lent the mayor money.",
        ),
        ("The yard failed to launch its ferry in April.", "The yard launched its ferry in April."),
        (
            "The yard is unlikely to launch its ferry in April.",
            "The yard is likely to launch its ferry in April.",
        ),
        ("The ban is unconstitutional, judges ruled.", "The ban is constitutional, judges ruled."),
        (
            "The northern province of Graustark voted to leave.",
            "The southern province of Graustark voted to leave.",
        ),
        (
            "The man was killed in the crash near Riverton.",
            "The woman was killed in the crash near Riverton.",
        ),
        (
            "Twelve people were killed in the blaze on Ravelin Quay.",
            "Twelve people were hurt in the blaze on Ravelin Quay.",
        ),
        (
            "Anna Lopez won 53 percent of the vote in Riverton.",
            "Anna Lopez won 53.2 percent of the vote in Riverton.",
        ),
        (
            "The mayor of Riverton won a thirteenth term in the vote.",
            "The mayor of Riverton won a fourteenth term in the vote.",
        ),
    ],
)
def test_other_numbers_negation_or_matter(one: str, other: str) -> None:
    assert not same(one, other)


@pytest.mark.parametrize(
    ("sentence", "said", "contrary"),
    [
        ("Unemployment has {} to 4 percent in the eurozone.", "risen", "fallen"),
        ("The number of homeless families has {} in London.", "increased", "decreased"),
        ("Coffee {} the risk of heart disease.", "increases", "reduces"),
        ("The government {} the minimum wage by 5% in April.", "raised", "cut"),
        ("The bank is {} interest rates for savers.", "raising", "lowering"),
        ("Shares of the yard {} 3% in March.", "gained", "lost"),
        ("Shares of the yard {} 3% in March.", "jumped", "dropped"),
        ("The economy of Ruritania {} by 2% in spring.", "grew", "shrank"),
        ("The price of wheat hit its {} level in a decade.", "highest", "lowest"),
        ("The city {} electric scooters in the old town.", "banned", "allowed"),
        ("The new tax will {} small farms in the valley.", "help", "hurt"),
        ("Senator Lopez voted {} the bill on gun control.", "for", "against"),
        ("Senator Lopez voted {} the bill on gun control.", "in favour of", "against"),
        ("Lopez is {} the election in Riverton.", "winning", "losing"),
        ("The board {} the merger of both banks.", "approved", "vetoed"),
        ("The museum is {} its doors to visitors.", "opening", "closing"),
        ("The troops {} the city of Graustark at dawn.", "entered", "left"),
        ("Voters told the government to {} the union.", "leave", "remain in"),
        ("The yard {} 300 workers in Riverton.", "hired", "fired"),
        ("The railway union {} the offer of the ministry.", "accepted", "declined"),
        ("The ministry {} restrictions on travel to Graustark.", "tightened", "eased"),
        ("Relations of Ruritania and Graustark have {} since May.", "improved", "worsened"),
        ("The mayor {} the plan for the harbour.", "praised", "criticised"),
        ("The army {} its tanks around Brack.", "deployed", "withdrew"),
        ("The storm killed {} passengers on the ferry to Porthaven.", "many", "few"),
        ("The storm killed {} of the passengers on the ferry to Porthaven.", "most", "few"),
        ("{} voters in Riverton support the new tax on sugar.", "All", "Some"),
        ("{} five members of the board voted for the merger.", "All", "Only"),
        ("Brack was {} the murder of a woman in Riverton.", "charged with", "cleared of"),
        ("The blast in Riverton killed {} 50 people.", "more than", "nearly"),
        ("The blast in Riverton killed {} 50 people.", "at least", "almost"),
        ("The court {} the ban on protests in Riverton.", "upheld", "struck down"),
        ("The court {} the ban on protests in Riverton.", "upheld", "overturned"),
        ("The judge {} bail to the mayor of Riverton.", "granted", "revoked"),
        ("The regulator {} the merger of both banks.", "cleared", "blocked"),
        ("President Brack {} the bill on gun control.", "signed", "vetoed"),
        ("The trade {} of Ruritania came to $3 billion in March.", "surplus", "deficit"),
        ("The trade deficit of Ruritania {} to $3 billion.", "widened", "narrowed"),
        ("Growth of the economy {} to 2.4% in spring.", "accelerated", "slowed"),
        ("The bank expects inflation to {} to 4% by June.", "rise", "ease"),
        ("Shares of the yard {} 3% in March.", "gained", "slipped"),
        ("Prices in Riverton rose 0.3% from a {}.", "month earlier", "year ago"),
        ("The {} rate of inflation in Riverton was 0.3%.", "annual", "monthly"),
        ("The union {} the strike in the port of Riverton.", "called", "called off"),
        ("The union {} the strike in the port of Riverton.", "resumed", "suspended"),
        ("The city {} to ban scooters in the old town.", "plans", "has dropped plans"),
        ("The yard will {} 300 workers in Riverton.", "hire", "lay off"),
        ("The new vaccine {} twelve deaths in Riverton.", "caused", "prevented"),
        ("Profit of the yard {} the forecasts of banks.", "beat", "missed"),
        ("Sales in Riverton were {} than expected.", "better", "worse"),
        ("The mayor {} the plan for the harbour.", "backed", "criticised"),
        ("Senator Lopez {} his seat in Riverton.", "kept", "lost"),
        ("The club of Riverton was {} on Saturday.", "promoted", "relegated"),
    ],
)
def test_a_contrary_is_no_repetition(sentence: str, said: str, contrary: str) -> None:
    gists = [gist_of(sentence.format(word), "en") for word in (said, contrary)]
    assert sameness(*gists) == sameness(*reversed(gists)) == 0.0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "Five people were killed and 20 were injured in the blast in Brack.",
            "20 people were killed and five were injured in the blast in Brack.",
        ),
        (
            "Five people were killed and 20 wounded in the blast in Brack.",
            "20 people were killed and five were hurt in the blast in Brack.",
        ),
        ("Inflation went from 5% to 10% in a year.", "Inflation went from 10% to 5% in a year."),
        ("They voted by 12 to 8.", "They voted by 8 to 12."),
        (
            "The 25-year-old man was jailed for 30 years in Riverton.",
            "The 30-year-old man was jailed for 25 years in Riverton.",
        ),
    ],
)
def test_numbers_that_change_places_make_another_claim(one: str, other: str) -> None:
    assert sameness(gist_of(one, "en"), gist_of(other, "en")) == 0.0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Exports {0} 3% in May and {1} 2% in June.", "Exports {1} 2% in June and {0} 3% in May."),
        (
            "Shares of the yard {0} 3% while those of the bank {1} 2% on Monday.",
            "On Monday shares of the bank {1} 2% while those of the yard {0} 3%.",
        ),
        ("Crime {0} in Brack but {1} in Riverton.", "Crime {1} in Riverton but {0} in Brack."),
        ("Crime in Brack {0} 4% and {1} 4%.", "Crime in Brack {0} 4% and {1} 4%."),
    ],
)
def test_opposites_that_change_places_make_another_claim(one: str, other: str) -> None:
    assert same(one.format("rose", "fell"), other.format("rose", "fell"))
    assert not same(one.format("rose", "fell"), one.format("fell", "rose"))


def test_who_does_it_and_to_whom_it_is_done_change_places() -> None:
    one = "The man attacked the woman with a knife in Riverton."
    assert not same(one, "The woman attacked the man with a knife in Riverton.")
    assert same(one, "The woman was attacked by the man with a knife in Riverton.")
    more = "More men than women voted for Brack in Riverton."
    assert not same(more, "More women than men voted for Brack in Riverton.")
    assert same("Men and women marched in Riverton.", "Women and men marched in Riverton.")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "No one was hurt and no homes were damaged when the gas pipe in Brack exploded.",
            "One was hurt and homes were damaged when the gas pipe in Brack exploded.",
        ),
        (
            "Neither the mayor nor the council of Brack knew of the leak.",
            "The mayor and the council of Brack knew of the leak.",
        ),
    ],
)
def test_two_negations_are_no_affirmation(one: str, other: str) -> None:
    assert sameness(gist_of(one, "en"), gist_of(other, "en")) == 0.0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "Neither the mayor nor the council of Brack knew of the leak.",
            "The mayor and the council of Brack did not know of the leak.",
        ),
        (
            "No one was hurt and no homes were damaged when the gas pipe in Brack exploded.",
            "When the gas pipe in Brack exploded, nobody was hurt and homes were not damaged.",
        ),
    ],
)
def test_negations_in_other_words(one: str, other: str) -> None:
    assert same(one, other)


@pytest.mark.parametrize(
    ("sentence", "one", "other"),
    [
        ("The grant is worth {} million to the city of Riverton.", "C$5", "A$5"),
        ("The new phone will cost {}, the yard in Riverton said.", "$5,000", "$5"),
        ("The grant is worth {} million to the city of Riverton.", "¥5", "₹5"),
        ("Prices of flats in Riverton have {} since May.", "doubled", "tripled"),
        ("Lopez was arrested {} in the harbour of Riverton.", "twice", "at night"),
        ("The bridge in Riverton was destroyed in World War {}.", "I", "II"),
        ("Ruritania and Graustark will meet in Group {} in Riverton.", "A", "B"),
        ("Group {} has the strongest teams of the cup.", "A", "B"),
        ("The ship brought vaccines for Hepatitis {}, the port said.", "B", "C"),
        ("The scheme will cost farmers 50 {} rupees.", "crore", "lakh"),
        ("The fire burned 500 {} of forest near Riverton.", "acres", "hectares"),
        ("The tanker spilled 300 {} of oil into the bay.", "litres", "gallons"),
        ("The ice shelf lost 500 square {} in summer.", "miles", "kilometres"),
        ("Each pill has 50 {} of the drug.", "milligrams", "micrograms"),
        ("The plant makes 300 {} of power.", "megawatts", "gigawatts"),
        ("The school will reopen on {} 5 after the flood.", "May", "June"),
        ("The school will reopen on 5 {} after the flood.", "May", "June"),
        ("Profit of the bank rose to 4.2 {} euros in spring.", "bln", "mln"),
        ("The fund took Rs 450{} from investors in Riverton.", " cr", ""),
        ("The state lost R{}m to theft in Riverton.", "450", "250"),
        ("Sales of the yard in Riverton came to EUR{}bn.", "4.2", "4.5"),
        ("Sales of the yard in Riverton came to TZS{}bn.", "4.2", "4.5"),
        ("{} 5 will see the school in Riverton reopen.", "May", "June"),
    ],
)
def test_another_unit_or_month_makes_another_claim(sentence: str, one: str, other: str) -> None:
    gists = [gist_of(sentence.format(word), "en") for word in (one, other)]
    assert sameness(*gists) == 0.0


@pytest.mark.parametrize(
    "other",
    [
        "In the blast in Brack 20 people were injured and five were killed.",
        "20 people were injured and five were killed in the blast in Brack.",
        "In Brack, five people were killed and 20 were injured in the blast.",
    ],
)
def test_numbers_may_move_with_their_words(other: str) -> None:
    assert same("Five people were killed and 20 were injured in the blast in Brack.", other)


@pytest.mark.parametrize(
    "other",
    [
        "John Lopez was arrested on Monday in the harbour of Riverton.",
        "JOHN K LOPEZ WAS ARRESTED ON MONDAY IN THE HARBOUR OF RIVERTON.",
        "On Monday I saw that John Lopez was arrested in the harbour of Riverton.",
    ],
)
def test_an_initial_makes_no_other_claim(other: str) -> None:
    assert same("John F. Lopez was arrested on Monday in the harbour of Riverton.", other)


@pytest.mark.parametrize(
    "other",
    [
        "Igor Brack, 42, was attacked by a bear in Riverton.",
        "The 42-year-old Igor Brack was attacked by a bear in Riverton.",
        "Igor Brack, aged 42, was attacked by a bear in Riverton.",
        "The forty-two-year-old Igor Brack was attacked by a bear in Riverton.",
    ],
)
def test_an_age_that_one_leaves_out_makes_no_other_claim(other: str) -> None:
    assert same("Igor Brack was attacked by a bear in Riverton.", other)
    assert same("Igor Brack, 42, was attacked by a bear in Riverton.", other)
    assert not same("Igor Brack, 43, was attacked by a bear in Riverton.", other)
    assert not same("Igor Brack was attacked by 42 bears in Riverton.", other)


@pytest.mark.parametrize(
    "other",
    [
        "The Senate passed the bill on January 5 after a long debate.",
        "The Senate passed the bill on 5 Jan. after a long debate.",
    ],
)
def test_a_month_may_be_abbreviated(other: str) -> None:
    assert same("The Senate passed the bill on Jan. 5 after a long debate.", other)
    assert not same("The Senate passed the bill on Feb. 5 after a long debate.", other)


def test_a_time_of_day_may_move() -> None:
    one = "At 17:30, 20 people were injured in the blast in Brack."
    assert same(one, "20 people were injured in the blast in Brack at 17:30.")


def test_for_and_against_in_other_roles_are_no_opposites() -> None:
    one = "Workers in Riverton marched against the pension law for three hours."
    other = "For three hours, workers marched in Riverton against the pension law."
    assert same(one, other)


def test_two_words_and_a_number_are_enough() -> None:
    assert same("About 4,000 people lost their jobs last year.", "4,000 people lost their jobs.")
    assert same("Crime has fallen by 12% since 2022.", "Since 2022, crime has fallen by 12%.")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("4,000 people lost their jobs last year.", "4,000 people lost their homes last year."),
        ("Sales rose 3% in 2024.", "Costs rose 3% in 2024."),
        ("12 people were killed in the crash.", "12 people were hurt in the crash."),
        ("Turnout was 62%.", "Turnout was only 62%."),
    ],
)
def test_of_few_words_one_makes_another_claim(one: str, other: str) -> None:
    assert sameness(gist_of(one, "en"), gist_of(other, "en")) == 0.0


_SAID = "We lost fourteen percent of our pay"


@pytest.mark.parametrize(
    "sentence",
    [
        "“We lost fourteen percent of our pay.”",
        "“We lost fourteen percent of our pay,” the union leader Igor Brack told Radio Riverton.",
        'Mr Brack told 5,000 workers: "We lost fourteen percent of our pay."',
    ],
)
def test_a_quotation_is_the_same_whoever_is_told(sentence: str) -> None:
    quoted = gist_of(f"“{_SAID},” she said.", "en")
    assert same_speech(quoted, gist_of(sentence, "en"))


@pytest.mark.parametrize(
    "sentence",
    [
        "Brack never said: “We lost fourteen percent of our pay.”",
        "“We lost fourteen percent of our pay,” says the leaflet, which is false.",
        "“We lost forty percent of our pay,” Brack said.",
        "We lost fourteen percent of our pay, Brack said.",
    ],
)
def test_what_is_not_said_in_the_same_words_is_no_quotation(sentence: str) -> None:
    quoted = gist_of(f"“{_SAID},” she said.", "en")
    assert not same_speech(quoted, gist_of(sentence, "en"))


def test_a_strike_is_called_off_in_other_words() -> None:
    one = "The union called off the strike of drivers in the port of Riverton."
    assert same(one, "The union cancelled the strike of drivers in the port of Riverton.")


def test_a_claim_is_the_same_as_itself_in_any_language() -> None:
    text = "El vertido contaminó 3,5 kilómetros de la ría."
    assert sameness(gist_of(text, "es"), gist_of(text, "es")) == pytest.approx(1)
