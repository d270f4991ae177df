"""One bound for the texts of all scripts."""

import pytest

from transforms.text.lengths import weight, word_count


@pytest.mark.parametrize(
    ("text", "weighs", "words"),
    [
        ("", 0, 0),
        ("Two words", 9, 2),
        ("Мост закрыт", 11, 2),
        ("橋が閉鎖", 10, 5),
        ("旧桥关闭", 10, 5),
        ("다리 폐쇄", 11, 2),
        ("ปิดสะพาน", 8, 9),
        ("橋 2026 closed", 14, 4),
    ],
)
def test_lengths(text: str, weighs: int, words: int) -> None:
    assert (weight(text), word_count(text)) == (weighs, words)
