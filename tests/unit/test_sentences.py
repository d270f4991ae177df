"""Sentences are cut where a reader would cut them, and their offsets always cut the very text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.text.sentences import split_sentences

WHOLE = (
    "Dr. Smith of the U.S. Army said the dose was 3.5 mg.",
    "\"We don't know. It isn't safe,\" she told Reuters.",
    "The U.K. economy grew 0.4% in Q1, per J.P. Morgan Inc. analysts.",
    "“Believe me – that is far more terrifying. I assert it.”",
    "Mr. Obama and Gov. Jerry Brown met at 5 p.m. on Jan. 5.",
    "Sales rose to $1.2 bn from 900,000.50 dollars.",
    "He lives at No. 5 Main St. with his dog.",
    "J. R. R. Tolkien wrote it in 1937.",
    "“He said, ‘Stop. Now.’ and left,” she told police.",
    "Well... maybe it was 3.14 or so.",
    "They agreed!",
    "Is it true?",
    "It paid $1.5m. vs. $2m. in 2019.",
    "Doors open at 5 p.m. Tuesday at City Hall.",
    "The show airs at 9 p.m. ET on Fox.",
    "Prices rose 5.2 pct. in March vs. 4.9 pct. in February.",
    "He was born in Boston, Mass. and raised in Conn. by his aunt.",
    "Approx. 500 people came, said Ms. Whitman of Apple Inc. and Lt.-Gen. Ivanov.",
    "Sen. Lindsey Graham, R-S. C., called it delusional.",
    "“It is over!” said J. K. Rowling, who saw it on Yahoo! and left.",
    "Roe v. Wade is at https://example.com/a.html?x=1.5 for all to read.",
    "1. Wash your hands.",
    "“I don’t know…” he said.",
    "Repairs cost approx. £500, est. US$4m in all, or Rs 20 a day.",
    "It is told in Vol. 3, Paras. 3-5 and Figs. 2 and 4.",
    "Atty. Gen. Ann Lee met Cllr. Tom Hill, Amb. Amy Reed and Const. Jo Bell at Ft. Worth.",
    "“No. Nobody told me. I was ill,” she said.",
    "No. 10 and the Treasury met in Portland, Me. on Tuesday.",
    "He left at 6 p.m.",
)
# What looks like going on and does not.
APART = (
    ("It was said in London.", "pic.twitter.com/mZetDARLOI has it."),
    ("It costs $349.", "iCloud Drive is free."),
    ("He arrived at 5 p.m.", "He left at six."),
    ("It fell on the U.S.", "The officers saw it."),
    ("“All is well,” he said.", "“ Until then we wait.”"),
    ('"All is well," he said.', '" We wait."'),
    ("'It is safe,' he wrote.", "'I do hope that it holds."),
    ("“He told me, ‘Nobody will know.’”", "Brack denied it."),
    ("\"He told me, 'Nobody will know.'\"", '"It is a lie," Brack said.'),
    ("No.", "Ministers approved the contract."),
    ("It rose in May.", "Shares fell 3%."),
    ("They told me.", "“He was ill.”"),
    ("Le feu vient de l'est.", "12 maisons brûlent."),
)


# Of the second sentence the quote mark before "But" has an even number.
QUOTATIONS_OVER_SENTENCES = (
    '"The dam is safe, as we told the mayor ... and the town, yes.',
    'And in the same way, if you want to use the word, it is safe for ships," Lee said.',
    '"But I think that it may leak.',
    "Frankly, let us see what we have to do to mend it.",
)


def sentences(text: str, language: str = "en") -> list[str]:
    return [text[start:end] for start, end in split_sentences(text, language)]


@pytest.mark.parametrize("sentence", WHOLE)
def test_keeps_quotations_abbreviations_and_numbers_whole(sentence: str) -> None:
    assert sentences(sentence) == [sentence]


def test_cuts_between_sentences() -> None:
    assert sentences(" ".join(WHOLE)) == list(WHOLE)


@pytest.mark.parametrize("pair", APART)
def test_what_only_looks_like_going_on_is_cut(pair: tuple[str, str]) -> None:
    assert sentences(" ".join(pair)) == list(pair)


def test_a_mark_that_opens_a_quotation_goes_with_it() -> None:
    assert sentences(" ".join(QUOTATIONS_OVER_SENTENCES)) == list(QUOTATIONS_OVER_SENTENCES)


@pytest.mark.parametrize(
    "line", ["• 300 people fled", "(AP Photo/John Smith)", "Crisis deepens in Riverton"]
)
def test_lines_without_a_full_stop_stay_whole_and_apart(line: str) -> None:
    assert sentences(f"{WHOLE[0]}\n{line}\n{WHOLE[1]}") == [WHOLE[0], line, WHOLE[1]]


def test_a_line_break_always_ends_a_sentence() -> None:
    assert sentences("Crisis deepens\nThe bank fell\r\n\n and rose.  ") == [
        "Crisis deepens",
        "The bank fell",
        "and rose.",
    ]


def test_a_long_quotation_is_cut_at_its_own_sentences() -> None:
    quotation = (
        "“" + " ".join(f"We counted {i} votes in the hall that night." for i in range(20)) + "”"
    )
    found = sentences(quotation)
    assert len(found) == 20
    assert found[0] == "“We counted 0 votes in the hall that night."


def test_text_without_full_stops_is_cut_to_a_bounded_length() -> None:
    found = sentences("word " * 2000)
    assert max(map(len, found)) <= 1000
    assert "".join(found).count("word") == 2000


@pytest.mark.parametrize("language", ["de", "fr", "zh", "xx", "und", ""])
def test_other_and_unknown_languages_are_cut_too(language: str) -> None:
    assert sentences("Ein Satz. Noch ein Satz. Ende.", language)[-1].endswith("Ende.")


TEXTS = st.text() | st.lists(
    st.sampled_from(
        ["Dr. ", "“", "”", '"', ". ", "!", "\n", "\u2028", "said ", "é", "😀", "3.5", "\x00"]
    )
).map("".join)


@given(TEXTS)
def test_spans_are_ordered_stripped_and_leave_nothing_out(text: str) -> None:
    spans = split_sentences(text)
    at = 0
    for start, end in spans:
        assert at <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        assert not text[at:start].strip()
        at = end
    assert not text[at:].strip()


def test_half_a_character_is_cut_like_any_other() -> None:
    text = "The dam \ud83d cracked on Tuesday. Engineers said so."
    assert [text[start:end] for start, end in split_sentences(text)] == [
        "The dam \ud83d cracked on Tuesday.",
        "Engineers said so.",
    ]


def test_a_paragraph_that_is_cut_is_cut_between_sentences() -> None:
    text = "The bridge over the river is closed for some weeks. " * 1000
    assert {text[start:end] for start, end in split_sentences(text)} == {text[:51]}
