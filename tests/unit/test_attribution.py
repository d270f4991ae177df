"""Who says a sentence: sound rules that would rather say nothing."""

import re

import pytest

from transforms.text.attribution import Attribution, attributions, paragraphs
from transforms.text.sentences import Span, split_sentences


def read(body: str) -> list[tuple[str, bool]]:
    return [tuple(found) for found in attributions(body, split_sentences(body))]


@pytest.mark.parametrize(
    ("sentence", "speaker"),
    [
        ("Johnson & Lopez said the dam is safe.", "Johnson & Lopez"),
        ("Ann Lee of the Dam Institute said the dam is safe.", "Ann Lee"),
        ("One of the Riverton engineers said the dam is safe.", ""),
        ("Members of the Senate said the dam is safe.", ""),
        ("Ann Lee, 34, of Riverton, said the dam is safe.", "Ann Lee"),
        ("Ann Lee, Ph.D., of the Dam Institute, said the dam is safe.", "Ann Lee"),
        ("Sen. Lee, R-Texas, who voted no, said the dam is safe.", "Sen. Lee"),
        ("Ann Lee, a nurse from Riverton, Ohio, said the dam is safe.", "Ann Lee"),
        ("The club's coach, Ann Lee, said the dam is safe.", "Ann Lee"),
        ("The council's head of public safety, Ann Lee, said the dam is safe.", "Ann Lee"),
        ("The dam broke after engineer Peter Brack said it was safe.", ""),
        ("The dam broke when she refused, Peter Brack said.", "Peter Brack"),
        ("In June, Ann Lee, who saw the dam, said it is safe.", "Ann Lee"),
        ("Ann Lee, the Labour leader, speaking in Oslo, said it is safe.", "Ann Lee"),
        ("Ann Lee, left, and Peter Brack, right, said it is safe.", ""),
        ("Ann Lee, Oslo correspondent for Yonhap, which saw it, said it is safe.", ""),
        ("The U.S. Department of the Interior said it is safe.", ""),
        ("Deputy Chief of Staff of the Navy Ann Lee said it is safe.", ""),
        ("After the storm Ann Lee said: “The dam is safe.”", "Ann Lee"),
        ("After seeing Ann Lee, the engineer, saying: “It is safe.”", ""),
        ("Doctor Who boss Ann Lee said the dam is safe.", "Ann Lee"),
        ("A spokesman said No 10 never speaks of dams.", ""),
        ("The dam in north-western Oslo said nothing.", ""),
        ("The dam is safe, according to Maria Lopez.", "Maria Lopez"),
        ("Maria Lopez said the dam is safe.", "Maria Lopez"),
        ("Maria Lopez, the head of the water board, said the dam is safe.", "Maria Lopez"),
        ('"The dam is safe," said Maria Lopez.', "Maria Lopez"),
        ("Rep. Ann Lee (D-Calif.) said DHS told her the dam is safe.", "Rep. Ann Lee"),
        ("The Riverton Water Board (RWB) said on Monday it is safe.", "Riverton Water Board"),
        ("“The dam is safe,” Ann Lee (D) told Brack.", "Ann Lee"),
        ("“The dam is safe,” the FSB agent said.", "FSB agent"),
        ("Peter Brack and Ann Lee said the dam is safe.", "Peter Brack and Ann Lee"),
        ("“It is safe,” said Peter Brack and Ann Lee.", "Peter Brack and Ann Lee"),
        ("The Globe and Mail reported that the dam is safe.", "Globe and Mail"),
        ("According to the Globe and Mail, it is safe.", "Globe and Mail"),
        (
            "The Treasury Department and the Internal Revenue Service said it is safe.",
            "Treasury Department and the Internal Revenue Service",
        ),
        ("The dam broke in Riverton and Lopez said it was safe.", ""),
        ("He and Lopez said the dam is safe.", ""),
        ("Brack won Ohio and Lopez conceded the race.", "Lopez"),
        ("The judge freed Brack and Mayor Lopez said she was shocked.", "Mayor Lopez"),
        ("The ministers Peter Brack and Ann Lee said it is safe.", "Peter Brack and Ann Lee"),
        ("Both Brack and Lopez said it is safe.", "Brack and Lopez"),
        (
            "Last week the Food and Drug Administration said it is safe.",
            "Food and Drug Administration",
        ),
        ("Last year Marks and Spencer said the dam is safe.", "Marks and Spencer"),
        ("The troubled Marks and Spencer said the dam is safe.", "Marks and Spencer"),
        ("In a joint statement Brack and Lopez said it is safe.", "Brack and Lopez"),
        ("He was ill, but Brack and Lopez said he was safe.", "Brack and Lopez"),
        ("“The dam is safe,” wrote Peter Brack and Ann Lee.", "Peter Brack and Ann Lee"),
        ("“The dam is safe,” warned Brack and Lopez.", "Brack and Lopez"),
        ("On Monday and Tuesday Lopez said the dam is safe.", ""),
        ("The Riverton Water Board has denied that the dam cracked.", "Riverton Water Board"),
        ("The U.N. said the dam is safe.", "U.N."),
        ("Moody's said the dam is safe.", "Moody's"),
        ("A spokesman for Riverdam said the dam is safe.", "Riverdam"),
        ("The Institute for the Study of Dams said it is safe.", "Institute for the Study of Dams"),
        ("It is safe, according to the Riverton Office for Water.", "Riverton Office for Water"),
        ("Lopez declared a state of emergency in Riverton.", ""),
        ("Riverdam declared bankruptcy when the dam cracked.", ""),
        ("Lopez declared that the dam is safe.", "Lopez"),
        ("Lopez declared the dam safe.", "Lopez"),
        ("The auction company eBay Inc. said the dam is safe.", "eBay Inc."),
        ("Last week eBay said the dam is safe.", "eBay"),
        ("According to iGen.fr, the dam is safe.", "iGen.fr"),
        ("Rep. Ann Lee (D-Calif.) and Sen. Igor Brack (R-Texas) said it is safe.", ""),
        ("On Monday Lopez said the dam is safe.", "Lopez"),
        ("As Lopez said, the dam is safe.", "Lopez"),
        ("The dam is safe, as Lopez said on Monday.", "Lopez"),
        ("Although Lopez said the dam is safe, it cracked.", ""),
        ("Although Lopez said the dam is safe, Brack said it cracked.", "Brack"),
        ("The dam cracked at the time that Riverdam claims it was safe.", ""),
        ("The dam had cracked when the Pentagon announced it was safe.", ""),
        ("The dam had cracked before The Courier reported it was safe.", ""),
        ("The dam cracked days after Lopez declared it safe.", ""),
        ("It was 5%, not the 9% that Lopez claimed.", ""),
        ("Brack said on Monday that Lopez said the dam is safe.", "Brack"),
        ("The people who know Riverdam told Reuters the dam cracked.", ""),
        ("The man, who had worked alongside Lopez, the engineer, said it cracked.", ""),
        ("The man who sat beside Lopez said the dam cracked.", ""),
        ("The dam is safe, Reuters reports.", "Reuters"),
        ("“The dam is safe,” Élisabeth Borne said.", "Élisabeth Borne"),
        ("“The dam is safe,” said Özgür Özel.", "Özgür Özel"),
        ("Maroš Šefčovič said the dam is safe.", "Maroš Šefčovič"),
        ("According to Łukasz Żak of Ørsted, the dam is safe.", "Łukasz Żak of Ørsted"),
        ("“The dam is safe,” said Élisabeth É.", "Élisabeth É."),
        ("E\u0301lisabeth Lefe\u0300vre said the dam is safe.", "E\u0301lisabeth Lefe\u0300vre"),
        ("“The dam is safe,” éclair said.", ""),
        ("Maria Lopez confirmed that the dam is safe.", "Maria Lopez"),
        ("The dam is safe, Maria Lopez confirmed.", "Maria Lopez"),
        ("The dam is safe, Maria Lopez adds, and was safe.", "Maria Lopez"),
        ("Maria Lopez later added: “The dam is safe and sound.”", "Maria Lopez"),
        ("“The dam is safe,” Maria Lopez added on Tuesday.", "Maria Lopez"),
        ("‘The dam is safe’, Maria Lopez recalled on Tuesday.", "Maria Lopez"),
        ("“The dam is safe,” added Maria Lopez on Tuesday.", "Maria Lopez"),
        ("In a statement, Maria Lopez added that the dam is safe.", "Maria Lopez"),
        ("Apple added 500 jobs in Riverton in June.", ""),
        ("In June, Apple added 500 jobs in Riverton.", ""),
        ("The workers’ Union added 500 members.", ""),
        ("Texas adds 500,000 residents a year.", ""),
        ("The Senate confirmed Anna Lopez as secretary.", ""),
        ("Toyota recalled 3 million cars.", ""),
        ("The Senate confirmed him in June.", ""),
        ("Maria Lopez confirmed on Tuesday that the dam is safe.", "Maria Lopez"),
        ("Maria Lopez confirmed Tuesday that the dam is safe.", "Maria Lopez"),
        ("The Pentagon has confirmed the deaths.", "Pentagon"),
        ("Maria Lopez recalled how the dam cracked.", "Maria Lopez"),
        ("“The dam is safe,” Maria Lopez continued on Monday.", "Maria Lopez"),
        ("“The dam is safe,” complained Maria Lopez.", "Maria Lopez"),
        ("Maria Lopez responded: “The dam is safe.”", "Maria Lopez"),
        ("Maria Lopez stressed, “The dam is safe.”", "Maria Lopez"),
        ("Maria Lopez pointed out that the dam is safe.", "Maria Lopez"),
        ("Maria Lopez, head of the water board, e-mailed me that it is safe.", "Maria Lopez"),
        ("Maria Lopez maintains the dam.", ""),
        ("Shares of Riverdam continued to rise.", ""),
        ("In June, Riverdam posted profits that nobody expected.", ""),
        ("The Riverton War continued, and nobody spoke.", ""),
        ("Dams have cracked in several U.S. states.", ""),
        ("The dam cost more than Wall Street estimates.", ""),
        ('"He is innocent," said Lopez\'s mother.', ""),
        ('"He is innocent," said Lopez\'s lawyer.', "Lopez's lawyer"),
        ("The dam is safe, according to Iraqi officials.", "Iraqi officials"),
        ("Ali al-Sistani said the dam is safe.", "Ali al-Sistani"),
        ("The dam is safe, said Abdel Fattah el-Sisi.", "Abdel Fattah el-Sisi"),
        ("The dam is safe, al-Sistani said.", "al-Sistani"),
        ("The men of al-Sistani said the dam is safe.", ""),
        ("Abu Bakr al Baghdadi said the dam is safe.", "Abu Bakr al Baghdadi"),
        ("“The dam is safe,” said Maria Lopez of the water board.", "Maria Lopez"),
        ("“The dam is safe,” Lopez said in 2014, according to the AP.", "Lopez"),
        ("According to Reuters, Lopez said the dam is safe.", "Lopez"),
        ("A man, known as Lopez, said Mr Brack would be next.", ""),
        ("A man, known as Lopez, said Mr Brack lied.", ""),
        ("It is safe, said Maria Lopez, who has seen it.", "Maria Lopez"),
        ("“It is safe,” said Maria Lopez moments before it broke.", "Maria Lopez"),
        ("“It is safe,” said Lopez two days later.", "Lopez"),
        ("The dam is safe, according to Lopez despite its cracks.", "Lopez"),
        ("The dam is safe, according to Lopez details of which are unknown.", ""),
        ("“The dam is safe,” said Pentagon spokesman Peter Brack.", "Peter Brack"),
        ("“It is safe,” said White House press secretary Ann Lee-Roy.", "Ann Lee-Roy"),
        ("“It is safe,” said the former Ford chief executive Ann Lee.", "Ann Lee"),
        ("“It is safe,” said UN dam chief Ann van der Lee on Monday.", "Ann van der Lee"),
        ("“It is safe,” said Bank of Riverton governor Ann Lee.", "Ann Lee"),
        ("“It is safe,” said spokeswoman Ann Lee.", "Ann Lee"),
        ("“It is safe,” said Lopez's lawyer Peter Brack.", "Peter Brack"),
        ("“It is safe,” said a Riverton engineer.", ""),
        ("“It is safe,” said Pentagon spokesman Peter Brack's wife.", ""),
        ("“It is safe,” said Lopez before Brack spoke.", "Lopez"),
        ("“It is safe,” said Lopez after the Pentagon's spokesman Brack left.", "Lopez"),
        ("“It is safe,” said Iraqi officials Monday.", "Iraqi officials"),
        ("A Kurdish spokesman, Peter Brack, said the dam is safe.", "Peter Brack"),
        ("A spokesman, Peter Brack, said the dam is safe.", "Peter Brack"),
        ("A lawyer for Mr. Lopez, Peter Brack, said it is safe.", "Peter Brack"),
        ("A spokeswoman for the Riverton office, Ann Lee, has denied it.", "Ann Lee"),
        ("A spokesman for Riverdam, Oslo, said it is safe.", "Riverdam"),
        ("A spokesman for the Board in North Riverton, South Oslo, said no.", ""),
        ("On Monday, a WHO official, Peter Brack, said the dam is safe.", "Peter Brack"),
        ("Lopez said that his lawyer, Peter Brack, told him to leave.", "Lopez"),
        ("On Monday Lopez's lawyer, Peter Brack, denied it.", "Peter Brack"),
        ("“It is safe,” said his lawyer, Peter Brack.", "Peter Brack"),
        ("“It is safe,” said a Pentagon spokeswoman, Ann Lee, who saw it.", "Ann Lee"),
        ("The dam had cracked when its director, Peter Brack, said it was safe.", ""),
        ("The wife of the president, Peter Brack, said the dam is safe.", ""),
        ("The yard in the capital, Oslo, said the dam is safe.", ""),
        ("On Monday, the Dam Safety Officer, SP Ann Lee, said it is safe.", "SP Ann Lee"),
        ("The Mayor of Riverton, Ohio, said the dam is safe.", "Mayor of Riverton"),
        ("A film seen a million times on X and Riverbook claims that the dam broke.", ""),
        ("The dam broke, and Riverdam claims that it is safe.", "Riverdam"),
        ("Your department says the dam is safe.", ""),
        ("A Kurdish spokesman, in Oslo on Monday, said the dam is safe.", "Kurdish spokesman"),
        ("According to French newspaper Le Monde, the dam is safe.", "Le Monde"),
        ("According to the British daily the Courier, the dam is safe.", ""),
        ("According to Russian state media, the dam is safe.", ""),
        ("The dam is safe, according to U.S. media reports.", ""),
        ("According to Italian court documents Lopez left, the dam is safe.", ""),
        ("According to police Brack left the dam.", ""),
        ("According to New York magazine, the dam is safe.", "New York magazine"),
        ("According to New York magazine's Monday issue, the dam is safe.", ""),
        ("The ministry, in a statement, said a British man had been shot.", ""),
        ("According to Brack’s team, the dam is safe.", ""),
        ("Police in Oslo said the dam is safe.", ""),
        ("The mayor of Riverton said the dam is safe.", ""),
        ("A man from Leeds, who saw the dam, said it is safe.", ""),
        ("A spokesman, who gave no name, told Reuters the dam is safe.", ""),
        ("The reports follow months of work on the dam.", ""),
        ("An estimated 500 people have left Riverton.", ""),
        ("Unconfirmed reports say the dam is safe.", ""),
        ("Intelligence reports from the dam are few.", ""),
        ("Other Republicans said the dam is safe.", "Republicans"),
        ("Instead, it left Riverton, saying the dam is safe.", ""),
        ("Separately, the insurgents of Riverton, said to be five, broke the dam.", ""),
        ("It’s said to be safe.", ""),
        ("Various reports, of which one is new, say the dam is safe.", ""),
        ("Tests revealed that the dam is safe.", ""),
        ("Documents suggested that the dam is safe.", ""),
        ("Ebola claimed 500 lives in Riverton.", ""),
        ("Ebola has claimed at least 1,500 lives.", ""),
        ("Lopez claimed that many lives were lost.", "Lopez"),
        ("The flood claimed the lives of 12 people, and Ebola claimed dozens of lives.", ""),
        ("The quake claimed nearly two thousand innocent lives.", ""),
        ("The flood claimed a dozen lives, and the war claimed civilian lives.", ""),
        ("Brack claimed he lives in Riverton.", "Brack"),
        ("Brack claimed Lopez lives in Riverton.", "Brack"),
        ("Brack claimed his father still lives there.", "Brack"),
        ("Lopez claimed the gunman lives next door.", "Lopez"),
        ("Lopez claimed the dam is safe.", "Lopez"),
        ("Police said the dam is safe.", ""),
        ("Officials said Mr Brack saw the dam before Mr Lopez said it is safe.", ""),
        ("According to Witnesses.", ""),
        ("The dam is safe, police said.", ""),
        ("The Riverton Police said the dam is safe.", "Riverton Police"),
        ("Experts Without Borders said the dam is safe.", "Experts Without Borders"),
        ("The dam is safe.", ""),
        ("He said the dam is safe.", ""),
        ("On Tuesday the dam was safe.", ""),
        ("Nobody at the dam said a word.", ""),
        ("", ""),
    ],
)
def test_speaker(sentence: str, speaker: str) -> None:
    assert [found for found, _ in read(sentence)] == ([speaker] if sentence else [])


