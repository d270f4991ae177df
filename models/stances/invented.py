"""Pairs whose stance follows from how they were made: denials, doubts, other numbers, silence.

Headlines of the Fake News Challenge deny by the words of its hoaxes, and rarely by plain
contradiction. Here a sentence of a news text is the claim, and its own text, changed, the passage.
Each change comes with its opposite (a negation on both sides supports), so that no word alone tells
the label.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence

from models.data import Example
from transforms.models.base import LABELS
from transforms.text.passages import WINDOW_CHARS
from transforms.text.sentences import Span, split_sentences

_SUPPORTS, _DENIES, _DISCUSSES, _UNRELATED = range(len(LABELS["stances"]))
# Silent about a claim on the same subject: unrelated, but not as what is about other things.
SILENT = (0.0, 0.0, 0.3, 0.7)
_MIN_CHARS, _MAX_CHARS = 50, 220
_PLAIN = re.compile(r"[A-Z][^\"“”?!;:()\[\]\n]+\.")
_SAID = re.compile(
    r",? (?:(?:[\w’']+ ){1,5}(?:said|says|told \w+|reported|added|claimed)"
    r"|according to (?:[\w’']+ ?){1,6})\.$"
)
_NUMBER = re.compile(r"(?<![\w.,$£€-])\d{1,3}(?:,\d{3})+|(?<![\w.,-])\d{1,4}(?![\w.,]*\d)")
_WORDS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "dozen")
_NUMBER_WORD = re.compile(rf"\b(?:{'|'.join(_WORDS)})\b")
_AUXILIARY = re.compile(
    r"(?<=\w )(is|are|was|were|will|has|have|had|can|could|would|should|did|does|do)(?= [a-z])"
)
_NOT = re.compile(r"(?<=\w )(is|are|was|were|will|has|have|had|could|would|should) not(?= [a-z])")
_OPENER_WORDS = """
A An The This That These Those It He She They We His Her Their Its There In On At After Before As
But And One Some Many Several Most
"""
_OPENERS = frozenset(_OPENER_WORDS.split())
_SOURCES = (
    "the company",
    "police",
    "a spokeswoman",
    "the ministry",
    "officials",
    "his lawyer",
    "the agency",
    "a spokesman for the government",
    "the family",
    "the hospital",
    "two people familiar with the matter",
    "the newspaper",
    "the department",
    "the union",
    "the club",
    "witnesses",
)
_FRAMES: dict[int, tuple[str, ...]] = {
    _SUPPORTS: (
        "{Source} confirmed that {s}.",
        "{Source} said on Tuesday that {s}.",
        "Documents seen by reporters show that {s}.",
        "After first calling the reports false, {source} admitted that {s}.",
        "There is no longer any doubt that {s}, {source} said.",
        "It was not a rumour: {s}, {source} said.",
    ),
    _DENIES: (
        "{Source} denied that {s}.",
        "{Source} said it was not true that {s}.",
        "Reports that {s} are false, {source} said.",
        "A story saying that {s} turned out to be made up.",
        "The claim that {s} has been debunked.",
        "{Source} rejected as a hoax a report that {s}.",
        "Fact-checkers found no evidence that {s}; the opposite is the case.",
        "Contrary to what was first reported, it is not the case that {s}.",
    ),
    _DISCUSSES: (
        "It is not clear whether {s}.",
        "{Source} would neither confirm nor deny that {s}.",
        "An unconfirmed report says that {s}.",
        "Rumours that {s} spread on social media, and {source} declined to comment.",
        "{Source} is looking into allegations that {s}.",
        "Could it be that {s}? Opinions differ.",
        "If it is true that {s}, much will have to change, {source} said.",
    ),
}
# What a repeated claim is told with: none of it is about whether it is so.
_TAILS = (
    ", {source} said.",
    ", {source} told reporters on Monday.",
    ", {n} people said.",
    ", it was reported.",
    ", according to {source}.",
    ", according to a statement seen by {n} newspapers.",
    ", {source} confirmed, {n} days after a first report.",
    ". {Source} gave no further details.",
    ". {Source} could not be reached.",
    ". It is the {n}th time in as many years.",
)


def invent(bodies: Sequence[tuple[str, str]], each: int, seed: int) -> Iterator[Example]:
    """Up to `each` sentences of each (group, body) give some eight pairs each."""
    rng = random.Random(seed)
    for group, body in bodies:
        spans = split_sentences(body, "en")
        for i in _some_plain(body, spans, each, rng):
            for text, pair, target in _pairs(body, spans, i, rng):
                label = max(range(len(target)), key=target.__getitem__)
                yield Example(
                    text=text, pair=pair, label=label, target=target, group=group, origin="invented"
                )


def repeat(bodies: Sequence[tuple[str, str]], share: float, seed: int) -> Iterator[Example]:
    """A plain sentence of each (group, body), told again with other words and numbers behind it.

    Written and labelled pairs differ in what decides, and so teach that a repeat is a trap.
    """
    rng = random.Random(seed)
    for group, body in bodies:
        spans = split_sentences(body, "en")
        for i in _some_plain(body, spans, 2, rng):
            claim = _SAID.sub(".", body[spans[i].start : spans[i].end])
            bare = claim.rstrip(".")
            source, n = rng.choice(_SOURCES), rng.randint(4, 30)
            told = bare + rng.choice(_TAILS).format(source=source, Source=_upper(source), n=n)
            around = _around(body, spans, i, told, rng)
            yield Example(
                text=bare if rng.random() < 0.5 else claim,
                pair=around if rng.random() < 0.5 else told,
                label=_SUPPORTS,
                target=_sure(_SUPPORTS),
                group=group,
                origin="repeated",
                share=share,
            )


def _pairs(
    body: str, spans: Sequence[Span], i: int, rng: random.Random
) -> Iterator[tuple[str, str, tuple[float, ...]]]:
    sentence = body[spans[i].start : spans[i].end]
    claim = _SAID.sub(".", sentence)
    for label, frames in _FRAMES.items():
        told = _framed(claim, rng.choice(frames), rng)
        yield claim, _around(body, spans, i, told, rng), _sure(label)
    yield claim, _around(body, spans, i, sentence, rng), _sure(_SUPPORTS)
    for change in (renumbered, negated, affirmed):
        changed, wrong = change(claim, rng), change(sentence, rng)
        if changed is None or wrong is None:
            continue
        yield changed, _around(body, spans, i, sentence, rng), _sure(_DENIES)
        yield claim, _around(body, spans, i, wrong, rng), _sure(_DENIES)
        if change is not renumbered:
            yield changed, _around(body, spans, i, wrong, rng), _sure(_SUPPORTS)
    silent = _elsewhere(body, spans, i, rng)
    if silent:
        yield claim, silent, SILENT


def renumbered(sentence: str, rng: random.Random) -> str | None:
    """The sentence with one number changed beyond rounding; None without a number."""
    found = list(_NUMBER.finditer(sentence)) or list(_NUMBER_WORD.finditer(sentence))
    if not found:
        return None
    match = rng.choice(found)
    old = match.group()
    if old in _WORDS:
        new = rng.choice([word for word in _WORDS if word != old])
    else:
        value = int(old.replace(",", ""))
        year = 1900 <= value <= 2030 and "," not in old
        other = value + rng.choice([-3, -2, -1, 1, 2]) if year else _other(value, rng)
        new = f"{other:,}" if "," in old else str(other)
    return sentence[: match.start()] + new + sentence[match.end() :]


def negated(sentence: str, _: random.Random) -> str | None:
    """The sentence with "not" behind its first auxiliary verb; None without one."""
    match = _AUXILIARY.search(sentence)
    if match is None or re.search(r"\b(?:not|n[o’']t?|never|no)\b", sentence):
        return None
    return f"{sentence[: match.end()]} not{sentence[match.end() :]}"


def affirmed(sentence: str, _: random.Random) -> str | None:
    """The sentence without its "not"; None without one."""
    changed, times = _NOT.subn(r"\1", sentence, count=1)
    return changed if times else None


def _other(value: int, rng: random.Random) -> int:
    other = round(value * rng.choice([0.3, 0.5, 0.6, 1.5, 2.0, 3.0]))
    return other if other != value else value + rng.choice([1, 2, 3])


def _sure(label: int) -> tuple[float, ...]:
    return tuple(0.94 if i == label else 0.02 for i in range(len(LABELS["stances"])))


def _some_plain(body: str, spans: Sequence[Span], most: int, rng: random.Random) -> list[int]:
    """Places of up to `most` plain sentences, drawn by chance, in order."""
    plain = [i for i, (start, end) in enumerate(spans) if _is_plain(body[start:end])]
    return sorted(rng.sample(plain, min(most, len(plain))))


def _is_plain(sentence: str) -> bool:
    long_enough = _MIN_CHARS <= len(sentence) <= _MAX_CHARS
    return long_enough and _PLAIN.fullmatch(sentence) is not None


def _framed(claim: str, frame: str, rng: random.Random) -> str:
    """The claim inside another sentence."""
    first, _, rest = claim.rstrip(".").partition(" ")
    inner = f"{first.lower() if first in _OPENERS else first} {rest}"
    source = rng.choice(_SOURCES)
    return frame.format(s=inner, source=source, Source=_upper(source))


def _upper(source: str) -> str:
    return source[0].upper() + source[1:]


def _around(body: str, spans: Sequence[Span], i: int, instead: str, rng: random.Random) -> str:
    """`instead` in place of sentence `i`, with up to two neighbours on each side, or none."""
    before = [body[s:e] for s, e in spans[max(0, i - rng.choice([0, 0, 1, 2])) : i]]
    after = [body[s:e] for s, e in spans[i + 1 : i + 1 + rng.choice([0, 0, 1, 2])]]
    while before and sum(map(len, [*before, instead, *after])) > WINDOW_CHARS:
        before.pop(0)
    while after and sum(map(len, [*before, instead, *after])) > WINDOW_CHARS:
        after.pop()
    return " ".join([*before, instead, *after])


def _elsewhere(body: str, spans: Sequence[Span], i: int, rng: random.Random) -> str:
    """Up to three sentences of the same text that are not next to sentence `i`; "" if none are."""
    far = [j for j in range(len(spans)) if abs(j - i) > 3]
    if not far:
        return ""
    first = rng.choice(far)
    chosen = [j for j in range(first, min(first + 3, len(spans))) if abs(j - i) > 2]
    return body[spans[chosen[0]].start : spans[chosen[-1]].end][:WINDOW_CHARS]
