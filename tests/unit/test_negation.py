"""Words that deny or doubt."""

import pytest

from transforms.text.negation import DOUBT, NEGATING_PHRASE, NEGATING_PREFIX, NEGATION, UNTRUE


@pytest.mark.parametrize("word", ["not", "nobody", "can't", "refused", "nicht", "ningún", "eivät"])
def test_a_word_denies(word: str) -> None:
    assert NEGATION.fullmatch(word)


@pytest.mark.parametrize("word", ["note", "now", "canteen", "failing", "many"])
def test_a_word_that_begins_like_one_does_not(word: str) -> None:
    assert not NEGATION.fullmatch(word)


@pytest.mark.parametrize(
    ("sentence", "phrases"),
    [
        ("She ruled out a ban, and has yet to sign.", 2),
        ("The new rules went out, which have not yet been read.", 0),
    ],
)
def test_words_that_deny_together(sentence: str, phrases: int) -> None:
    assert len(NEGATING_PHRASE.findall(sentence)) == phrases


def test_what_a_syllable_denies() -> None:
    assert NEGATING_PREFIX.findall("unlikely, non-binding and illegal ink") == [
        *("likely", "binding", "legal"),
    ]


@pytest.mark.parametrize("sentence", ["It was a HOAX.", "There is no evidence.", "He denied it."])
def test_a_sentence_doubts(sentence: str) -> None:
    assert DOUBT.search(sentence)


@pytest.mark.parametrize("sentence", ["It was so.", "A mythical beast.", "There is evidence."])
def test_a_sentence_does_not_doubt(sentence: str) -> None:
    assert not DOUBT.search(sentence)


_UNTRUE = """
fake faked fakery hoax hoaxes false falsehood untrue bogus debunks refuted satire fabricated
unfounded incorrect myth
"""


@pytest.mark.parametrize("words", [*_UNTRUE.split(), "not true", "no evidence"])
def test_who_calls_something_untrue_doubts_it(words: str) -> None:
    assert UNTRUE.fullmatch(words)
    assert DOUBT.fullmatch(words)


@pytest.mark.parametrize("word", ["denied", "rumour", "disputed"])
def test_who_is_unsure_does_not_call_it_untrue(word: str) -> None:
    assert DOUBT.fullmatch(word)
    assert not UNTRUE.search(word)
