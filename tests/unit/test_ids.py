"""Identifiers."""

import itertools

from schemas import ids


def test_ascii_is_normalised_as_if_among_other_characters() -> None:
    ascii_characters = list(map(chr, range(128)))
    for one, other in itertools.product(ascii_characters, repeat=2):
        for text in (one + other, f"{one}a{other}"):
            alone, among = ids.normalised(text), ids.normalised(f"α {text}")
            assert f"α {alone}".rstrip() == among, repr(text)
