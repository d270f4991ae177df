"""Whether two sentences make the same claim in other words.

By their words, and by what makes two claims of the same words: numbers with their units, negation,
opposites ("rose", "fell"), names, and who does what to whom. Where these differ, no likeness of the
words counts: to miss a claim in other words costs less than to count a denial as a repetition.
"""

from __future__ import annotations

from transforms.text.differences import opposed, other_names, other_numbers, roles_changed
from transforms.text.gist import NAME_WEIGHT, Gist

# Two of three content words in common. Lower, and sentences on one matter begin to look alike that
# say different things of it; the tests have examples of either kind.
SAME_SHARE = 0.66
# Where the meaning is compared as well, fewer words must agree.
SAME_SHARE_IF_ALIKE = 0.4
# The least cosine of the sentences' embeddings. SICK's training pairs were looked at for it: at the
# same recall as by words alone, precision is half as high again.
ALIKE = 0.85
_FEWEST_WORDS = 3
# So alike that only who does what to whom may be told apart.
_ALMOST = 0.9


def same_speech(one: Gist, other: Gist) -> bool:
    """Whether both quote the same words, whoever is told and whatever is told of who says them."""
    return one.speech != "" and one.speech == other.speech


def sameness(one: Gist, other: Gist) -> float:
    """Weighted Dice overlap, 0 to 1; 0 where the claims differ, or words are too few.

    Two words are enough beside a number that both say, and must be nearly all that is said.

    The lower of two: of all words, and of those that are no names. A fire's injured and its crews
    share all names of the place.
    """
    denied = (one.negations, one.denied) != (other.negations, other.denied)
    other_ages = one.ages and other.ages and one.ages != other.ages
    if denied or other_ages or other_numbers(one, other):
        return 0.0
    mine, theirs = dict(one.words), dict(other.words)
    fewest = min(len(mine), len(theirs))
    if fewest < 2 or fewest + len(one.numbers) < _FEWEST_WORDS:
        return 1.0 if mine and one.order == other.order else 0.0
    if opposed(one, other) or other_names(one, other):
        return 0.0
    share = _dice(mine, theirs)
    too_few = fewest < _FEWEST_WORDS and share < SAME_SHARE
    if too_few or (share >= _ALMOST and roles_changed(one, other)):
        return 0.0
    return min(share, _dice(_plain(mine), _plain(theirs)))


def _dice(mine: dict[str, float], theirs: dict[str, float]) -> float:
    shared = sum(mine[stem] + theirs[stem] for stem in mine.keys() & theirs.keys())
    total = sum(mine.values()) + sum(theirs.values())
    return shared / total if total else 1.0


def _plain(words: dict[str, float]) -> dict[str, float]:
    return {stem: weight for stem, weight in words.items() if weight < NAME_WEIGHT}