def test_quoted_or_asserted() -> None:
    body = 'The dam is "safe". “It is safe and sound,” Maria Lopez said. The dam cracked.'
    assert [quoted for _, quoted in read(body)] == [False, True, False]


def test_a_quotation_goes_on_with_its_paragraph() -> None:
    body = (
        '"The dam is safe and sound," Maria Lopez said. "We looked at it twice."\n'
        '"We found nothing."'
    )
    assert read(body) == [("Maria Lopez", True), ("Maria Lopez", True), ("", True)]


def test_he_or_she_goes_on_in_a_paragraph_that_names_nobody() -> None:
    body = (
        'Maria Lopez said the dam is safe.\n"We looked," she said.\n"Twice," she added.\n'
        '"Nobody asked us."\nIgor Brack left. "It broke," they said.\n'
        'The BBC said it rained.\n"It poured," he said.'
    )
    said = read(body)
    assert said[:4] == [("Maria Lopez", False), *[("Maria Lopez", True)] * 2, ("", True)]
    assert [speaker for speaker, _ in said[4:]] == ["", "", "BBC", ""]


@pytest.mark.parametrize(
    ("before", "speaker"),
    [
        ("The Courier said that a man saw it.", ""),
        ("A man saw it, according to Courier.com.", ""),
        ("The FSB agent said that a man saw it.", "FSB agent"),
        ("Courier said that a man saw it.", "Courier"),
    ],
)
def test_he_or_she_is_no_outlet(before: str, speaker: str) -> None:
    assert read(f'{before}\n"It broke," he said.')[-1] == (speaker, True)


