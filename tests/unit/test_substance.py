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
]
OWN = [
    "Updated figures show 15 dead.",
    "Published figures show 15,000 were killed.",
    "15,000",
    "The bridge opened on 2 November 2026.",
    "It rained on Monday.",
    "Shares fell 3 percent.",
    "The company said 300 views were lost.",
    "Watch groups said the vote was fair.",
    "The mayor may sue.",
    "Read the letter, he said.",
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


@given(st.text(max_size=300), st.text(max_size=300))
def test_texts_without_letters_in_common_are_told_apart(one: str, other: str) -> None:
    mine, theirs = f"Five {one} hurt xyz.", f"Three {other} dead zyx."
    assert text_hash("", mine) != text_hash("", theirs)


def test_words_of_time_are_judged_in_no_time() -> None:
    assert not is_boilerplate("updated am " * 22 + "!x")
