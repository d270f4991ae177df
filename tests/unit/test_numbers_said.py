"""Numbers of sentences in one form."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.text.numbers_said import numbers_said


def said(sentence: str) -> list[str]:
    return [number.said for number in numbers_said(sentence)]


@pytest.mark.parametrize(
    ("sentence", "numbers"),
    [
        ("somewhere between 7,000 to 15,000 in a month", ["7000", "15000"]),
        ("seven thousand people", ["7000"]),
        ("7k people", ["7000"]),
        ("it rose 3.9 percent", ["3.9%"]),
        ("it rose 3.9 per cent", ["3.9%"]),
        ("2 million dollars", ["2000000$"]),
        ("$2m", ["2000000$"]),
        ("1.5bn euros", ["1500000000€"]),
        ("twenty-five people, and a hundred more", ["25", "100"]),
        ("two dozen boats", ["24"]),
        ("at 14:05 on 10.11.2026", ["14:05", "10.11.2026"]),
        ("a three-day strike for three months", ["3day", "3month"]),
        ("one of them waited one day", ["1day"]),
        ("3,5 Kilometer", ["3.5km"]),
        ("half a million, half of them and a half", ["500000", "1/2", "1/2"]),
        ("one hundred and fifty people and a dozen boats", ["150", "12"]),
        ("two hundred and fifty thousand, two and a half years", ["250000", "2.5year"]),
        ("five ten-year-old girls", ["5", "10year"]),
        ("one in five, 1 in 5 and three out of four", ["1/5", "1/5", "3/4"]),
        ("two-thirds, a third of them, 1/3", ["2/3", "1/3", "1/3"]),
        ("the first, a third man and the 21st", ["3", "21"]),
        ("dozens, hundreds of thousands", ["dozen", "hundred of thousand"]),
        ("2:40 a.m., 2.40pm, 2 PM and 14:40", ["2:40", "14:40", "14:00", "14:40"]),
        ("3 percentage points, 3 pp, 3%", ["3pp", "3pp", "3%"]),
        ("a 5km run at 60mph in the 1990s", ["5km", "60mph", "1990s"]),
        ("minus five degrees, -5°", ["-5degree", "-5degree"]),
        ("Nov. 5, 5th November", ["5", "5"]),
        ("C$5m, CA$5 million, A$5m, US$5m", ["5000000C$", "5000000C$", "5000000A$", "5000000$"]),
        ("¥5bn, five billion yen, ₹5, Rs. 5, rupees", ["5000000000¥"] * 2 + ["5₹"] * 2),
        ("-$5 and -€5", ["-5$", "-5€"]),
        ("50 crore rupees, ₹5 lakh, two crores", ["500000000₹", "500000₹", "20000000"]),
        ("lakhs of people, crores", ["lakh", "crore"]),
        ("500 acres, one acre, 500-hectare, 500ha", ["500acre", "1acre", "500ha", "500ha"]),
        ("300 litres, 300l, 300 gallons, 3 barrels", ["300l", "300l", "300gallon", "3barrel"]),
        ("50 milligrams, 50mg, 50 micrograms, 50µg", ["50mg", "50mg", "50µg", "50µg"]),
        ("300 megawatts, 300MW, 300 gigawatts", ["300mw", "300mw", "300gw"]),
        ("500 square miles, 500 sq. mi, 500 miles", ["500mile²", "500mile²", "500mile"]),
        ("5 sq km, five square kilometres, 5km², 5 km²", ["5km²"] * 4),
        ("3 cubic metres, 3m³, a 3-square-metre cell", ["3m³", "3m³", "3m²"]),
        ("two decades, two centuries, 5 inches, 5cm", ["2decade", "2century", "5inch", "5cm"]),
        ("30 degrees Celsius, 30°C, 30C", ["30°c"] * 3),
        ("86 degrees Fahrenheit, 86°F, 86F", ["86°f"] * 3),
        ("one square, 30 F-16 jets, 5 cents", ["30", "16", "5cent"]),
        ("cost $20,000, Apple said; 200,000, the 1,500,000", ["20000$", "200000", "1500000"]),
        ("Rs 1,00,000, or 12,34,567 rupees", ["100000₹", "1234567₹"]),
        ("in 2014, 500 of 3,14 and 3,141", ["2014", "500", "3.14", "3141"]),
        ("10 times, in 2024 Times Square, two Times reporters", ["10x", "2024", "2"]),
        (".5 percent, $.50, -.5 and .5 million", ["0.5%", "0.5$", "-0.5", "500000"]),
        ("a .45-caliber gun, No.5 ... 5 ...6", ["0.45", "5", "5", "6"]),
        ("2½ years, 1¼ and 3¾ million", ["2.5year", "1.25", "3750000"]),
        ("doubled, twice, two times, 2x and double", ["2x"] * 5),
        ("trebled, tripling, thrice, quadruples", ["3x", "3x", "3x", "4x"]),
        ("halved, cut by half; doubled down on double-deckers", ["1/2", "1/2"]),
        ("5 hrs, one hr, 30 mins, a 4-min film", ["5hour", "1hour", "30minute", "4minute"]),
        ("two yrs, a 71-yr-old, 5pc, 5 pc, one PC", ["2year", "71year", "5%", "5%"]),
        ("2.67m in length, a 12m-high wall, 12m (40 ft) wide", ["2.67m", "12m", "12m", "40ft"]),
        ("$12m wide, 12m wide-ranging, 67m in May", ["12000000$", "12000000", "67000000"]),
        ("R450m, R450 million, R4,200, R4.2", ["450000000rand"] * 2 + ["4200rand", "4.2rand"]),
        ("EUR4.2 billion, EUR 4.2bn, 4.2 billion EUR", ["4200000000€"] * 3),
        ("USD 12m, 12 million U.S. dollars, 12m US dollars", ["12000000$"] * 3),
        ("CHF3m, 3m Swiss francs, N3m, 3m naira", ["3000000CHF"] * 2 + ["3000000₦"] * 2),
        ("RM450,000, Sh5m, Rs500, -R1.5bn", ["450000RM", "5000000KSh", "500₹", "-1500000000rand"]),
        ("S$5, $US5, $A5, R$5m, GH₵5, ₺5", ["5S$", "5$", "5A$", "5000000R$", "5GH₵", "5₺"]),
        ("$4.2 bln, 4.2bn dollars, $4.2 bn, $4.2 BLN", ["4200000000$"] * 4),
        ("4.2 mln euros, €4.2 mil, 4.2mn euros", ["4200000€"] * 3),
        ("Rs 450 cr, ₹450cr, 450 crore rupees", ["4500000000₹"] * 3),
        ("25bps, 25 basis points, a 25 bp cut, .25 percentage points", ["0.25pp"] * 4),
        ("St. Paul, MN 55101; in 2015 TN and MN; 5 BP stations", ["55101", "2015", "5"]),
        ("two in five, three in every four, a one-in-five chance", ["2/5", "3/4", "1/5"]),
        ("two in five days, 2 in 2014, 2 in 5,000", ["2", "5day", "2", "2014", "2", "5000"]),
        ("2 1/2 years, 2-1/2, 2 ½, 3 3/4 million", ["2.5year", "2.5", "2.5", "3750000"]),
        ("on 1/2, 2 1/2/2026", ["1/2", "2", "1/2/2026"]),
        ("one-and-a-half million, a million and a half", ["1500000", "1500000"]),
        ("a year and a half, a mile and a half-hearted run", ["1.5year", "1/2"]),
        ("the twenty-first, 21st, thirteenth and 1,000th", ["21", "21", "13", "1000"]),
        ("21st century, third day, 3rd day", ["21", "3", "3"]),
        ("Q3, 3Q, third-quarter sales, the 3rd quarter, the first quarter-final", ["Q3"] * 4),
        ("120 miles per hour, 120 miles an hour, 120mph", ["120mph"] * 3),
        ("195 km/h, 195 kilometres per hour, 195kph", ["195kph"] * 3),
        ("a quarter of a percentage point, a quarter-point cut, 25bps", ["0.25pp"] * 3),
        ("half a percentage point, a half point, .5 percentage points", ["0.5pp"] * 3),
        ("R2-D2 on the R61 in an N95, PM2.5, MI5, Lee04:55, IE5.01", []),
    ],
)
def test_numbers_are_read_in_all_their_forms(sentence: str, numbers: list[str]) -> None:
    assert said(sentence) == numbers


@pytest.mark.parametrize(
    ("sentence", "numbers"),
    [
        ("ſix dayſ, the ſecond third", ["6day", "2", "3"]),
        ("5 mınutes, 5 MİNUTES", ["5minute", "5minute"]),
        ("two thirdſ, a ſixth of them, 5 \u212ailos", ["2/3", "1/6", "5kg"]),
    ],
)
def test_letters_that_another_case_makes_plain_are_plain(sentence: str, numbers: list[str]) -> None:
    assert said(sentence) == numbers


@given(st.integers(0, 10**12))
def test_thousands_and_scales_are_other_forms_of_one_number(number: int) -> None:
    assert said(f"{number:,} people") == said(f"{number} people")


@pytest.mark.parametrize(
    "words",
    [
        "one hundred and ",
        "half a ",
        "hundreds of ",
        "1,0",
        "1,",
        ".1",
        "1½",
        "-$",
        "5 sq ",
        "C$",
        "R5,",
        "A5.",
    ],
)
def test_a_row_of_numbers_takes_time_with_its_length(words: str) -> None:
    def seconds(times: int) -> float:
        started = time.process_time()
        list(numbers_said(words * times))
        return time.process_time() - started

    # With its square it would be 64 times as long.
    assert seconds(20_000) < 24 * min(seconds(2_500) for _ in range(3)) + 0.2


@given(st.text())
def test_no_text_is_too_odd(text: str) -> None:
    for number in numbers_said(text):
        assert 0 <= number.start < number.end <= len(text)
