"""An article's fingerprint: the kilobyte by which it is compared with others."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from schemas.records import Article, Fingerprint
from transforms.stories.signature import signature, words_of
from transforms.stories.terms import content_terms

_SCALE = 127.0


def make_fingerprint(
    article: Article, vector: npt.NDArray[np.float32], embedding: str = ""
) -> Fingerprint:
    """The fingerprint of `article`; a pure function of its arguments.

    Args:
        vector: float32[dim], the embedding of headline and lead, of any length but 0.
        embedding: revision of the model that made it.
    """
    words = words_of(article.body)
    return Fingerprint(
        article_id=article.article_id,
        source=article.source,
        language=article.language,
        event_time=article.event_time,
        dated=article.published_at is not None,
        fetched_at=article.fetched_at,
        first_fetched_at=article.first_fetched_at or article.fetched_at,
        revision=article.revision,
        vector=quantised(vector),
        terms=content_terms(article.title, article.body, article.language),
        signature=signature(words),
        words=len(words),
        embedding=embedding,
    )


def quantised(vector: npt.NDArray[np.float32]) -> bytes:
    """The unit vector of `vector` times 127, rounded to int8; zeros stay zeros."""
    length = float(np.linalg.norm(vector))
    unit = vector / length if length > 0 else np.zeros_like(vector)
    return np.rint(unit * _SCALE).astype(np.int8).tobytes()


def unquantised(vector: bytes) -> npt.NDArray[np.float32]:
    """float32[dim] of length 1 from `Fingerprint.vector`; zeros stay zeros."""
    values = np.frombuffer(vector, dtype=np.int8).astype(np.float32)
    length = float(np.linalg.norm(values))
    return values / np.float32(length) if length > 0 else values