@pytest.mark.parametrize(
    ("before", "sentence", "speaker"),
    [
        ("Maria Lopez said the dam is safe. ", "She said it was built twice.", "Maria Lopez"),
        ("Maria Lopez said the dam is safe.\n", "But she added that it leaks.", "Maria Lopez"),
        ("“It is safe,” Mr Brack said.\n", "The dam, he insisted, never broke.", "Mr Brack"),
        ("“It is safe,” Mr Brack said.\n", "The dam never broke, she said.", ""),
        ("Ms Lopez said it is safe.\n", "He said it broke.", ""),
        ("Brack and Lopez said it is safe.\n", "He said it broke.", ""),
        ("Iraqi officials said it is safe.\n", "He said it broke.", ""),
        ("The Courier said it is safe.\n", "He said it broke.", ""),
        ("Maria Lopez said it is safe.\nIt rained.\n", "She said it broke.", ""),
        ("Maria Lopez said it is safe.\n", "The man who said he saw it left.", ""),
        ("Maria Lopez said it is safe.\n", "She left Riverton.", ""),
        ("Maria Lopez said it is safe.\n", "They said it broke.", ""),
    ],
)
def test_he_or_she_who_spoke_before_is_told_to_say_more(
    before: str, sentence: str, speaker: str
) -> None:
    assert read(before + sentence)[-1] == (speaker, False)


