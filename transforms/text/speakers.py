"""Who says a sentence of English news: patterns of names beside verbs of saying.

They are few and would rather say nothing than guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# A flood that claimed lives said nothing, unlike who claimed that somebody lives in a town.
_CLAIMED = (
    r"claimed(?!(?!\s+(?:s?he|it|[A-Z]\w+|(?:the|his|her|their)\s+\w+)(?:\s+still)?\s+lives\b)"
    r"(?:\s+(?!that\b)[\w,]+){1,4}\s+lives\b)"
)
# Who declared a state of emergency or bankruptcy did something.
_DECLARED = r"declared(?!\s+(?:an?|war|bankruptcy|independence|victory|martial)\b)"
# Verbs that are nouns as well are left out: "several U.S. states", "Wall Street estimates".
_SAID = (
    rf"said|says|saying|{_CLAIMED}|wrote|writes|tweeted|stated"
    r"|announced|insisted|insists|argued|argues|warned|warns|explained|explains|admitted|denied"
    r"|denies|alleged|alleges|acknowledged|noted|testified|replied"
    rf"|reported|suggested|{_DECLARED}|promised|asserted|asserts|flagged"
    r"|revealed|reveals|estimated|predicted|predicts|concluded|conceded"
)
_CONFIRM = r"(?:confirmed|confirms)"
_GO_ON = (
    r"(?:continued|responded|maintain(?:s|ed)|stressed|emphasi[sz]ed|pointed out|complained"
    r"|commented|e-?mailed|posted|contend(?:s|ed)|disclosed|recounted)"
)
_ADD = r"(?:added|adds|recalled)"
_SAYING = rf"(?:{_SAID}|told|tells)"
# Of the Latin letters: Élisabeth, Özgür and Šefčovič begin like Adam.
_UPPER = f"[{''.join(letter for letter in map(chr, range(0x250)) if letter.isupper())}]"
_DAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b"
# Who added 500 jobs, recalled cars or confirmed somebody as a judge said nothing. The first two
# count beside a quote mark, "that", a comma or the end of the sentence alone; who continued or
# posted something, before what was said.
_VERB = (
    rf"(?:{_SAYING}\b|{_GO_ON}(?=:|,?\s+[“\"‘']|\s+(?:(?:me|us|him|her|them|reporters)\s+)?that\b)"
    rf"|{_ADD}(?=[.,:;!?]|\s+(?:that|how)\b|\s+[“\"‘']|\s*$)"
    rf"|{_CONFIRM}\b(?!\s+(?:him\b|her\b|(?!{_DAY}){_UPPER})))"
)
_ANY_VERB = rf"(?:{_SAYING}|{_ADD}|{_CONFIRM}|{_GO_ON})"
# These are verbs where a name begins a clause: "Reuters reports", not "the news reports", and not
# "Local reports say".
_VERB_OR_NOUN = (
    r"(?:claims|estimates|notes|reports)\b"
    r"(?!\s+(?:of|from|about|say|said|have|had|were|are|indicate\w*|suggest\w*)\b)"
)
# With accents that stand apart from their letters.
_IN_NAME = r"[\w\u0300-\u036f.’'&-]"
# Whole words, possessive, and few of them: else a row of capitals takes time with its cube. A brand
# may begin with one small letter (eBay).
_CAPITAL = (
    rf"(?<!{_IN_NAME})(?:(?:al|an|as|el|ul|ur|ad|ar|ash|at|az)-|[a-z](?={_UPPER}[a-z]))?"
    rf"{_UPPER}{_IN_NAME}*+"
)
# Small words that stand inside names.
_PARTICLES = ("al", "bin", "de", "del", "der", "di", "la", "of", "van", "von")
_FOR = rf"for(?:\s+the)?(?=\s+{_UPPER})"  # the Institute for the Study of War
_AND = rf"&(?=\s+{_UPPER})"  # Marks & Spencer
_ROW = rf"{_CAPITAL}(?:\s+(?:{_CAPITAL}|{_FOR}|{_AND}|(?:{'|'.join(_PARTICLES)})\b)){{0,9}}"
# Capitalised words, with the small words that stand inside names, and at most one plain noun behind
# them ("the FSB agent", "a Foreign Ministry spokeswoman").
_ONE = (
    rf"(?:\b(?:[Tt]he|[Aa]n?)\s+)?{_ROW}"
    r"(?:\s+(?:agency|agent|official|officials|officer|police|president|minister|ministry|spokesman"
    r"|spokeswoman|spokesperson|government|lawyer|lawyers|leader|department|company|magazine"
    r"|newspaper|prosecutor|prosecutors|researchers|scientists|senator|governor|mayor"
    r"|whistleblower)\b(?:[’']s)?)?"
)
# Two who speak together are one name, as are "the Globe and Mail".
_NAME = rf"{_ONE}(?:\s+and\s+{_ONE})?"
# What may stand behind a name without being part of it, and stands in no office.
_WORDS_BEHIND = """
a about above across after afterward afterwards again against ahead along alongside already also
amid amidst among amongst an and around as at away back because before behind below beside between
beyond both briefed but by close days despite during earlier eight en even ever except familiar
five following for four from he her here his hours how i if in inside into it its just last late
later like minutes moments months near never next nine not now of off on once one only onto or our
out outside over past per seconds seven several she shortly since six so soon still ten than that
the their then there they this those three through throughout till to today tonight toward towards
two under unlike until up upon via we weeks what when whenever where which while who whom whose
why with within without years yesterday yet you
"""
_BEHIND = rf"(?:{'|'.join(_WORDS_BEHIND.split())})\b"
# Else a plain word behind a name is its noun, or its verb: "a British man", "Mr Brack would".
_NAME_ENDS = rf"(?!\s+(?!{_BEHIND}|[a-z]+ing\b|(?!dai|fami|month|week)[a-z]+ly\b)[a-z])"
_PLAIN = (
    rf"(?!{_BEHIND}|(?:{'|'.join(_PARTICLES)}|will|would|is|was|are|were|be|has|had|have|can"
    r"|could|may|might|should|did|does|do|told|[a-z]+ed)\b)[a-z][a-z’'-]*+(?!\w)\s+"
)
# An office before a name: "Pentagon spokesman John Kirby", "former Ford chief executive Ann Lee".
# It ends in the singular, and without a name of its own it stands before two words: "the top
# Democrat" is no name.
_OFFICE = (
    rf"(?:(?:the|an?)\s+)?(?:(?:{_PLAIN}){{0,4}}{_ROW}\s+(?:{_PLAIN}){{1,4}}(?={_UPPER})"
    rf"|(?:{_PLAIN}){{1,4}}(?={_CAPITAL}\s+{_CAPITAL}))(?<!(?<!s)s\s)(?!{_DAY})"
)
_TITLED = rf"(?>(?:{_OFFICE})?(?P<name>{_NAME})){_NAME_ENDS}"
# ", 34, of Riverton,", ", Ph.D., of the university,", ", a nurse from Riverton, Ohio,",
# " (R-Texas)", " of the Middle East Institute".
_ASIDE = (
    rf"(?:\s+of\s+the\s+{_ROW}"
    r"|(?:,\s(?:\d{1,2}|[DR]-[\w.]+|(?:[A-Z][a-z]?\.){2,3}|[A-Z]{2,4}))?,[^,\"“”]{1,80},"
    r"(?:\s(?:[A-Z][\w.]+|(?:who|speaking)\s[^,\"“”]{1,60}),)?|\s+\([^()\"“”]{1,40}\))?"
)
_OFTEN_BEFORE = r"(?:(?:also|has|had|have|later|reportedly)\s+)?"
# The outlet says "he fled when Sony announced the film", and may say the opposite of Sony.
_SUBORDINATES = (
    r"(?:[Aa]fter|[Aa]lthough|[Bb]ecause|[Bb]efore|[Ii]f|know|[Ss]ince|[Tt]hough|[Uu]nless|[Uu]ntil"
    r"|[Ww]hat|[Ww]hen|[Ww]hile|[Ww]hich|[Ww]hom?|time that)\b"
)
# Who is named in an aside: "A Kurdish spokesman, Peter Brack, said".
_SOMEBODY = (
    rf"(?:(?!{_SUBORDINATES}|(?:by|for|of the|that|with|{_SAYING})\b)[\w.’'-]++\s+){{0,8}}?"
    r"(?:adviser|ambassador|analyst|attorney|aunt|barrister|boss|brother|captain|chair|chairman"
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
    rf"(?P<name>{_CAPITAL}(?:\s+(?:{_CAPITAL}|(?:{'|'.join(_PARTICLES)})\b)){{1,9}}),\s+"
)
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:^|[,;:.)”\"]\s+){_SOMEBODY},\s+(?P<name>{_ROW}),\s+{_OFTEN_BEFORE}{_VERB}",
        rf"{_IN_OFFICE}(?P<name>{_CAPITAL}\s+{_ROW}),\s+{_OFTEN_BEFORE}{_VERB}",
        rf"{_SPEAKS_FOR}{_OFTEN_BEFORE}{_VERB}",
        rf"[”\"’'],?\s+{_SAYING}\s+{_SOMEBODY},\s+(?P<name>(?>{_ROW}))(?=[,.]|$)",
        rf"(?P<name>{_NAME}){_ASIDE}\s+{_OFTEN_BEFORE}{_VERB}",
        rf"(?:[”\"]|(?<!\w)[’']),?\s+(?P<name>{_NAME}){_ASIDE}\s+{_OFTEN_BEFORE}{_ANY_VERB}\b",
        rf"(?:^|[,;:—”\"]\s*|\b(?:and|as|but|that)\s)(?P<name>{_NAME}){_ASIDE}\s+{_VERB_OR_NOUN}",
        rf"[,”\"’']\s*(?:{_SAID}|{_ADD}|{_CONFIRM}|{_GO_ON}|reports)\s+{_TITLED}",
        rf"^[Ii]n (?:a|an|his|her|their) \w+(?: \w+)?, (?P<name>{_NAME})\s+{_VERB}",
        rf"[Aa]ccording to\s+{_TITLED}",
    )
)
_DETERMINER = re.compile(r"^(?:The|the|An?|an?)\s+")
# Capitalised because they begin a sentence, or because they are no speakers.
_NO_SPEAKERS = """
The A An He She They We I You It This That These Those There Who What Which And But Or So If In On
At As For Some Many Most Other Others Several One Both Another Here Then When While After Before
However Also Yet Still His Her Their My Our Its Although Though Since Because Until Last Next
Earlier Later Today Yesterday Meanwhile Additionally Conversely Despite Eventually Everybody
Everyone Finally Further Furthermore Hence Indeed Initial Initially Instead It's It’s Likewise
Moreover Nevertheless Nobody Nonetheless Not Otherwise Previously Recently Separately Similarly
Somebody Someone Subsequently Therefore Thus Ultimately Various No
Monday Tuesday Wednesday Thursday Friday Saturday Sunday
January February March April May June July August September October November December
"""
_NO_NAME = frozenset(_NO_SPEAKERS.split())
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
    rf"(?<![\w’'-])(?<![Tt]he\s)(?!{_ANY_VERB}\s)(?:[a-z]+ed|beat|left|lost|met|shot|won)\s+$"
)
# "Ann Lee (D-Calif.) and Igor Brack said", "Ann Lee, left, and Igor Brack said": the second one
# alone did not.
_AND_BEFORE = re.compile(
    rf"{_UPPER}{_IN_NAME}*(?:\s+\([^()]{{1,40}}\)|,[^,\"“”]{{1,60}},)\s+and\s+$|;\s+and\s+$"
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
_INITIALS = re.compile(rf".*\b(?:{_UPPER}\.)+")
_SAYS = re.compile(
    rf"\b(?P<before>\w+)\s+{_OFTEN_BEFORE}{_ANY_VERB}\b"
    rf"|[,”\"’']\s*{_ANY_VERB}\s+(?P<after>\w+)"
)
_PRONOUN_SAYS = re.compile(
    rf"\b(?:s?he|they|we|it|i)\s+{_OFTEN_BEFORE}{_ANY_VERB}\b"
    rf"|\b{_ANY_VERB}\s+(?:s?he|they|we|it|i)\b",
    re.IGNORECASE,
)
_SAYS_SO = re.compile(rf"\b{_ANY_VERB}\b")
_ENDS_IN_SAYING = re.compile(rf"\b{_ANY_VERB}(?:\s+\w+){{0,3}},$")
_BEYOND_THE_FIRST = re.compile(rf"(?<=.){_CAPITAL}", re.DOTALL)
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


def says_so(outside: str) -> bool:
    """Whether a sentence, less its quoted words, has a verb of saying."""
    return _SAYS_SO.search(outside) is not None


def ends_in_saying(text: str) -> bool:
    """Whether it ends as what stands before a quotation does: "she said,", "told the paper,"."""
    return _ENDS_IN_SAYING.search(text) is not None


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
    if named[0] == "and" or _AND_BEFORE.search(text, max(0, start - 80), start):
        return ""
    while named[-1] in _PARTICLES:
        named = named[:-1]
    name = " ".join(named).rstrip(",")
    if end == match.end() and not _INITIALS.fullmatch(name):  # no verb: the sentence may end here
        name = name.rstrip(".")
    return name.rstrip("'’")
