"""What a revised article may no longer say to its story's claims. Without Beam."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from schemas import ids
from schemas.records import Claim, NewText, Reading, Sentence
from transforms.text.passages import BodyIndex
from transforms.text.sentences import split_sentences
from transforms.text.substance import own_sentences


def new_texts(
    reading: Reading,
    claims: Iterable[Claim],
    asked: Collection[str],
    overlap: float,
    body_chars: int,
) -> Iterator[NewText]:
    """Names each claim that the text before made or spoke to, and that the new one may not.

    A sentence that still stands in the article goes on saying what it said, at its new place,
    unless the new text is judged anew: a story may hold more claims than one text is judged by. A
    link to another article says nothing, in neither text.

    Args:
        claims: of the story, but for the article's own. asked: ids of those that the new text is
            judged by.
        overlap, body_chars: see `LinkLimits`.
    """
    article, before = reading.placed.article, reading.placed.article.replaces

    def told(claim_id: str, standing: tuple[Sentence, ...] = ()) -> NewText:
        return NewText(
            claim_id=claim_id,
            article_id=article.article_id,
            source=article.source,
            title=article.title,
            published_at=article.published_at,
            fetched_at=article.fetched_at,
            standing=standing,
        )

    yield from map(told, reading.dropped)
    if before is None:
        return
    body = before.body[:body_chars]
    index = BodyIndex(body, own_sentences(body, split_sentences(body, before.language)))
    reprint = reading.placed.placement.reprint_of is not None
    now = {} if reprint else _sentences(article.body[:body_chars], article.language)
    for claim in claims:
        if claim.article_id == article.article_id:
            continue
        passage = index.best(claim.text)
        if passage.overlap < overlap:
            continue
        # Which of them was the evidence, the stance alone knows.
        spoke = [ids.normalised(body[start:end]) for start, end in passage.candidates]
        stands = claim.claim_id not in asked and all(sentence in now for sentence in spoke)
        yield told(claim.claim_id, tuple(now[sentence] for sentence in spoke) if stands else ())


def _sentences(body: str, language: str) -> dict[str, Sentence]:
    """The own sentences of a text by their normalised form; of equal ones the first."""
    spans = own_sentences(body, split_sentences(body, language))
    sentences = [Sentence(body[start:end], start, end) for start, end in reversed(spans)]
    return {ids.normalised(sentence.text): sentence for sentence in sentences}
