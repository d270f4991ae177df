"""What the embedding is taught with, and the loss that teaches it."""

import json
import random
from collections import defaultdict
from pathlib import Path

import pytest

from models.stories.labelled import Labelled
from tests.beam.story_records import article

torch = pytest.importorskip("torch", reason="needs newsbeam[torch]")

from models.embeddings.train import contrast  # noqa: E402
from models.embeddings.views import Views  # noqa: E402
from models.stories.train import read_rumours  # noqa: E402

_LETTERS = random.Random(3)
_COMMON = ["".join(_LETTERS.choices("abcdefg", k=5)) for _ in range(60)]


def _names(story: int) -> list[str]:
    return [f"{'ABCDEFGH'[n]}{chr(97 + story)}rin" for n in range(8)]


def stories() -> list[Labelled]:
    """Twenty stories of four articles: six sentences with common words and the story's names."""
    made = []
    for story in range(20):
        for version in range(4):
            rng = random.Random(100 * story + version)
            sentences = [
                f"Then {rng.choice(_names(story))} saw {rng.choice(_names(story))} near "
                f"{' '.join(rng.choices(_COMMON, k=12))}."
                for _ in range(6)
            ]
            url = f"https://{version}.example/{story}"
            made.append(Labelled(article(url, title="", body=" ".join(sentences)), str(story)))
    return made


LABELLED = stories()
HEADLINES = {each.key: [f"Headline of {each.key}"] for each, _ in LABELLED}


def _stories_of(text: str) -> set[int]:
    return {n for n in range(20) if set(_names(n)) & set(text.replace(".", " ").split())}


def test_every_event_tells_one_story_and_a_twin_has_another_s_names() -> None:
    views = Views(LABELLED, HEADLINES, seed=1)
    held: dict[int, int] = defaultdict(int)
    for _ in range(20):
        events = views.events()
        assert 2 <= len(events) <= 24
        assert all(1 <= len(event) <= 3 for event in events)
        for event in events:
            named = set.union(*map(_stories_of, event))
            assert len(named) == 1
            held[named.pop()] += 1
    assert len(held) == 20
    assert max(held.values()) > 10


def test_views_begin_late_are_short_or_titled_and_are_the_same_again() -> None:
    def drawn() -> list[str]:
        views = Views(LABELLED, HEADLINES, seed=2)
        return [text for _ in range(10) for event in views.events() for text in event]

    texts, bodies = drawn(), [each.body for each, _ in LABELLED]
    assert texts == drawn()
    assert 0.3 < sum(text.startswith("Headline") for text in texts) / len(texts) < 0.7
    bare = [text.split(". ", 1)[-1] if text.startswith("Headline") else text for text in texts]
    inside = [b for b in bare if any(b in body and not body.startswith(b) for body in bodies)]
    assert inside
    assert any(body.startswith(b) and len(b) < len(body) for b in bare for body in bodies)


def test_sentences_are_cut_out_of_bodies() -> None:
    sentences = Views(LABELLED, HEADLINES, seed=3).sentences(50)
    assert len(sentences) == 50
    assert all(any(s in each.body for each, _ in LABELLED) for s in sentences)


def test_the_loss_asks_for_events_that_are_near_in_themselves_and_far_from_others() -> None:
    apart = torch.tensor([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    mixed = torch.tensor([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0], [0.0, 1.0]])
    events = torch.tensor([0, 0, 1, 1])
    assert contrast(apart, events, 0.1) < 0.01
    assert contrast(mixed, events, 0.1) > 5


def test_stories_of_which_another_set_has_a_text_are_left_out_whole(tmp_path: Path) -> None:
    def written(name: str, rows: list[tuple[str, str, str]]) -> Path:
        path = tmp_path / f"{name}.jsonl"
        lines = [json.dumps({"id": id_, "cluster": c, "text": text}) for id_, c, text in rows]
        path.write_text("\n".join(lines), "utf-8")
        return path

    topics = written(
        "train", [("1", "a", "A dam broke."), ("2", "a", "It burst."), ("3", "b", "He won.")]
    )
    test = written("test", [("7", "x", "It burst."), ("8", "x", "The dam is gone.")])
    assert [each.article.body for each in read_rumours(topics, test)] == ["He won."]


def test_a_text_without_a_second_one_of_its_event_only_stands_apart() -> None:
    vectors = torch.nn.functional.normalize(torch.randn(5, 8), dim=1).requires_grad_()
    loss = contrast(vectors, torch.tensor([0, 0, 1, 2, 3]), 0.1)
    loss.backward()
    assert torch.isfinite(loss)
    assert torch.isfinite(vectors.grad).all()
