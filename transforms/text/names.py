"""Patterns of names as English news prints them, alone and behind an office."""

from __future__ import annotations

from transforms.text.dates import ANY_DAY

# Of the Latin letters: Élisabeth, Özgür and Šefčovič begin like Adam.
UPPER = f"[{''.join(letter for letter in map(chr, range(0x250)) if letter.isupper())}]"
# With accents that stand apart from their letters.
IN_NAME = r"[\w\u0300-\u036f.’'&-]"
# Whole words, possessive, and few of them: else a row of capitals takes time with its cube. A brand
# may begin with one small letter (eBay).
CAPITAL = (
    rf"(?<!{IN_NAME})(?:(?:al|an|as|el|ul|ur|ad|ar|ash|at|az)-|[a-z](?={UPPER}[a-z]))?"
    rf"{UPPER}{IN_NAME}*+"
)
# Small words that stand inside names.
PARTICLES = ("al", "bin", "de", "del", "der", "di", "la", "of", "van", "von")
_FOR = rf"for(?:\s+the)?(?=\s+{UPPER})"  # the Institute for the Study of War
_AND = rf"&(?=\s+{UPPER})"  # Marks & Spencer
NAME_ROW = rf"{CAPITAL}(?:\s+(?:{CAPITAL}|{_FOR}|{_AND}|(?:{'|'.join(PARTICLES)})\b)){{0,9}}"
# Capitalised words, with the small words that stand inside names, and at most one plain noun behind
# them ("the FSB agent", "a Foreign Ministry spokeswoman").
_ONE = (
    rf"(?:\b(?:[Tt]he|[Aa]n?)\s+)?{NAME_ROW}"
    r"(?:\s+(?:agency|agent|official|officials|officer|police|president|minister|ministry|spokesman"
    r"|spokeswoman|spokesperson|government|lawyer|lawyers|leader|department|company|magazine"
    r"|newspaper|prosecutor|prosecutors|researchers|scientists|senator|governor|mayor"
    r"|whistleblower)\b(?:[’']s)?)?"
)
# Two who speak together are one name, as are "the Globe and Mail".
NAME = rf"{_ONE}(?:\s+and\s+{_ONE})?"
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
    rf"(?!{_BEHIND}|(?:{'|'.join(PARTICLES)}|will|would|is|was|are|were|be|has|had|have|can"
    r"|could|may|might|should|did|does|do|told|[a-z]+ed)\b)[a-z][a-z’'-]*+(?!\w)\s+"
)
# An office before a name: "Pentagon spokesman John Kirby", "former Ford chief executive Ann Lee".
# It ends in the singular, and without a name of its own it stands before two words: "the top
# Democrat" is no name.
_OFFICE = (
    rf"(?:(?:the|an?)\s+)?(?:(?:{_PLAIN}){{0,4}}{NAME_ROW}\s+(?:{_PLAIN}){{1,4}}(?={UPPER})"
    rf"|(?:{_PLAIN}){{1,4}}(?={CAPITAL}\s+{CAPITAL}))(?<!(?<!s)s\s)(?!{ANY_DAY})"
)
TITLED_NAME = rf"(?>(?:{_OFFICE})?(?P<name>{NAME})){_NAME_ENDS}"
