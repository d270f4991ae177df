"""What makes two sentences of the same words say two things.

Other numbers, opposites ("rose", "fell"), other names, and who does what to whom.
"""

from __future__ import annotations

import itertools

from transforms.text.gist import DAY_STEMS, Gist
from transforms.text.opposites import STEM_CHARS

_AGAINST = "against"[:STEM_CHARS]


def differ_by_number_alone(one: Gist, other: Gist) -> bool:
    """Whether each has a number that the other lacks, and neither denies, nor names another.

    A toll that has risen and the next day's index are no denials of what was said before.
    """
    if one.negations or other.negations or one.denied or other.denied:
        return False
    if opposed(one, other) or other_names(one, other):
        return False
    mine, theirs = set(one.numbers), set(other.numbers)
    return bool(mine - theirs) and bool(theirs - mine)


def other_numbers(one: Gist, other: Gist) -> bool:
    """Whether they differ, or stand in each other's place among the words of both."""
    if set(one.numbers) != set(other.numbers):
        return True
    shared = set(one.order) & set(other.order)
    mine, theirs = (dict.fromkeys(s for s in each.order if s in shared) for each in (one, other))
    return one.numbers != other.numbers and list(mine) == list(theirs)


def opposed(one: Gist, other: Gist) -> bool:
    """Whether one says a thing and the other its opposite."""
    if any(-side in other.sides for side in one.sides) or _changed_places(one, other):
        return True
    return any(_undoes(*pair) or _turns(*pair) for pair in ((one, other), (other, one)))


def other_names(one: Gist, other: Gist) -> bool:
    """Whether each names somebody of whom the other does not speak."""
    return not (_named(one) <= set(other.order) or _named(other) <= set(one.order))


def roles_changed(one: Gist, other: Gist) -> bool:
    """Whether two names stand in each other's place, not by passive voice or with opposites."""
    shared = (one.names | other.names) & set(one.roles) & set(other.roles) - DAY_STEMS
    mine, theirs = (_parties(each.roles, shared) for each in (one, other))
    moved = [pair for pair in zip(mine, theirs, strict=False) if pair[0] != pair[1]]
    swapped = len(mine) == len(theirs) and len(moved) == 2 and moved[0] == moved[1][::-1]
    explained = one.passive != other.passive or bool(_turned(one, other))
    return swapped and not explained


def _changed_places(one: Gist, other: Gist) -> bool:
    """Whether what rose in one fell in the other and the reverse, with the same words between.

    What moves with its words has others there; passive voice may explain it as well.
    """
    same_voice = one.passive == other.passive
    return same_voice and any(mine & theirs for mine, theirs in _turned(one, other))


def _turned(one: Gist, other: Gist) -> list[tuple[frozenset[str], frozenset[str]]]:
    """What stands between opposites in each, where their order differs."""
    theirs = dict(other.rows)
    return [(between, theirs[-n]) for n, between in one.rows if -n in theirs]


def _undoes(one: Gist, other: Gist) -> bool:
    """Whether one says "unlikely" where the other says "likely"."""
    return bool(one.undone & set(other.order) - other.undone - set(one.order))


def _turns(one: Gist, other: Gist) -> bool:
    """Whether one votes for what the other votes against; "for" alone has many other uses."""
    if _AGAINST in other.order:
        return False
    return not _words_before(_AGAINST, one).isdisjoint(_words_before("for", other))


def _words_before(stem: str, gist: Gist) -> set[str]:
    return {before for before, word in itertools.pairwise(gist.order) if word == stem}


def _named(gist: Gist) -> set[str]:
    return {*gist.names, gist.first} - {""}


def _parties(stems: tuple[str, ...], names: frozenset[str]) -> list[tuple[str, ...]]:
    """The names in order of their first mention; words of one name, as "Joe Biden", together."""
    rows = itertools.groupby(stems, key=names.__contains__)
    return list(dict.fromkeys(tuple(row) for named, row in rows if named))