@pytest.mark.parametrize(
    "sentence",
    [
        '"It broke," Chief Executive Maria Lopez told a news conference in Riverton.',
        'Chief Executive Maria Lopez told a news conference in Riverton: "It broke."',
        'Chief Executive Maria Lopez of the Dam Institute in Riverton said, "It broke."',
    ],
)
def test_a_quotation_is_quoted_however_long_its_speaker_is(sentence: str) -> None:
    assert [quoted for _, quoted in read(sentence)] == [True]


@pytest.mark.parametrize(
    "sentence",
    [
        'Maria Lopez said that nobody had seen "a crack".',
        'A film about the flood, "It broke," was shown in Riverton.',
        'Maria Lopez said the dam broke twice, "at night."',
    ],
)
def test_a_quoted_part_does_not_make_a_sentence_quoted(sentence: str) -> None:
    assert [quoted for _, quoted in read(sentence)] == [False]


@pytest.mark.parametrize(
    ("lines", "speakers"),
    [
        (
            "MODERATOR: Senator Lopez, you built it.|LOPEZ: I did, and Brack said no.|"
            "[00:13:02] SEN. ANN LEE (D-CA): We hid it.|MODERATOR: Why did we?|LEE: It broke.|"
            "LOPEZ: My dam did.",
            ["", "LOPEZ", "SEN. ANN LEE", "", "LEE", "LOPEZ"],
        ),
        (
            "Q. Did you see it?|THE PRESIDENT: I did.|Q: Is our dam safe?|THE PRESIDENT: It is.",
            ["", "THE PRESIDENT", "", "THE PRESIDENT"],
        ),
        (
            "Lee: I saw it.|Brack: You did?|Lee: It broke.|The dam broke.|Brack: So I hear.",
            [""] * 5,
        ),
        ("Claim: We lost it.|Verdict: You did not.|Claim: We sank.|Verdict: No.", [""] * 4),
        ("Mr Oslo: 1 per cent.|Mr Lee: 2.|Mr Oslo: 3 per cent.|Mr Lee: 4.", [""] * 4),
        ("He said: We won.|She said: You lost.|He said: We won.|She said: You lost.", [""] * 4),
    ],
    ids=["debate", "press", "no name in the text", "headings", "table", "no label"],
)
def test_a_line_of_a_transcript_is_said_by_its_label(lines: str, speakers: list[str]) -> None:
    body = lines.replace("|", "\n")
    sentences = [Span(*match.span()) for match in re.finditer("[^\n]+", body)]
    assert [speaker for speaker, _ in attributions(body, sentences)] == speakers


