"""Names of indices: made and read alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.documents import FAMILIES
from schemas.index_names import IndexName, index_name, parse

prefixes = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,9}", fullmatch=True)
months = st.one_of(st.just(""), st.from_regex(r"\d{4}\.\d{2}", fullmatch=True))


@given(prefixes, st.sampled_from(FAMILIES), months, st.integers(0, 99))
def test_what_is_made_is_read(prefix: str, family: str, month: str, number: int) -> None:
    made = IndexName(prefix, family, month, number)
    name = made.write_name if number == 0 else made._replace(number=number - 1).next_build
    assert parse(prefix, name) == made
    assert made.write_name == index_name(prefix, family, month)


@pytest.mark.parametrize(
    "name",
    [
        *("news-articles", "news-articles-", "news-articles-2026", "news-articles-2026.11-r0"),
        *("news-articles-2026.11-copying", "news-articles-2026.11-r1-copying", "news-mine-all"),
        *("old-news-articles-all", "news-articles-all-r1-r2", "news-articles-2026.11\n"),
    ],
)
def test_names_of_others_are_not_ours(name: str) -> None:
    assert parse("news", name) is None
