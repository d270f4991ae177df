"""What a sentence quotes, and who is told to say it."""

import pytest

from transforms.text.direct_speech import direct_speech

_SAID = "we lost fourteen percent of our pay"


@pytest.mark.parametrize(
    "sentence",
    [
        "“We lost fourteen percent of our pay.”",
        "“We lost fourteen percent of our pay,” the union leader Igor Brack told Radio Riverton.",
        "'We lost fourteen percent of our pay', said Igor Brack, of Unity, on Tuesday.",
        'Mr Brack told 5,000 workers: "We lost fourteen percent of our pay."',
        'Brack said that "we lost fourteen percent of our pay".',
        "“We lost,” the union leader Igor Brack said, “fourteen percent of our pay.”",
    ],
)
def test_a_quotation_is_the_same_whoever_is_told(sentence: str) -> None:
    speech = direct_speech(sentence)
    assert speech is not None
    assert speech.said == _SAID
    assert "fourteen" not in speech.told


@pytest.mark.parametrize(
    "sentence",
    [
        "Did Brack say: “We lost fourteen percent of our pay”?",
        "Brack was wrong to claim that “we lost fourteen percent of our pay”.",
        "Brack said that “we lost fourteen percent of our pay” in the long strike of spring.",
        "We lost fourteen percent of our pay, Brack said.",
        "“A Letter to the Town,” a film by Brack, opens on Monday.",
        "She wrote the film “A Letter to the Town”.",
        "“We are sorry,” Brack said.",
        f"“We lost fourteen percent of our pay,” {'so ' * 24}Brack said.",
    ],
)
def test_what_is_no_direct_speech(sentence: str) -> None:
    assert direct_speech(sentence) is None