def test_a_tweet_is_said_by_who_tweeted_it() -> None:
    body = (
        "People asked about the dam.\n\nThe dam cracked. 300 left. Lopez said it is safe.\n"
        "— Ann Lee (@ann_lee) November 2, 2026\n\n"
        "The dam is safe.\n— Ann Lee (@ann_lee) is a reporter"
    )
    speakers = [speaker for speaker, _ in read(body)]
    assert speakers[:4] == ["", "Ann Lee", "Ann Lee", "Lopez"]
    assert set(speakers[4:]) == {""}


def test_every_sentence_falls_into_a_paragraph_and_is_said_by_who_speaks_there() -> None:
    body = (
        "\n“The dam is safe.” It is.\n\n“We looked,” said Ada Byron. “Twice.”\nNobody asked.\n"
        "“And again.” “Today,” said Max Ode."
    )
    sentences = split_sentences(body)
    whole = attributions(body, sentences)
    groups = paragraphs(body, sentences)
    assert [i for members in groups for i in members] == list(range(len(sentences)))
    assert len(groups) == 4
    assert {said.speaker for said in whole} == {"", "Ada Byron", "Max Ode"}
    assert attributions(body, []) == []


def test_a_quotation_of_somebody_without_a_name_is_nobody_elses() -> None:
    body = (
        'Maria Lopez said the dam is safe. "It is not safe at all," the engineer said. '
        '"It is full of cracks." "It was built as a toy," said the butcher.'
    )
    assert [speaker for speaker, _ in read(body)] == ["Maria Lopez", "", "", ""]


