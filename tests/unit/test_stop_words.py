"""Words too common to say what a text is about."""

import pytest

from transforms.text.stop_words import stop_words


@pytest.mark.parametrize(
    ("language", "common", "rare"),
    [("en", "the", "bridge"), ("de", "und", "brücke"), ("es", "el", "puente")],
)
def test_common_words_of_a_language(language: str, common: str, rare: str) -> None:
    words = stop_words(language)
    assert words is not None
    assert common in words
    assert rare not in words


def test_of_another_language_nothing_is_known() -> None:
    assert stop_words("xx") is None
