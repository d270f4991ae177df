"""Numbers as another text prints them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.text.numbers_as_in import numbers_as_in


@pytest.mark.parametrize(
    ("other", "text", "printed"),
    [
        ("About 7,000 fled.", "7k, 7000 and 7,000 fled.", "7,000, 7,000 and 7,000 fled."),
        ("At 2pm it hit 12.", "A dozen at 14:00, a dozen.", "12 at 2pm, 12."),
        ("It fell 5%.", "It fell five percent, by five.", "It fell 5%, by five."),
        (
            "It hit 2 on May 3.",
            "The second of two, on the third.",
            "The second of 2, on the third.",
        ),
        ("The 2nd hit 3.", "The second hit three on the 3rd.", "The 2nd hit 3 on the 3rd."),
        ("Two fled.", "TWO of 3 fled.", "TWO of 3 fled."),
        ("Many fled.", "12 fled.", "12 fled."),
        ("Two died on May 2.", "Two died on May 2.", "Two died on May 2."),
        ("Three died.", "On September 3, 3 died.", "On September 3, Three died."),
        ("It is at 20:00 on May 5.", "It is at 8pm May 5.", "It is at 20:00 May 5."),
        ("It is at 8pm on May 5.", "It is at 20:00 May 5.", "It is at 8pm May 5."),
        ("It hit 1,500,000 in all.", "Since June 1.5 million fled.", "Since June 1,500,000 fled."),
        ("It hit 5,000.", "In May 5k fled.", "In May 5,000 fled."),
        ("Five fled.", "5 fled on 5 May.", "Five fled on 5 May."),
        ("The fifth fled.", "The 5th fled on May 5th.", "The fifth fled on May 5th."),
        ("It is on 3 October.", "It is on 3rd October.", "It is on 3 October."),
        ("It is on October 3rd.", "It is on October 3.", "It is on October 3rd."),
        ("They took two hundred rand.", "They took R4,200.", "They took R4,200."),
        ("They took 4,200 rand.", "They took R4,200.", "They took 4,200 rand."),
        ("It cost 450 rupees.", "It cost Rs 450 cr.", "It cost Rs 450 cr."),
        ("It cost $5m.", "It cost 5 million U.S. dollars.", "It cost $5m."),
        ("One in 10, or ten per cent.", "10 per cent.", "ten per cent."),
    ],
)
def test_numbers_are_printed_as_in_another_sentence(other: str, text: str, printed: str) -> None:
    assert numbers_as_in(other, text) == printed


@pytest.mark.parametrize(
    ("other", "text", "printed"),
    [
        ("He won 53 percent.", "He won 53.2%.", "He won 53 percent."),
        ("It has 6.9 million users.", "It has 6.94 million users.", "It has 6.9 million users."),
        ("It cost €312m.", "It cost 312.4 million euros.", "It cost €312m."),
        ("More than half voted.", "In all 53.2% voted.", "In all more than half voted."),
        ("It has almost 7 million.", "It has 6.94 million.", "It has almost 7 million."),
        ("At least ten died.", "Eleven died.", "at least ten died."),
        ("More than 60 died.", "At least 61 died.", "more than 60 died."),
        ("About 400 died.", "In all 412 died.", "In all about 400 died."),
        ("40% of them slept.", "Two in five of them slept.", "40% of them slept."),
        ("75% slept.", "Three quarters slept.", "75% slept."),
        ("It fell by 33%.", "It fell by a third of that.", "It fell by 33% of that."),
        ("It blew at 120 mph.", "It blew at 195 km/h.", "It blew at 120 mph."),
        ("It hit 104F.", "It hit 40 degrees Celsius.", "It hit 104F."),
        ("It burned 30,000 acres.", "It burned 12,000 hectares.", "It burned 30,000 acres."),
        ("It took 24 months.", "It took two years.", "It took 24 months."),
        ("It is six miles off.", "It is 10km (six miles) off.", "It is six miles off."),
        ("It is six miles off.", "It is 10km (6.2 miles) off.", "It is six miles off."),
        ("It is 10km off.", "It is 10 km (6 miles) off.", "It is 10km off."),
        ("It cost €2bn.", "It cost €2bn (about $2.2bn).", "It cost €2bn."),
        ("It cost $2.2bn.", "It cost €2bn ($2.2bn).", "It cost $2.2bn."),
    ],
)
def test_a_number_is_printed_as_what_follows_from_it(other: str, text: str, printed: str) -> None:
    assert numbers_as_in(other, text) == printed


@pytest.mark.parametrize(
    ("other", "text"),
    [
        ("He won 53.2%.", "He won 53.4%."),
        ("He won 53.2%.", "He won 53 percent."),
        ("It is 53%.", "It rose from 52.8% to 53.2%."),
        ("The rate is 5%.", "The rate is 5.25%."),
        ("The rate is 5.3%.", "The rate is five percent."),
        ("In all 7,000 fled.", "In all 7,400 fled."),
        ("Half voted.", "In all 50.2% voted."),
        ("It cost about $8,300.", "It cost $8,550."),
        ("More than 400 died.", "Nearly 412 died."),
        ("More than 400 died.", "In all 390 died."),
        ("More than 400 died.", "In all 412 died in 430 homes."),
        ("At least ten died.", "He flew on Apollo 11 with an F-16, and won 11-1."),
        ("More than 2,000 died.", "It was in 2014."),
        ("It blew at 120 mph.", "It blew at 150 km/h."),
        ("It cost $2.2bn.", "It cost €2bn."),
        ("It took two decades.", "A 20-year-old came."),
        ("It took 25 months.", "It took two years."),
        ("It is 82 percent.", "It was on 9/11."),
        ("It is iOS 17.", "It is iOS 17.4."),
        ("It had 5 (6) floors.", "It had 5 (7) floors."),
    ],
)
def test_what_does_not_follow_stays_as_printed(other: str, text: str) -> None:
    assert numbers_as_in(other, text) == text


@given(
    st.text()
    | st.lists(st.sampled_from(["at least ", "5.25% ", "5% ", "(6 ", "km) ", "1/2 ", "9 "])).map(
        "".join
    )
)
def test_a_text_prints_its_own_numbers_as_it_does(text: str) -> None:
    assert numbers_as_in(text, text) == text
