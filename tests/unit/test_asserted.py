"""What a text states in order to judge it, and what it says of itself, it does not assert."""

import pytest

from transforms.text.asserted import asserted, stated_to_judge
from transforms.text.sentences import split_sentences

STATED = (
    "Claim: The dam near Riverton has cracked.",
    "CLAIM 2: The dam near Riverton has cracked.",
    "The claim: “The dam near Riverton has cracked.”",
    "What was claimed: The dam near Riverton has cracked.",
)
OF_ITSELF = (
    "Our rating: False.",
    "AP’s assessment: Missing context.",
    "We rate this claim False.",
    "So we rated it “Mostly True”.",
    "The claim is false.",
    "This claim was entirely made up.",
    "• This article was amended on 4 November to correct the mayor's age.",
    "An earlier version said that jurors had taken five hours.",
    "Because of an editing error, an earlier version of this post gave the wrong county.",
    "An earlier version of the summary with this article misstated the number of deaths.",
    "(This Nov. 3 story has been corrected to fix the name of the dam in the second paragraph.)",
    "This story corrects the name of the dam.",
    "Correction, 3 November: The caption of the photograph named another dam.",
    "Editor's note: This report originally said that nine people had died.",
    "Nov. 3, 10:29 a.m.: An earlier version of this article misidentified the engineer.",
    "Updated to include a statement of the mayor.",
    "(Corrects the day in the third paragraph)",
)
ASSERTED = (
    "Their claim that the dam has cracked is false.",
    "The claim — that 700 ballots were rejected — was made by Lee.",
    "The claim is false since engineers found no crack.",
    "We rate this dam the safest of all in the county.",
    "Claims: Ann Lee was the first to raise it.",
    "Verdict: Official figures show that 198,000 homes were built.",
    "An earlier version of the bill said that fines would double.",
    "This week the labour report was revised to 300,000 jobs.",
    "The article was corrected after the ministry had complained.",
    "The law, updated to include drivers, takes effect on Monday.",
    "The ministry corrected its figures on Tuesday.",
    "Lee noted that “an earlier version of this article stated the opposite”.",
)
END = "Engineers found no crack."


def kept(text: str) -> list[str]:
    return [text[start:end] for start, end in asserted(text, split_sentences(text))]


@pytest.mark.parametrize("sentence", [*STATED, *OF_ITSELF])
def test_what_is_judged_and_notes_on_the_text_are_not_asserted(sentence: str) -> None:
    assert kept(f"{sentence}\n{END}") == [END]


@pytest.mark.parametrize("sentence", ASSERTED)
def test_what_only_sounds_like_it_is_asserted(sentence: str) -> None:
    assert kept(sentence) == [sentence]


@pytest.mark.parametrize("heading", ["Claim", "The claim:", "CLAIM 1 OF 5", "What was claimed"])
def test_a_heading_labels_the_sentence_below_it(heading: str) -> None:
    text = f"{heading}\nThe dam has cracked.\n{END}"
    stated = stated_to_judge(text, split_sentences(text))
    assert [text[start:end] for start, end in stated] == ["The dam has cracked."]


@pytest.mark.parametrize("sentence", [*STATED, *OF_ITSELF])
def test_only_what_is_judged_is_stated_to_judge(sentence: str) -> None:
    stated = stated_to_judge(sentence, split_sentences(sentence))
    assert len(stated) == (sentence in STATED)
