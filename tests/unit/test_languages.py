"""Languages of texts."""

import concurrent.futures

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.text.languages import detect_language

LONG = {
    "en": "The city council decided on Friday that the bridge over the river will be closed.",
    "de": "Der Stadtrat hat am Freitag beschlossen, dass die Brücke über den Fluss gesperrt wird.",
    "fr": "Le conseil municipal a décidé vendredi que le pont sur la rivière serait fermé.",
    "es": "El ayuntamiento decidió el viernes que el puente sobre el río quedará cerrado.",
    "fi": "Kaupunginhallitus päätti perjantaina, että joen ylittävä silta suljetaan kokonaan.",
    "ru": "Городской совет решил в пятницу, что мост через реку будет закрыт на три недели.",
}


@pytest.mark.parametrize("language", LONG)
def test_long_texts_speak_for_themselves(language: str) -> None:
    assert detect_language(LONG[language] * 2, "xx") == language


@pytest.mark.parametrize("text", ["", "12:30 – 14:00", "https://a.example/the-and-of", "Ok"])
def test_what_says_nothing_is_unknown_or_as_declared(text: str) -> None:
    assert detect_language(text) == "und"
    assert detect_language(text, "de") == "de"


def test_short_texts_follow_the_declaration_unless_unmistakable() -> None:
    assert detect_language("Nginx", "en") == "en"
    assert detect_language("Городской совет решил закрыть мост через реку в пятницу", "en") == "ru"


@pytest.mark.parametrize("hint", ["", "english", "e", "eng"])
def test_a_hint_that_is_no_code_is_no_hint(hint: str) -> None:
    assert detect_language("Ok", hint) == "und"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("hi", "जयपुर में शुक्रवार को एक मालवाहक नाव नदी पर बने पुल के खंभे से टकरा गई, कोई घायल नहीं हुआ।"),
        ("mr", "पुणे महापालिकेच्या निवडणुकीत भाजपने बहुमत मिळवले. काँग्रेस आणि राष्ट्रवादीला मोठा धक्का बसला."),
        ("ne", "नेपाल राष्ट्र बैंकले मौद्रिक नीति सार्वजनिक गरेको छ। ब्याजदर घटाइएको गभर्नरले जानकारी दिए।"),
    ],
)
def test_languages_of_one_script_are_told_by_its_marks_too(language: str, text: str) -> None:
    assert detect_language(text) == language


@given(st.text(max_size=500))
def test_any_text_has_a_language_code(text: str) -> None:
    assert len(detect_language(text)) in (2, 3)


def test_threads_agree() -> None:
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        told = list(pool.map(detect_language, list(LONG.values()) * 20))
    assert told == list(LONG) * 20
