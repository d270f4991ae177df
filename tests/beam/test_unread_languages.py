"""Texts in languages that no model reads, through the command: indexed, unscored, and told so."""

import json
from pathlib import Path

from tests.newsroom import backfill

ENGLISH = (
    "The Marram Star ran aground near Port Saltby on Monday with 212 passengers, the harbour "
    "master said. Nobody was hurt. Two tugs pulled the ship free at 18:00."
)
GERMAN = (
    "Die Marram Star ist am Montag vor Port Saltby mit 212 Passagieren auf Grund gelaufen, teilte "
    "die Hafenmeisterei mit. Niemand wurde verletzt. Zwei Schlepper zogen das Schiff um 18:00 frei."
)
FINNISH = (
    "Marram Star ajoi maanantaina karille Port Saltbyn edustalla, laivassa oli 212 matkustajaa. "
    "Kukaan ei loukkaantunut, satamasta kerrottiin. Kaksi hinaajaa irrotti laivan kello 18:00."
)
NO_LANGUAGE = "Marram Star, Port Saltby: 212, 18:00, 6-0, 4-1."


def test_no_claim_and_no_stance_in_a_language_without_a_model_and_the_outcome_says_so(
    tmp_path: Path,
) -> None:
    texts = {"en": ENGLISH, "de": GERMAN, "fi": FINNISH, "und": NO_LANGUAGE}
    records = [
        {
            "source": name,
            "title": "Marram Star",
            "text": text,
            # What a publisher says of a German text may be wrong.
            "language": "en" if text is GERMAN else None,
            "fetched_at": f"2026-11-0{number}T08:00:00Z",
        }
        for number, (name, text) in enumerate(texts.items(), 1)
    ]
    source = tmp_path / "news.jsonl"
    source.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    found = backfill(source, tmp_path / "out")
    assert {each["source"]: each["reason"] for each in found["outcomes"].values()} == {
        "en": "",
        "de": "language de has no claim model",
        "fi": "language fi has no claim model",
        "und": "language und has no claim model",
    }
    assert {each["source"] for each in found["claims"].values()} == {"en"}
    assert not found["stances"]
