"""The form of bodies."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from transforms.text.charsets import decoded
from transforms.text.paragraphs import body_text, headline_and_text

LINE = "the council has decided on Friday that the old bridge must be"


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        (" a\t b \n\n\n\n c", "a b\nc"),
        ("a\x00\x07b\ufeff\ud800", "ab"),
        ("", ""),
    ],
)
def test_one_paragraph_a_line(text: str, body: str) -> None:
    assert body_text(text) == body


def test_lines_of_one_width_are_joined_within_paragraphs() -> None:
    paragraph = "\n".join([LINE] * 4 + ["end."])
    assert body_text(f"{paragraph}\n\n{paragraph}").split("\n") == [f"{LINE} " * 4 + "end."] * 2


def test_lines_of_other_widths_stay() -> None:
    verses = "Short.\nA longer line than that.\nOne.\nTwo words.\nAnd a line that runs on a little."
    assert body_text(f"{verses}\n\n{verses}").count("\n") == 9


@given(st.text())
def test_bodies_are_final(text: str) -> None:
    once = body_text(text)
    assert body_text(once) == once


@given(st.text())
def test_a_headline_is_one_line(text: str) -> None:
    title, _ = headline_and_text(text)
    assert "\n" not in title


@given(st.text(st.characters(exclude_categories=["Cs"])))
@example("\ufffd")
def test_utf8_comes_back(text: str) -> None:
    if not text.startswith("\ufeff"):
        assert decoded(text.encode()) == text


@given(st.binary())
def test_any_bytes_are_some_text(body: bytes) -> None:
    assert isinstance(decoded(body), str)


@pytest.mark.parametrize(
    "label", ["hex", "zlib", "idna", "punycode", "unicode_escape", "undefined"]
)
@pytest.mark.parametrize("told", ["header", "page"])
def test_what_python_calls_a_codec_may_be_no_charset(label: str, told: str) -> None:
    page = f'<meta charset="{label if told == "page" else ""}"><p>Größe'.encode("cp1252")
    header = f"text/html; charset={label}" if told == "header" else ""
    assert decoded(page, header).endswith("<p>Größe")


JAPANESE = "<p>市議会は金曜日、古い橋を閉鎖すると決めた。"


@pytest.mark.parametrize("content_type", ["", "text/html", "text/html; charset=iso-2022-jp"])
@pytest.mark.parametrize("meta", ["", '<meta charset="iso-2022-jp">'])
def test_seven_bits_may_be_japanese(content_type: str, meta: str) -> None:
    page = meta + JAPANESE
    assert decoded(page.encode("iso-2022-jp"), content_type) == page


def test_an_escape_in_a_text_is_no_charset() -> None:
    assert decoded(b"A \x1b$ B \x1b$C") == "A \x1b$ B \x1b$C"
    for charset in ("utf-8", "cp1252"):
        assert decoded("Größe \x1b$B".encode(charset)) == "Größe \x1b$B"


@pytest.mark.parametrize(
    ("label", "charset", "text"),
    [
        ("windows-874", "cp874", "รัฐบาลกล่าวเมื่อวันศุกร์ว่าสะพานจะปิด"),
        ("windows-949", "cp949", "정부는 금요일 다리를 폐쇄한다고 밝혔다"),
        ("x-sjis", "cp932", f"①{JAPANESE}"),
        ("ISO-8859-8-I", "iso-8859-8", "הממשלה הודיעה ביום שישי כי הגשר ייסגר"),
        ("x-gbk", "gb18030", "市议会关闭旧桥"),
    ],
)
@pytest.mark.parametrize("told", ["header", "page"])
def test_labels_of_the_web(label: str, charset: str, text: str, told: str) -> None:
    page = f'<meta charset="{label if told == "page" else ""}"><p>{text}'
    header = f"text/html; charset={label}" if told == "header" else ""
    assert decoded(page.encode(charset), header) == page
