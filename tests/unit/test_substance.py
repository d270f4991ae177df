"""What of a text is its own, and what a site puts around it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import ids
from transforms.text.substance import is_boilerplate, text_hash

AROUND = [
    "Updated 14:05 GMT, 2 November 2026",
    "Last updated: 3 hours ago",
    "Published 2 November 2026",
    "Last modified on Tue 3 Nov 2026 09.10 CET",
    "5 min read",
    "Zuletzt aktualisiert: 2. November 2026, 14:05 Uhr",
    "Mis à jour le 2 novembre 2026 à 14h05",
    "Actualizado el 2 de noviembre de 2026 a las 14:05",
    "1.2K shares",
    "214 comments",
    "Share on Facebook",
    "Follow us on X",
    "Read more: Bridge closed after barge hits pier",
    "Watch: how the bridge fell",
    "NEWS: The barge's owner was never insured",
    "PHOTOS: The bridge before it fell",
    "VIDEO: Barge hits pier",
    "GALLERY: Ten bridges that fell",
    "MORE: Would you cross a bridge at night?",
    "READ: The tactics of barge owners",
    "[ Video: Man swims 300 metres to the pier! ]",
    "[Read: The tactics of barge owners]",
    "(RELATED: First film of the barge)",
    "Scroll down for video",
    "($1 = 0.7700 pounds)",
    "(US$1 = 85.20 Indian rupees)",
    "Your information is handled in accordance with our Privacy Policy.",
    "A version of this article appears in print on October 12, 2012, on page A16 of the New York "
    "edition with the headline: Bridge closed after barge hits pier.",
    "This is a breaking news story and will be updated as we learn more.",
    "This is a developing story.",
    "(Reporting by Ann Lee in Riverton; Editing by Igor Brack)",
    "Additional reporting by Ann Lee",
    "Reporting by Ann Lee; Editing by Igor Brack",
    "SCROLL DOWN FOR VIDEOS",
    "Scroll down for video of last month's storm",
    "Related stories",
    "Sign up for our newsletter",
    "Get the day's top stories in your inbox.",
    "This website uses cookies.",
    "Story continues below advertisement",
    "© 2026 The Courier",
    "Copyright © 2026 The Courier",
    "Copyright 2026 The Courier. All rights reserved",
    "Copyright the Associated Press",
    "Copyright Porthaven News 2026",
    "By continuing to use this site, you agree to our terms.",
    "By clicking 'Accept', I consent to cookies.",
    "Sign up for our newsletter to get the day's stories.",
    "Log in",
    "Register now",
    "Subscribe to continue reading",
    "Follow Ann Lee (@annlee) on Twitter",
    "Follow us: @courier on Twitter | The Courier on Facebook",
    "Like us on Facebook",
    "Like The Courier on Facebook / Follow us on Twitter",
    "Share this story on Facebook",
    "Join the conversation on Telegram",
    "More from the Courier:",
    "More on this story",
    "To give you the best experience, we use cookies and similar technologies.",
    "Cookie settings",
    "Comments (214)",
    "Comments: 214",
    "Shares: 12",
    "View all 214 comments",
    "Join our newsletter",
    "Get our daily newsletter",
    "Newsletter",
    "214 Kommentare",
    "Kommentare (214)",
    "1.204 Mal geteilt",
    "Vor 2 Stunden",
    "Vor einer Stunde",
    "Aktualisiert vor 5 Minuten",
    "Aktualisiert am Montag, 2. November 2026, 14.05 Uhr",
    "Lesezeit: 3 Minuten",
    "3 Min. Lesezeit",
    "Wir verwenden Cookies",
    "Diese Website nutzt Cookies, um die Nutzung zu messen.",
    "Jetzt Newsletter abonnieren",
    "Melden Sie sich für unseren Newsletter an",
    "Auf Facebook teilen",
    "Mis à jour il y a 2 heures",
    "Publié hier à 14h05",
    "Temps de lecture : 3 minutes",
    "214 commentaires",
    "Voir les 214 commentaires",
    "Nous utilisons des cookies",
    "Ce site utilise des cookies pour mesurer son audience.",
    "Inscrivez-vous à notre newsletter",
    "Partager sur Facebook",
    "Lire la suite",
    "Hace 2 horas",
    "Actualizado hace una hora",
    "Publicado el lunes, 2 de noviembre de 2026, 14:05 h",
    "Tiempo de lectura: 3 minutos",
    "214 comentarios",
    "Ver los 214 comentarios",
    "Utilizamos cookies propias y de terceros",
    "Suscríbete a nuestro boletín",
    "Suscríbete para seguir leyendo",
    "Compartir en Facebook",
    "2 ore fa",
    "Aggiornato un'ora fa",
    "Ultimo aggiornamento: 2 novembre 2026 alle 14:05",
    "Tempo di lettura: 3 minuti",
    "214 commenti",
    "Questo sito utilizza cookie di terze parti",
    "Iscriviti alla nostra newsletter",
    "Condividi su Facebook",
    "Há 2 horas",
    "Atualizado há 5 minutos",
    "Publicado em 2 de novembro de 2026 às 14h05",
    "Tempo de leitura: 3 minutos",
    "214 comentários",
    "1,2 mil visualizações",
    "Este site utiliza cookies",
    "Assine a nossa newsletter",
    "Compartilhar no Facebook",
    "2 uur geleden",
    "Bijgewerkt op maandag 2 november 2026 om 14:05",
    "Leestijd: 3 minuten",
    "214 reacties",
    "Bekijk 214 reacties",
    "Wij gebruiken cookies",
    "Schrijf je in voor onze nieuwsbrief",
    "Delen op Facebook",
]
OWN = [
    "Updated figures show 15 dead.",
    "Published figures show 15,000 were killed.",
    "15,000",
    "The bridge opened on 2 November 2026.",
    "It rained on Monday.",
    "Shares fell 3 percent.",
    "The company said 300 views were lost.",
    "($1 = 0.7700 pounds is what the bank paid)",
    "Your data is sold by brokers, and no privacy policy says so.",
    "Watch groups said the vote was fair.",
    "The mayor may sue.",
    "Read the letter, he said.",
    "EXCLUSIVE: The bridge was never insured.",
    "BREAKING: Five people are dead.",
    "UPDATE: The bridge is open.",
    "NEWS of the fall spread in minutes.",
    "More: the bridge cost 3 million.",
    "(Video: the mayor) The bridge cost 3 million.",
    "[VIDEO: AP] Three people died on the bridge.",
    "(PHOTOS: Ann Lee) The mayor resigned.",
    "A version of this article of the law applies to 300 firms.",
    "This is a breaking point for 300 miners.",
    "Reporting by the Courier shows that 300 clinics closed.",
    "Cookies were sold at the fair.",
    "Registered voters rose by 7,000.",
    "Related claims were denied by the mayor.",
    "Copyright lawsuits against the firm rose to 300.",
    "Copyright holders can sue the company.",
    "By continuing the strike, nurses cost the hospital 3 million euros.",
    "By continuing to fund the war, the bank broke the law.",
    "Register of deaths shows 214 people died in the flood.",
    "Sign in Berlin said 5.",
    "Like his father, the minister denied the charge on Facebook.",
    "Like Google, Amazon has sued Reddit.",
    "Share prices fell 5 percent after the report spread on Twitter.",
    "Join the army or leave, Putin wrote on Telegram.",
    "More from the scene: five people are dead.",
    "More on Monday than on Sunday voted, 5,000 in all.",
    "The court heard that the site uses cookies to follow 300 children.",
    "Cookie policy changes cost the firm 3 million.",
    "Comments rose to 214.",
    "214 comments were deleted.",
    "The newsletter",
    "Newsletter sales rose 5 percent.",
    "Join a union, the newsletter told its 300 readers.",
    "Der Newsletter-Dienst ging pleite.",
    "Newsletter kosten die Stadt 300 Euro.",
    "Vor zwei Stunden explodierte eine Bombe.",
    "Vor 2 Stunden starben 5 Menschen.",
    "214 Kommentare wurden gelöscht.",
    "Teilen will die Stadt die 3 Millionen auf Facebook nicht.",
    "Wir verwenden 300 Soldaten.",
    "Il y a 2 morts.",
    "Il y a 214 blessés.",
    "Partager 3 millions, a-t-il écrit sur Facebook.",
    "Hace 2 horas murieron 5 personas.",
    "Melden Sie sich bei der Polizei in 2 Tagen.",
    "Recibe 300 quejas el boletín municipal.",
    "Lecture on Monday, 2 November 2026, at 14:05.",
    "Il y a 2 jours de grève.",
    "Suscríbete o vete, escribió en Telegram.",
    "Iscritti in calo: 300 lasciano il partito.",
    "Há 214 mortos.",
    "Assine o acordo em 2 dias, disse.",
    "2 uur geleden vielen 5 doden.",
    "Lea también negó los cargos.",
    "Lea also denied the charge.",
]


@pytest.mark.parametrize("sentence", AROUND)
def test_boilerplate_changes_nothing(sentence: str) -> None:
    body = "Five were hurt, the mayor said. The bridge is closed."
    assert text_hash("Bridge", f"{sentence}\n{body}") == text_hash("Bridge", body)
    assert text_hash("Bridge", f"{body}\n{sentence}") == text_hash("Bridge", body)


@pytest.mark.parametrize("sentence", OWN)
def test_what_says_something_changes_the_text(sentence: str) -> None:
    assert not is_boilerplate(ids.normalised(sentence))
    assert text_hash("Bridge", sentence) != text_hash("Bridge", "")


def test_typography_changes_nothing() -> None:
    plain = 'The "bridge" - it\'s old - fell. Five were hurt...'
    fancy = "The “bridge” – it’s\u00a0old – fell.\n\nFive were hu\u00adrt…"
    assert text_hash("A - B", plain) == text_hash("A — B", fancy)


@pytest.mark.parametrize("mark", "\u200e\u200f\u061c\u202b\u202c\u2067\u2069\u200d\ufe0f")
def test_marks_that_show_nothing_change_nothing(mark: str) -> None:
    """Word processors and keyboards put them about words from right to left, and into emoji."""
    text = "הממשלה הודיעה כי הגשר ייסגר."
    marked = text.replace(" ", f"{mark} {mark}")
    assert text_hash(text, text) == text_hash(marked, marked)
    assert ids.article_id(None, "Gazette", text) == ids.article_id(None, "Gazette", marked)


def test_a_joiner_that_spells_a_word_stays() -> None:
    assert text_hash("", "می\u200cخواهم") != text_hash("", "میخواهم")


@given(st.text(max_size=300), st.text(max_size=300))
def test_texts_without_letters_in_common_are_told_apart(one: str, other: str) -> None:
    mine, theirs = f"Five {one} hurt xyz.", f"Three {other} dead zyx."
    assert text_hash("", mine) != text_hash("", theirs)


def test_words_of_time_are_judged_in_no_time() -> None:
    assert not is_boilerplate("updated am " * 22 + "!x")


def test_a_text_that_is_a_link_alone_is_what_the_article_says() -> None:
    five, three = (f"NEWS: {number} people died in the blast." for number in ("Five", "Three"))
    assert text_hash("", five) != text_hash("", three)