@pytest.mark.parametrize(
    ("second", "speaker"),
    [
        ('"It cracked, and all of us saw it crack," laughs Peter Brack of Riverton.', ""),
        ('Engineer Peter Brack shouted: "It cracked, and we all saw how it did."', ""),
        ('"It cracked, and all of us saw it crack," he told Reuters.', "Maria Lopez"),
        ('"It cracked, and all of us saw it crack," she said on Monday.', "Maria Lopez"),
        ('Finally: "It cracked, and all of us saw it crack."', "Maria Lopez"),
        ('"It cracked, and all of us saw it crack on Monday."', "Maria Lopez"),
    ],
)
def test_a_quotation_beside_another_name_is_not_the_last_speakers(
    second: str, speaker: str
) -> None:
    body = f'"The dam is safe and sound," Maria Lopez said. {second}'
    assert read(body) == [("Maria Lopez", True), (speaker, True)]


def test_a_name_between_two_quotations_does_not_part_them() -> None:
    body = (
        '"The dam is safe and sound," Maria Lopez said. It stands in Riverton. '
        '"We looked at it twice," she said.'
    )
    assert [speaker for speaker, _ in read(body)] == ["Maria Lopez", "", "Maria Lopez"]


def test_who_speaks_in_a_quotation_is_not_who_speaks_it() -> None:
    said = "Peter Brack said that it would hold, and everybody in the town of Riverton agreed. "
    body = f"“{said * 6}It did not hold,” said Maria Lopez."
    assert {speaker for speaker, _ in read(body)} == {"Maria Lopez"}


