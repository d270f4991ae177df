"""EmbedArticles: headline and lead as a vector, in the fingerprint that story grouping keeps."""

import dataclasses
from collections.abc import Sequence
from typing import NamedTuple

import apache_beam as beam

from schemas.records import Article, Embedded, Fingerprint, Rejected
from transforms.models.base import Embedder, TextError
from transforms.models.buffered import BufferedFn
from transforms.models.each import rows_of_each
from transforms.models.load import load_embedder
from transforms.models.unreadable import rejected_article
from transforms.stories.fingerprint import make_fingerprint
from transforms.text.substance import own_text

# More than the 128 word pieces that the model reads, in any language.
_LEAD_CHARS = 1500
_TOGETHER = 64
_STEP = "EmbedArticles"


class EmbeddedArticles(NamedTuple):
    """Every article ends in exactly one of these."""

    embedded: beam.PCollection[Embedded]
    rejected: beam.PCollection[Rejected]


class EmbedArticles(beam.PTransform[beam.PCollection[Article], EmbeddedArticles]):
    """Each Article with its Fingerprint, with the article's timestamp and window.

    Bounded or unbounded; no state, no order. Articles are embedded up to 64 at a time within a
    bundle; a vector depends on its own article alone. An article without words has the
    vector of the empty text; one that the model cannot read is rejected.

    Args:
        model: None for the packaged MiniLM (384 dimensions, English), else a Hugging Face
            checkpoint; needs newsbeam[torch].
    """

    def __init__(self, model: str | None = None) -> None:
        super().__init__()
        self._model = model

    def expand(self, articles: beam.PCollection[Article]) -> EmbeddedArticles:
        """Returns the articles with their fingerprints, and rejects."""
        ends = articles | "EmbedHeadlineAndLead" >> beam.ParDo(_EmbedFn(self._model)).with_outputs(
            "rejected", main="embedded"
        )
        return EmbeddedArticles(ends.embedded, ends.rejected)


def without_boilerplate(article: Article) -> Article:
    """`article` as it is compared: a site's notices and footers make no two of its texts alike."""
    return dataclasses.replace(article, body=own_text(article.body, article.language))


def text_to_embed(article: Article) -> str:
    """Headline and lead, as the embedding reads them."""
    return ". ".join(part for part in (article.title, article.body[:_LEAD_CHARS]) if part)


def fingerprints_of(
    articles: Sequence[Article], embedder: Embedder
) -> list[Fingerprint | TextError]:
    """A fingerprint for each article, in order; the error in its place where it cannot be read."""
    bare = [without_boilerplate(each) for each in articles]
    vectors = rows_of_each(embedder.embed, [text_to_embed(each) for each in bare])
    return [
        vector
        if isinstance(vector, TextError)
        else make_fingerprint(article, vector, embedder.info.revision)
        for article, vector in zip(bare, vectors, strict=True)
    ]


class _EmbedFn(BufferedFn[Article, Embedded]):
    def __init__(self, name: str | None) -> None:
        super().__init__(_TOGETHER)
        self._name = name
        self._model: Embedder | None = None

    def setup(self) -> None:
        self._model = load_embedder(self._name)

    def teardown(self) -> None:
        self._model = None

    def judge(self, elements: Sequence[Article]) -> Sequence[tuple[Embedded | Rejected]]:
        assert self._model is not None
        made = fingerprints_of(elements, self._model)
        return [(_embedded(article, each),) for article, each in zip(elements, made, strict=True)]


def _embedded(article: Article, made: Fingerprint | TextError) -> Embedded | Rejected:
    if isinstance(made, TextError):
        return rejected_article(_STEP, article, made)
    return Embedded(article=article, fingerprint=made)
