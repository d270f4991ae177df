"""Who says a sentence of English news: patterns of names beside verbs of saying.

They are few and would rather say nothing than guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from transforms.text.dates import DAYS, MONTHS
from transforms.text.names import (
    CAPITAL,
    IN_NAME,
    NAME,
    NAME_ROW,
    PARTICLES,
    TITLED_NAME,
    UPPER,
)
from transforms.text.verbs_of_saying import (
    ADD,
    ANY_VERB,
    CONFIRM,
    GO_ON,
    OFTEN_BEFORE,
    SAID,
    SAYING,
    VERB,
    VERB_OR_NOUN,
)

# ", 34, of Riverton,", ", Ph.D., of the university,", ", a nurse from Riverton, Ohio,",
# " (R-Texas)", " of the Middle East Institute".
_ASIDE = (
    rf"(?:\s+of\s+the\s+{NAME_ROW}"
    r"|(?:,\s(?:\d{1,2}|[DR]-[\w.]+|(?:[A-Z][a-z]?\.){2,3}|[A-Z]{2,4}))?,[^,\"“”]{1,80},"
    r"(?:\s(?:[A-Z][\w.]+|(?:who|speaking)\s[^,\"“”]{1,60}),)?|\s+\([^()\"“”]{1,40}\))?"
)
# The outlet says "he fled when Sony announced the film", and may say the opposite of Sony.
_SUBORDINATES = (
    r"(?:[Aa]fter|[Aa]lthough|[Bb]ecause|[Bb]efore|[Ii]f|know|[Ss]ince|[Tt]hough|[Uu]nless|[Uu]ntil"
    r"|[Ww]hat|[Ww]hen|[Ww]hile|[Ww]hich|[Ww]hom?|time that)\b"
)
# Who is named in an aside: "A Kurdish spokesman, Peter Brack, said".
_SOMEBODY = (
    rf"(?:(?!{_SUBORDINATES}|(?:by|for|of the|that|with|{SAYING})\b)[\w.’'-]++\s+){{0,8}}?"
    r"(?i:adviser|ambassador|analyst|attorney|aunt|barrister|boss|brother|captain|chair|chairman"
    r"|chairwoman|chief|coach|colleague|commander|commissioner|counsel|cousin|daughter|deputy"
    r"|director|doctor|economist|editor|executive|expert|father|founder|friend|governor|head|husband"
    r"|inspector|lawyer|leader|manager|mayor|minister|mother|neighbou?r|officer|official|organi[sz]er"
    r"|owner|president|professor|prosecutor|publicist|resident|scientist|secretary|senator|sister"
    r"|solicitor|son|spokesman|spokesperson|spokeswoman|superintendent|teacher|uncle|wife)"
)
# "The council's head of housing, Peter Brack, said"; the wife of the president, Peter Brack, is
# another.
_IN_OFFICE = (
    r"\b(?:ambassador|chair|chairman|chairwoman|chief|commander|commissioner|director|editor|governor"
    r"|head|leader|manager|mayor|minister|officer|president|professor|secretary|superintendent)"
    r"\s(?:for|of|to)\s[^,\"“”]{1,40},\s+"
)
# "A lawyer for the company, Peter Brack, said"; "Command in Tampa, Florida" is a place.
_SPEAKS_FOR = (
    r"\b(?:spokes(?:man|woman|person)|lawyer|attorney)\s+for\s+(?:(?!\bin\b)[^,\"“”]){1,80},\s+"
    rf"(?P<name>{CAPITAL}(?:\s+(?:{CAPITAL}|(?:{'|'.join(PARTICLES)})\b)){{1,9}}),\s+"
)
# "Ann Lee, who saw the dam, said".
_WHO = r"(?:who\s[^,\"“”]{1,60},\s+)?"
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:^|[,;:.)”\"]\s+){_SOMEBODY},\s+(?P<name>{NAME_ROW}),\s+{_WHO}{OFTEN_BEFORE}{VERB}",
        rf"{_IN_OFFICE}(?P<name>{CAPITAL}\s+{NAME_ROW}),\s+{_WHO}{OFTEN_BEFORE}{VERB}",
        rf"{_SPEAKS_FOR}{OFTEN_BEFORE}{VERB}",
        rf"[”\"’'],?\s+{SAYING}\s+{_SOMEBODY},\s+(?P<name>(?>{NAME_ROW}))(?=[,.]|$)",
        rf"(?P<name>{NAME}){_ASIDE}\s+{OFTEN_BEFORE}{VERB}",
        rf"(?:[”\"]|(?<!\w)[’']),?\s+(?P<name>{NAME}){_ASIDE}\s+{OFTEN_BEFORE}{ANY_VERB}\b",
        rf"(?:^|[,;:—”\"]\s*|\b(?:and|as|but|that)\s)(?P<name>{NAME}){_ASIDE}\s+{VERB_OR_NOUN}",
        rf"[,”\"’']\s*(?:{SAID}|{ADD}|{CONFIRM}|{GO_ON}|reports)\s+{TITLED_NAME}",
        rf"^[Ii]n (?:a|an|his|her|their) \w+(?: \w+)?, (?P<name>{NAME})\s+{VERB}",
        rf"[Aa]ccording to\s+{TITLED_NAME}",
    )
)
_DETERMINER = re.compile(r"^(?:The|the|An?|an?)\s+")
# Capitalised because they begin a sentence, or because they are no speakers.
_NO_SPEAKERS = """
The A An He She They We I You It This That These Those There Who What Which And But Or So If In On
At As For Some Many Most Other Others Several One Both Another Here Then When While After Before
However Also Yet Still His Her Their My Our Your Its Although Though Since Because Until Last Next
Earlier Later Today Yesterday Meanwhile Additionally Conversely Despite Eventually Everybody
Everyone Finally Further Furthermore Hence Indeed Initial Initially Instead It's It’s Likewise
Moreover Nevertheless Nobody Nonetheless Not Otherwise Previously Recently Separately Similarly
Somebody Someone Subsequently Therefore Thus Ultimately Various No
"""
_NO_NAME = frozenset([*_NO_SPEAKERS.split(), *DAYS, *MONTHS])
# They speak, or are said to, but name nobody where they stand alone: "the Oslo Police" is a name.
_NAMELESS = """
Activists Advocates Agents Analysts Authorities Critics Doctors Documents Emails Evidence Experts
Eyewitnesses Figures Footage Friends Images Investigators Lawmakers Locals Medics Members Militants
Neighbors Neighbours Officers Officials Photographs Photos Pictures Police Prosecutors Protesters
Records Relatives Reporters Reports Researchers Residents Results Rumors Rumours Scans Scientists
Sources Statistics Students Studies Tests Videos Witnesses
"""
_CROWDS = frozenset(_NAMELESS.split())
# The mayor of Riverton is not Riverton; a spokesman for a company and a report by it speak for it.
_GOVERNED = re.compile(
    r"\b(?:about|against|alongside|among|at|behind|beside|from|inside|in|near|of|on|outside|over"
    r"|than|with|(?:correspondent|editor|journalist|reporter|writer)\s+for"
    r"|(?<!ccording )to|(?:in|near)\s+[a-z-]+ern)\s+$"
)
# Also "while incumbent Igor Brack said", but not "Doctor Who boss Igor Brack said".
_SUBORDINATE = re.compile(
    rf"(?:(?<!\w\s)|(?=[a-z]))\b{_SUBORDINATES}\s+(?:(?:[Tt]he|[Aa]n?)\s+)?"
    r"(?:(?!(?:by|it|s?he|that|they|to)\b)[a-z]+\s+){0,2}$"
)
# Trump won "Ohio and Harris conceded": the second one begins a clause. "The troubled Marks and
# Spencer" and "wrote Brack and Lopez" are whole.
_CLAUSE_BEFORE = re.compile(
    rf"(?<![\w’'-])(?<![Tt]he\s)(?!{ANY_VERB}\s)(?:[a-z]+ed|beat|left|lost|met|shot|won)\s+$"
)
# "Ann Lee (D-Calif.) and Igor Brack said", "Ann Lee, left, and Igor Brack said": the second one
# alone did not.
_AND_BEFORE = re.compile(
    rf"{UPPER}{IN_NAME}*(?:\s+\([^()]{{1,40}}\)|,[^,\"“”]{{1,60}},)\s+and\s+$|;\s+and\s+$"
)
# "A film seen on YouTube and Facebook claims it is safe": neither claims anything.
_OF_TWO = re.compile(
    rf"\b(?:about|across|against|among|at|between|by|for|from|in|near|of|on|outside|to|with)\s+(?:the\s+)?"
    rf"{CAPITAL}(?:\s+{CAPITAL}){{0,3}}\s+and\s+$"
)
_OF_THE = re.compile(r"\s+of\s+the\s")
# "The U.S. Department of the Treasury", "the Deputy Chief of Staff of the army": no person's name.
_OFFICE_OR_BODY = re.compile(
    r"\b(?:(?:of|for)\b|(?:Bank|Board|Bureau|Chief|Church|Committee|Council|Court|Department"
    r"|Director|Head|House|Minister|Ministry|Office|President|Secretary|Speaker|University)\Z)"
)
# "It was not the 9% that Lopez claimed."
_THAT = re.compile(r"\bthat\s+$")
_CLAUSE_ENDS = re.compile(r"\s*(?:[.,;:!?)—–]|$)")
# "Smith's mother" is not Smith, but "Moody's said" is Moody's.
_POSSESSIVE = re.compile(r"(?:[’']s|s[’'])(?=\s+\w)(?!\s+(?:said|says|told|tells)\b)")
_INITIALS = re.compile(rf".*\b(?:{UPPER}\.)+")
_SAYS = re.compile(
    rf"\b(?P<before>\w+)\s+{OFTEN_BEFORE}{ANY_VERB}\b"
    rf"|[,”\"’']\s*{ANY_VERB}\s+(?P<after>\w+)"
)
_PRONOUN_SAYS = re.compile(
    rf"\b(?:s?he|they|we|it|i)\s+{OFTEN_BEFORE}{ANY_VERB}\b"
    rf"|\b{ANY_VERB}\s+(?:s?he|they|we|it|i)\b",
    re.IGNORECASE,
)
_BEYOND_THE_FIRST = re.compile(rf"(?<=.){CAPITAL}", re.DOTALL)
# What stands beside a verb of saying and is not somebody else.
_NOBODY = re.compile(
    r"s?he|him|her|they|them|we|it|i|you|who|which|that|and|but|or|then|again|the|an?|is|was|were|are|be|been"
    r"|being|to|not|\w+ly",
    re.IGNORECASE,
)


def speaker_of(outside: str, quoted: bool) -> str | None:
    """Who says a sentence whose quoted words are blanked; "" where it is somebody without a name.

    None where it does not tell, or by a pronoun alone; a quotation beside a name does.
    """
    for pattern in _PATTERNS:
        for match in _matches(pattern, outside):
            name = _name(match)
            if name:
                return "" if name in _CROWDS else name
    says = _SAYS.search(outside)
    if says and not _NOBODY.fullmatch(says["before"] or says["after"]):
        return ""
    if quoted and not _PRONOUN_SAYS.search(outside):
        names = (name.rstrip(".") for name in _BEYOND_THE_FIRST.findall(outside))
        return None if _NO_NAME.issuperset(names) else ""
    return None


def _matches(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """All that do not overlap; "December" in "In December, Lopez, who voted, said" has no aside."""
    at = 0
    while match := pattern.search(text, at):
        yield match
        is_name = not _NO_NAME.issuperset(match["name"].split())
        at = match.end() if is_name else match.end("name")


def _name(match: re.Match[str]) -> str:
    """The name as printed, less what is no part of it; "" where it is not who speaks."""
    text, start, end = match.string, *match.span("name")
    words = named = _DETERMINER.sub("", match["name"]).split()
    while named and named[0] in _NO_NAME:
        named = named[1:]
    before = text[max(0, start - 40) : start]
    # "One of the Democrats", "Members of the Senate": not who is named.
    one = len(named) > 1 and not _OFFICE_OR_BODY.search(match["name"])
    of_many = match.end() > end and not one and _OF_THE.match(text, end)
    if of_many or (named == words and _GOVERNED.search(before)):
        return ""
    subordinate = _SUBORDINATE.search(before + match["name"][: -len(" ".join(named))])
    # "After the storm Lopez said: ..." is what Lopez said.
    direct = text[match.end() : match.end() + 1] == ":" and "," not in text[end : match.end()]
    if subordinate and not (direct and start == len(before)):
        return ""
    if "and" in named and _CLAUSE_BEFORE.search(before):
        named = _DETERMINER.sub("", " ".join(named[named.index("and") + 1 :])).split()
    if _THAT.search(before) and _CLAUSE_ENDS.match(text, match.end()):
        return ""
    if _POSSESSIVE.match(text, end - 2) or all(word.islower() for word in named):
        return ""
    # "He and Lopez" are two.
    if (
        named[0] == "and"
        or _OF_TWO.search(text, max(0, start - 80), start)
        or _AND_BEFORE.search(text, max(0, start - 80), start)
    ):
        return ""
    while named[-1] in PARTICLES:
        named = named[:-1]
    name = " ".join(named).rstrip(",")
    if end == match.end() and not _INITIALS.fullmatch(name):  # no verb: the sentence may end here
        name = name.rstrip(".")
    return name.rstrip("'’")
