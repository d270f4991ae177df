"""What a revised article may no longer say to its story's claims. Without Beam."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from schemas import ids
from schemas.records import Claim, NewText, Reading
from transforms.text.passages import BodyIndex
from transforms.text.sentences import split_sentences
from transforms.text.substance import own_sentences, substance


def new_texts(
    reading: Reading,
    claims: Iterable[Claim],
    asked: Collection[str],
    overlap: float,
    body_chars: int,
) -> Iterator[NewText]:
    """Names each claim that the text before made or spoke to, and that the new one may not.

    A sentence that still stands in the article goes on saying what it said, unless the new text is
    judged anew: a story may hold more claims than one text is judged by. A link to another article
    says nothing, in neither text.

    Args:
        claims: of the story, but for the article's own. asked: ids of those that the new text is
            judged by.
        overlap, body_chars: see `LinkLimits`.
    """
    article, before = reading.placed.article, reading.placed.article.replaces

    def told(claim_id: str) -> NewText:
        return NewText(
            claim_id=claim_id, article_id=article.article_id, fetched_at=article.fetched_at
        )

    yield from map(told, reading.dropped)
    if before is None:
        return
    body = before.body[:body_chars]
    index = BodyIndex(body, own_sentences(body, split_sentences(body, before.language)))
    reprint = reading.placed.placement.reprint_of is not None
    now = "" if reprint else " ".join(substance(article.body[:body_chars], article.language))
    for claim in claims:
        if claim.article_id == article.article_id:
            continue
        passage = index.best(claim.text)
        # Which of them was the evidence, the stance alone knows.
        stands = all(ids.normalised(body[start:end]) in now for start, end in passage.candidates)
        if passage.overlap >= overlap and (claim.claim_id in asked or not stands):
            yield told(claim.claim_id)
