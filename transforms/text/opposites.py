"""English opposites: "rose" and "fell", "before" and "after"; which of their sides words are on."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

# A prefix joins most forms of a word; what opposites are looked for in is cut to as much.
STEM_CHARS = 6

# What one sentence says of a thing and the other the contrary of it; "climb-" with all forms of the
# verb, "call_off" two words in a row. Not "growth", which may fall: who says both says neither. So
# what is said of other things as well has a row of its own, as "slow".
_ROSE = "rose rise rises rising grew grow grows grown growing climb- gain- jump- surge- soar-"
_OPPOSITES = (
    (f"{_ROSE} risen increase-", "fell fall falls fallen falling drop drops dropped dropping "
     "decline- decrease- reduce- shrank shrink- shrunk lost lose loses losing plunge- slump-"),
    (f"{_ROSE} rallied rebound-", "dip dips dipped dipping ease- sank shed slid slide- slip slips "
     "slipped slipping slow- tumble-"),
    ("accelerate-", "slow- ease-"),
    ("widen-", "narrow-"),
    ("surplus", "deficit"),
    ("annual yearly year_ago year_earlier year_on", "monthly month_ago month_earlier month_on"),
    ("raise- increase- boost- hike-", "cut cuts cutting lower- reduce- slash-"),
    ("more higher above over least", "fewer less lower below under most nearly almost"),
    ("many most all every", "few"),
    ("all every", "some only"),
    ("highest", "lowest"),
    ("confirm admit accept support backed", "denied denies deny reject refuse oppose-"),
    ("accept", "decline- refuse-"),
    ("approve- adopt- cleared pass passed passes", "reject- veto- blocked scrapped"),
    ("ban bans banned banning prohibit outlaw- forbid-", "allow- permit lift- overturn legalise"),
    ("impose-", "lift- remove-"),
    ("uphold- upheld", "annul- overturn- quash- struck_down strike_down strikes_down"),
    ("grant-", "revoke- denied denies deny refuse-"),
    ("sign signs signed signing", "veto-"),
    ("call calls called calling", "call_off calls_off called_off calling_off cancel-"),
    ("plan plans", "abandoned_plans dropped_plans scrapped_plans shelved_plans"),
    ("tighten-", "ease- relax- loosen-"),
    ("help- benefit", "hurt hurts hurting harm-"),
    ("cause-", "avert- prevent-"),
    ("improve-", "worsen- deteriorate"),
    ("better best", "worse worst"),
    ("longer longest", "shorter shortest"),
    ("faster fastest", "slower slowest"),
    ("bigger larger", "smaller"),
    ("majority", "minority"),
    ("strong strengthen", "weak weaken"),
    ("praise- hail- welcome- backed backs", "criticise condemn slammed"),
    ("favour favor", "against"),
    ("open- opening reopen-", "close- shut shuts shutting closure"),
    ("win wins winning winner won", "lost lose loses losing loser"),
    ("keep keeps keeping kept retain-", "lost lose loses losing"),
    ("beat beats", "miss misses missed"),
    ("promote-", "demote- relegate-"),
    ("before", "after"),
    ("up into onto inside indoor", "down out off outside outdoor"),
    ("guilty convict", "innocent acquit cleared"),
    ("charged", "cleared"),
    ("alive survive- hurt injure- wounded", "dead die dies died dying kill-"),
    ("legal", "illegal"),
    ("safe", "unsafe danger"),
    ("true", "false untrue"),
    ("arrest- jailed detain-", "release- freed"),
    ("hire- appoint", "fired firing sacked dismiss resign lay_off laid_off laying_off"),
    ("enter- arrive- arrival join-", "left leave- depart quit"),
    ("remain- stay-", "leave- quit"),
    ("deploy- advance-", "withdraw withdrew retreat"),
    ("buy buys buying bought", "sell sells selling sold"),
    ("begin begins beginning began begun start-", "end- stop stops stopped stopping halt-"),
    ("resume-", "suspend- halt-"),
    ("include- including", "exclude- excluding"),
    ("north northern", "south southern"),
    ("east eastern", "west western"),
    ("left", "right"),
    ("man men male boy boys", "woman women female girl girls"),
    ("next", "last"),
    ("today yesterday", "tomorrow"),
    ("export", "import"),
    ("profit", "loss losses"),
)  # fmt: skip


def _stems(words: str) -> frozenset[str]:
    """Cut as a sentence's own words are, so that each can be met there."""
    forms = (form for word in words.split() for form in _forms(word))
    return frozenset("_".join(part[:STEM_CHARS] for part in form.split("_")) for form in forms)


def _forms(word: str) -> list[str]:
    verb = word.removesuffix("-")
    root = verb.removesuffix("e")
    return [word] if verb == word else [verb, f"{verb}s", f"{root}ed", f"{root}ing"]


SIDES = tuple((_stems(one), _stems(other)) for one, other in _OPPOSITES)
_IN_A_ROW = frozenset(stem for sides in SIDES for side in sides for stem in side if "_" in stem)


def sides_said(stems: Sequence[str]) -> Iterator[int]:
    """n where of the opposites n only the first is said, -n where only the second.

    Both sides in one sentence say neither.
    """
    said = _with_rows(stems)
    for n, (one, other) in enumerate(SIDES, start=1):
        first, second = not one.isdisjoint(said), not other.isdisjoint(said)
        if first != second:
            yield n if first else -n


def both_sides_said(stems: Sequence[str], names: set[str]) -> Iterator[tuple[int, frozenset[str]]]:
    """n where of the opposites n both are said, the first before the second, -n where behind it.

    None of the names is an opposite. Beside it what stands between the two.
    """
    plain = set(stems) - names
    for n, sides in enumerate(SIDES, start=1):
        if not any(side.isdisjoint(plain) for side in sides):
            one, other = (
                next(i for i, stem in enumerate(stems) if stem in side & plain) for side in sides
            )
            between = stems[min(one, other) + 1 : max(one, other)]
            yield (n if one < other else -n), frozenset(between)


def _with_rows(stems: Sequence[str]) -> set[str]:
    """`stems`, two of which are one where they mean another thing together: who calls off a strike
    does not call it."""
    rows = [row for row in itertools.pairwise(stems) if "_".join(row) in _IN_A_ROW]
    return set(stems).difference(*rows) | {"_".join(row) for row in rows}
