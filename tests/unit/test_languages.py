"""Languages of texts."""

import concurrent.futures

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.text.languages import code_of, detect_language

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
    ("name", "code"),
    [
        ("EN", "en"),
        ("pt-BR", "pt"),
        ("zh_Hans_CN", "zh"),
        ("nb", "no"),
        ("yue", "zh"),
        ("eng", None),
        ("english", None),
        ("", None),
    ],
)
def test_the_code_of_a_language_in_articles(name: str, code: str | None) -> None:
    assert code_of(name) == code


CHINESE = {
    "mainland": "沪指收涨0.8%，创业板指涨1.5%，两市成交额突破1.2万亿元。半导体、券商板块领涨，"
    "贵州茅台跌0.4%。"
    "北向资金净买入52亿元。",
    "Taiwan": "台積電今日召開法說會，第三季營收創新高，毛利率達五成八，並上調全年展望。"
    "董事長表示，人工智慧需求強勁，"
    "明年資本支出將再增加。",
    "Hong Kong": "港鐵公司昨日宣布，由於觀塘綫信號系統故障，列車服務一度受阻約兩小時，"
    "數以千計乘客滯留車站。"
    "立法會議員批評港鐵近年事故頻生，促請政府檢討罰則。",
}


@pytest.mark.parametrize("place", CHINESE)
@pytest.mark.parametrize("hint", [None, "en", "zh"])
def test_a_chinese_brief_is_long_enough_to_speak_for_itself(place: str, hint: str | None) -> None:
    assert detect_language(CHINESE[place], hint) == "zh"
    assert detect_language(CHINESE[place] * 4, hint) == "zh"


def test_a_japanese_headline_without_kana_is_japanese_where_declared() -> None:
    assert detect_language("気象庁緊急地震速報発表 震度六強", "ja") == "ja"
    assert detect_language("上海大桥关闭三周", "zh") == "zh"
    assert detect_language("ゼレンスキー氏がキーウに到着", "zh") == "ja"
    assert detect_language(CHINESE["Taiwan"], "ja") == "zh"


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


@pytest.mark.parametrize(
    ("hint", "language"),
    [
        *[("nb", "no"), ("ua", "uk"), ("jp", "ja"), ("cn", "zh"), ("cz", "cs"), ("dk", "da")],
        *[("gr", "el"), ("vn", "vi"), ("iw", "he"), ("in", "id"), ("nn", "nn"), ("xx", "und")],
    ],
)
def test_a_declared_language_goes_by_one_name(hint: str, language: str) -> None:
    assert detect_language("Ok", hint) == language


def test_which_of_three_neighbours_a_text_is_in_is_for_its_page_to_say() -> None:
    text = (
        "Predsednik Srbije Aleksandar Vučić izjavio je danas da će izbori biti održani u decembru."
        " Opozicija traži da se formira prelazna vlada, a o datumu odlučuje Skupština."
    )
    assert [detect_language(text, hint) for hint in ("bs", "hr", "sr")] == ["bs", "hr", "sr"]
    assert detect_language(LONG["ru"] * 2, "sr") == "ru"


@given(st.text(max_size=500))
def test_any_text_has_a_language_code(text: str) -> None:
    language = detect_language(text)
    assert len(language) == 2 or language == "und"


def test_a_language_without_a_code_of_two_letters_is_not_told() -> None:
    pidgin = (
        "Di police don arrest one man wey dem say dey sell fake medicine for di market yesterday."
    )
    assert detect_language(pidgin * 2) == "und"
    assert detect_language(pidgin * 2, "en") == "en"


def test_threads_agree() -> None:
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        told = list(pool.map(detect_language, list(LONG.values()) * 20))
    assert told == list(LONG) * 20
