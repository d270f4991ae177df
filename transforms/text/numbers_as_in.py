"""The numbers of a text printed as in another one that says them, too."""

from __future__ import annotations

import itertools
import re
from collections.abc import Container, Iterator, Sequence
from typing import NamedTuple

from transforms.text.amounts import Amount, amount_at, follows, same_thing
from transforms.text.dates import is_day
from transforms.text.number_words import is_ordinal
from transforms.text.numbers_said import Number, numbers_said
from transforms.text.units import CURRENCIES

_BRACKET = re.compile(r"\s?\((?:(?:about|around|roughly|approximately|some|nearly|almost)\s)?")
# The first numbers of each side: a model reads some hundred words.
_MOST_COMPARED = 60


class _Form(NamedTuple):
    """How a number is printed: `start` is its own, or that of the "more than" before it."""

    printed: str
    start: int
    end: int


class _Placed(NamedTuple):
    """A number of a text; `amount` is None for days, ordinals and what is no amount."""

    number: Number
    ordinal: bool
    day: bool
    amount: Amount | None


def numbers_as_in(other: str, text: str) -> str:
    """`text`, with the numbers that `other` says as well printed as there: "7,000" for "7k".

    So is a number from which one of `other` follows: "53.2%" as "more than half", "195 km/h" as
    "120 mph". Of "10 kilometres (six miles)" what `other` says is left. An ordinal is printed as an
    ordinal: the second victim is not the 2 victim. A day is printed as a day: "3 October" for "3rd
    October".
    """
    theirs = list(_placed(other))
    if not theirs:
        return text
    mine = list(_placed(text))
    brackets = dict(_brackets(mine, text))
    forms = _less_exact(theirs, mine, brackets, other) | _same(theirs, mine, other, text)
    pieces, at = [], 0
    for i, each in enumerate(mine):
        form = forms.get(i)
        if i in brackets and (form is None) != (i + 1 not in forms):
            printed = (form or forms[i + 1]).printed
            form = _Form(printed, form.start if form else each.number.start, brackets[i])
        if (
            form
            and form.start >= at
            and text[form.start : form.end].lower() != form.printed.lower()
        ):
            pieces += [text[at : form.start], form.printed]
            at = form.end
    return "".join([*pieces, text[at:]])


def _placed(text: str) -> Iterator[_Placed]:
    for number in numbers_said(text):
        said, start, end = number
        ordinal = is_ordinal(text, start, end)
        day = is_day(text, start, end)
        amount = None if ordinal or day else amount_at(said, text, start, end)
        yield _Placed(number, ordinal, day, amount)


def _brackets(placed: Sequence[_Placed], text: str) -> Iterator[tuple[int, int]]:
    """Which number has itself in another unit or currency behind it, and where that ends."""
    for i, (one, other) in enumerate(itertools.pairwise(placed)):
        opens = _BRACKET.fullmatch(text, one.number.end, other.number.start)
        if opens and text.startswith(")", other.number.end) and one.amount and other.amount:
            units = {one.amount.unit, other.amount.unit}
            sums = len(units) == 2 and units <= CURRENCIES.keys()
            if sums or same_thing(one.amount, other.amount):
                yield i, other.number.end + 1


def _same(
    theirs: Sequence[_Placed], mine: Sequence[_Placed], other: str, text: str
) -> dict[int, _Form]:
    forms: dict[tuple[str, bool, bool], list[str]] = {}
    for each in theirs:
        printed = other[each.number.start : each.number.end]
        forms.setdefault(_kind(each), []).append(printed)
    found = {}
    for i, each in enumerate(mine):
        (_, start, end), there = each.number, forms.get(_kind(each), [])
        if there:
            as_there = [form for form in there if form.lower() == text[start:end].lower()]
            found[i] = _Form((as_there or there)[0], start, end)
    return found


def _kind(each: _Placed) -> tuple[str, bool, bool]:
    return each.number.said, each.ordinal and not each.day, each.day


def _less_exact(
    theirs: Sequence[_Placed], mine: Sequence[_Placed], brackets: Container[int], other: str
) -> dict[int, _Form]:
    """Forms of what follows from one number: two of them are not made one."""
    their_said, my_said = ({each.number.said for each in side} for side in (theirs, mine))
    open_here = [
        (i, each.number, each.amount)
        for i, each in enumerate(mine)
        if each.amount and each.number.said not in their_said
    ]
    found: dict[int, _Form] = {}
    for number, _, _, claimed in theirs[:_MOST_COMPARED]:
        if claimed is None or number.said in my_said:
            continue
        told = [each for each in open_here[:_MOST_COMPARED] if follows(claimed, each[2])]
        if len({mine[i - 1 if i - 1 in brackets else i].number.said for i, _, _ in told}) == 1:
            for i, here, amount in told:
                start = amount.bound_start if claimed.bound else here.start
                printed = other[claimed.bound_start : number.start].lower()
                printed += other[number.start : number.end]
                found.setdefault(i, _Form(printed, start, here.end))
    return found
