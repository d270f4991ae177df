"""Invented news in forms that come back each day: instalments of one form are strangers."""

from typing import NamedTuple


class Instalment(NamedTuple):
    """One article; `day` counts from the first."""

    day: int
    outlet: str
    title: str
    body: str


INSTALMENTS = (
    Instalment(
        0,
        "Harbour Post",
        "Morning briefing: Tuesday's top stories",
        "Good morning. Here is what you need to know today. Teachers in Veldmark voted to"
        " strike over pay, the regional parliament passed its water bill, and a ferry"
        " service to Orsund opens. Plus: how to keep your balcony tomatoes alive. Sign up to"
        " get this briefing by mail.",
    ),
    Instalment(
        1,
        "Harbour Post",
        "Morning briefing: Wednesday's top stories",
        "Good morning. Here is what you need to know today. A storm has closed the Karvik"
        " pass, the carmaker Adlon cuts 900 jobs, and scientists find a new frog in the"
        " Tembe wetlands. Plus: the best soup for the season. Sign up to get this briefing"
        " by mail.",
    ),
    Instalment(
        2,
        "Harbour Post",
        "Morning briefing: Thursday's top stories",
        "Good morning. Here is what you need to know today. Voters in Lestra go to the"
        " polls, a court frees the banker Ivo Brandt, and the museum of Quell gets its"
        " stolen altar back. Plus: five films for a rainy evening. Sign up to get this"
        " briefing by mail.",
    ),
    Instalment(
        0,
        "Sport Daily",
        "Match report: Veldmark United 2-1 Orsund Rovers",
        "Veldmark United beat Orsund Rovers 2-1 on Saturday. Jonas Pell opened the scoring"
        " after 12 minutes before Emil Strand levelled with a header. Pell struck again late"
        " on. The manager praised the spirit of his team in front of a crowd of 21,000.",
    ),
    Instalment(
        0,
        "Sport Daily",
        "Match report: Karvik City 0-0 Lestra Athletic",
        "Karvik City and Lestra Athletic drew 0-0 on Saturday. Goalkeeper Tomas Rehn saved"
        " a penalty by Dario Conti after 70 minutes. The manager praised the spirit of his"
        " team in front of a crowd of 14,000.",
    ),
    Instalment(
        1,
        "Sport Daily",
        "Match report: Quell Wanderers 3-0 Tembe FC",
        "Quell Wanderers beat Tembe FC 3-0 on Sunday. Abel Okoro scored twice in the first"
        " half and Luis Marte added a third. The manager praised the spirit of his team in"
        " front of a crowd of 17,500.",
    ),
    Instalment(
        0,
        "The Chronicle",
        "Obituary: Greta Halvorsen, painter of the northern light, dies at 88",
        "Greta Halvorsen, the painter known for her large canvases of winter skies, has"
        " died aged 88 at her home in Orsund, her family said. She is survived by two"
        " daughters. Her work hangs in the national gallery. A memorial service will be held"
        " next week.",
    ),
    Instalment(
        1,
        "The Chronicle",
        "Obituary: Samuel Okafor, judge who ended the floggings, dies at 91",
        "Samuel Okafor, the judge whose ruling ended corporal punishment in prisons, has"
        " died aged 91 in Lestra, his family said. He is survived by a son. A memorial"
        " service will be held next week.",
    ),
    Instalment(
        2,
        "The Chronicle",
        "Obituary: Mina Castellan, voice of late-night radio, dies at 79",
        "Mina Castellan, who talked listeners through the night for thirty years, has died"
        " aged 79 in Quell, her family said. She is survived by her husband. A memorial"
        " service will be held next week.",
    ),
    Instalment(
        0,
        "Wire One",
        "Stocks close higher as banks lead gains",
        "Stocks closed higher on Monday, led by banks. The main index rose 0.8 percent to"
        " 4,512 points. Shares of Nordbank gained 3 percent after its results. Bond yields"
        " were little changed and oil fell to 71 dollars a barrel.",
    ),
    Instalment(
        1,
        "Wire One",
        "Stocks close lower as chipmakers slide",
        "Stocks closed lower on Tuesday, dragged down by chipmakers. The main index fell"
        " 1.1 percent to 4,462 points. Shares of Lumen Micro lost 6 percent after a warning."
        " Bond yields rose and oil was steady at 71 dollars a barrel.",
    ),
    Instalment(
        2,
        "Wire One",
        "Stocks close flat ahead of rate decision",
        "Stocks closed flat on Wednesday before the central bank's decision. The main index"
        " ended at 4,465 points. Shares of retailer Hallmann gained 2 percent. Bond yields"
        " slipped and oil rose to 73 dollars a barrel.",
    ),
    Instalment(
        0,
        "Harbour Post",
        "Weather forecast: rain in the west, dry in the east",
        "Rain will spread from the west on Monday with gusts of up to 60 kilometres an hour"
        " on the coast. The east stays dry with highs of 14 degrees. Tonight temperatures"
        " fall to 6 degrees.",
    ),
    Instalment(
        1,
        "Harbour Post",
        "Weather forecast: sunny spells and light winds",
        "Tuesday brings sunny spells and light winds in most places. Highs of 16 degrees"
        " are expected inland, 13 on the coast. Tonight temperatures fall to 4 degrees with"
        " patches of fog.",
    ),
    Instalment(
        2,
        "Harbour Post",
        "Weather forecast: snow possible in the hills",
        "Colder air arrives from the north on Wednesday and snow is possible above 600"
        " metres. Highs of 7 degrees are expected inland, 9 on the coast. Tonight"
        " temperatures fall below freezing.",
    ),
)
# In a wire's words, which name the same indexes each day.
MARKET_WRAPS = (
    Instalment(
        0,
        "Northwire",
        "Wall St climbs with chipmakers ahead of jobs report",
        "NEW YORK (Northwire) - Wall Street's three main indexes ended Monday higher, led by"
        " chipmakers, while traders waited for Friday's jobs report. The S&P 500 added"
        " 38.60 points, or 0.57%, to 6,790.15. The Nasdaq Composite gained 0.9% and the Dow"
        " Jones Industrial Average 0.2%.",
    ),
    Instalment(
        1,
        "Northwire",
        "Wall St retreats as bond yields jump, retailers slump",
        "NEW YORK (Northwire) - U.S. stocks closed lower on Tuesday. Retailers fell most"
        " after a gloomy outlook from Hallman Stores, and rising Treasury yields weighed on"
        " growth shares. The S&P 500 lost 54.20 points, or 0.80%, to 6,735.95. The Nasdaq"
        " Composite dropped 1.2% and the Dow Jones Industrial Average 0.4%.",
    ),
)
# One event in the same days: three outlets, and each one's next report.
CONTINUOUS = (
    Instalment(
        0,
        "Harbour Post",
        "Barge hits pier of Porthaven bridge, two hurt",
        "A barge hit a pier of the harbour bridge in Porthaven on Monday and two people were hurt,"
        " the coast guard said. The bridge, used by 30,000 cars a day, was closed at once."
        " Engineers will look at the pier of the Porthaven bridge tonight.",
    ),
    Instalment(
        0,
        "Wire One",
        "Porthaven harbour bridge closed after barge accident",
        "The harbour bridge in Porthaven was closed on Monday after a barge struck one"
        " of its piers."
        " Two crew members of the barge were taken to hospital, the coast guard said."
        " Commuters from Orsund face long detours.",
    ),
    Instalment(
        1,
        "The Chronicle",
        "Barge that hit Porthaven bridge had lost steering",
        "The barge that hit the harbour bridge in Porthaven on Monday had lost its"
        " steering, the coast"
        " guard said. Engineers found cracks in a pier, and the bridge stays closed."
        " The two hurt crew members have left hospital.",
    ),
    Instalment(
        1,
        "Wire One",
        "Porthaven bridge stays closed as engineers find cracks",
        "The harbour bridge in Porthaven will stay closed after engineers found cracks"
        " in the pier that a"
        " barge struck on Monday. The coast guard said that the barge had lost its steering."
        " Commuters from Orsund face weeks of detours.",
    ),
)