@pytest.mark.parametrize("marks", ["''", "‘’"])
def test_single_marks_quote_as_well(marks: str) -> None:
    left, right = marks
    body = (
        f"Lopez said it was {left}a disaster{right} and {left}green taxes{right}. "
        f"{left}The workers{right} pay isn{right}t safe,{right} said Maria Lopez. "
        f"{left}We told Brack that it won{right}t hold and it did not.{right}\n"
    )
    assert read(body) == [("Lopez", False), ("Maria Lopez", True), ("Maria Lopez", True)]


@pytest.mark.parametrize("mark", "'‘")
def test_a_quotation_in_single_marks_goes_on_with_a_mark_at_each_paragraph(mark: str) -> None:
    body = (
        f"{mark}We told Brack to leave. He would not hear of it.\n"
        f"{mark}The dam broke that night,' Maria Lopez said.\n"
        f"She added: {mark}We saw the water rise.\n"
        f"{mark}It took the mill.'\n"
    )
    quoted = [("", True), ("", True), *[("Maria Lopez", True)] * 3]
    assert read(body) == quoted


def test_what_ends_with_its_paragraph_is_no_quotation_in_single_marks() -> None:
    body = (
        "The crew saw it in '97 and in '98 and never came back to look.\n"
        "'It broke that night and took the mill,' Maria Lopez said.\n"
        "‘The mill and the dam are gone for good.\n"
        "The water rose.\n"
    )
    assert [quoted for _, quoted in read(body)] == [False, True, False, False]


def test_apostrophes_quote_nothing() -> None:
    body = "In the '90s the workers' pay rose, said Maria Lopez. It isn't so in Brack's mine.\n"
    assert read(body) == [("Maria Lopez", False), ("", False)]


def test_inches_open_no_quotation() -> None:
    body = 'The screen is 27" wide. Maria Lopez said it broke.'
    sentences = [Span(0, 23), Span(24, len(body))]
    assert attributions(body, sentences) == [("", False), ("Maria Lopez", False)]


def test_an_unclosed_quotation_ends_with_its_paragraph() -> None:
    assert read("“We saw nothing at all that night.\nThe dam cracked.") == [("", True), ("", False)]


def test_many_quotations_take_linear_time() -> None:
    body = '"The dam is safe," Maria Lopez said.\n' * 20_000
    assert len(read(body)) == 20_000


@pytest.mark.parametrize("name", ["A'A. ", "al-A ", "A of ", "A and ", "A A A and "])
def test_a_row_of_capitals_takes_time_with_its_length(name: str) -> None:
    """With its cube, this one took days."""
    body = name * 10_000
    (only,) = attributions(body, [Span(0, len(body))])
    assert only == Attribution("", quoted=False)


@pytest.mark.parametrize(
    "body",
    [
        "Reuters reported that Elon Musk met investors. He said the firm would lose 4bn.",
        "Sky News said the minister met 40 MPs. He told them that taxes rise.",
        "Boeing said the jet is safe. She added that it flies on Monday.",
        "Ann Lee told the court that Peter Brack was found at home. He said he had fired 12 shots.",
        "Mary Brack said her son was killed by police. He said he saw it.",
        "Peter Brack said Ms Harris had lied. She said crime fell by 5%.",
        "King Peter Brack said it rained. She added that it snowed.",
    ],
)
def test_he_or_she_may_be_somebody_else(body: str) -> None:
    last = attributions(body, split_sentences(body, "en"))[-1]
    assert last.speaker == ""
