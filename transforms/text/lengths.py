"""How long a text is, so that one bound holds for all scripts."""

import re

_DENSE = re.compile(
    r"[\u1100-\u11ff\u3005-\u3007\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    r"\uff66-\uff9f\U00020000-\U0003ffff]+"
)
# Han and kana; Thai, Lao, Myanmar, Khmer.
_UNSPACED = re.compile(
    r"[\u3005-\u3007\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"
    r"\U00020000-\U0003ffff\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff]+"
)


def weight(text: str) -> int:
    """Returns the length of a text in characters, about as it would be in Latin ones.

    Han, kana and Hangul count 2.5 each: the text of `tests/foreign_pages` has 371 characters in
    Japanese, 823 to 912 in eight languages of Latin letters. Other scripts spell as Latin does.
    """
    return len(text) + 3 * _count(_DENSE, text) // 2


def word_count(text: str) -> int:
    """Returns how many words a text has; of scripts without spaces between them, characters.

    Systems count these, too, for want of words.
    """
    return len(text.split()) + _count(_UNSPACED, text)


def _count(letters: re.Pattern[str], text: str) -> int:
    return sum(map(len, letters.findall(text)))
