"""DetectClaims: the check-worthy sentences of an original, with who says them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import apache_beam as beam

from schemas import ids
from schemas.records import Article, Claim, PlacedArticle, Reading
from transforms.models.base import Classifier
from transforms.models.load import load_classifier
from transforms.text.attribution import Attribution, attributions
from transforms.text.sentences import Span, split_sentences

# The packaged model was trained on English alone.
DEFAULT_LANGUAGES = frozenset({"en"})
# Shorter ones are headings, captions and exclamations: nothing in them can be checked.
_MIN_WORDS = 4
_WORD = re.compile(r"\w+")


class DetectClaims(beam.PTransform[beam.PCollection[PlacedArticle], beam.PCollection[Reading]]):
    """One Reading for each PlacedArticle: the article and the claims found in its body.

    Bounded or unbounded; no state, no order. All sentences of an article are judged together, each
    by itself: a score does not depend on the sentences around it. Reprints and languages without a
    model get no claims, and `claims_note` says so. Nothing is rejected.

    Args:
        model: None for the packaged model, else a Hugging Face checkpoint; needs newsbeam[torch].
        languages: ISO 639-1 codes of the languages that the model reads.
    """

    def __init__(
        self, model: str | None = None, languages: frozenset[str] = DEFAULT_LANGUAGES
    ) -> None:
        super().__init__()
        self._model = model
        self._languages = languages

    def expand(self, placed: beam.PCollection[PlacedArticle]) -> beam.PCollection[Reading]:
        """Returns one Reading for each article."""
        return placed | "ReadArticles" >> beam.ParDo(
            _ReadFn(self._model, self._languages)
        ).with_output_types(Reading)


class _ReadFn(beam.DoFn):
    def __init__(self, name: str | None, languages: frozenset[str]) -> None:
        self._name = name
        self._languages = languages
        self._model: Classifier | None = None

    def setup(self) -> None:
        self._model = load_classifier("claims", self._name)

    def teardown(self) -> None:
        self._model = None

    def process(self, placed: PlacedArticle) -> Iterator[Reading]:
        assert self._model is not None
        note = why_unread(placed, self._languages)
        claims = () if note else tuple(find_claims(placed, self._model))
        yield Reading(placed=placed, claims=claims, claims_note=note)


def why_unread(placed: PlacedArticle, languages: frozenset[str]) -> str:
    """Why no claims are looked for in an article; "" where they are."""
    if placed.placement.reprint_of is not None:
        return "reprint"
    if placed.article.language not in languages:
        return f"language {placed.article.language} has no claim model"
    return ""


def find_claims(placed: PlacedArticle, model: Classifier) -> Iterator[Claim]:
    """The claims of one article in order of their place; a sentence that it repeats counts once."""
    article = placed.article
    spans = [
        span for span in split_sentences(article.body, article.language) if _long(article, span)
    ]
    if not spans:
        return
    scores = model.scores([article.body[start:end] for start, end in spans])
    score_of_yes = scores[:, model.labels.index("yes")]
    sayings = attributions(article.body, spans)
    seen: set[str] = set()
    for span, score, saying in zip(spans, score_of_yes, sayings, strict=True):
        if score < model.info.threshold:
            continue
        claim = _claim(placed, span, float(score), saying, model)
        if claim.claim_id not in seen:
            seen.add(claim.claim_id)
            yield claim


def _long(article: Article, span: Span) -> bool:
    words = _WORD.finditer(article.body, span.start, span.end)
    return sum(1 for _ in zip(words, range(_MIN_WORDS), strict=False)) == _MIN_WORDS


def _claim(
    placed: PlacedArticle, span: Span, score: float, saying: Attribution, model: Classifier
) -> Claim:
    article = placed.article
    text = article.body[span.start : span.end]
    claim_id = ids.claim_id(article.article_id, text)
    return Claim(
        claim_id=claim_id,
        article_id=article.article_id,
        story_id=placed.placement.story_id,
        text=text,
        start=span.start,
        end=span.end,
        score=round(score, 4),
        speaker=saying.speaker,
        quoted=saying.quoted,
        same_as=claim_id,
        language=article.language,
        source=article.source,
        url=article.url,
        title=article.title,
        published_at=article.published_at,
        fetched_at=article.fetched_at,
        model=model.info.name,
        model_revision=model.info.revision,
        threshold=model.info.threshold,
    )
