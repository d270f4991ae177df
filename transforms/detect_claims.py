"""DetectClaims: the check-worthy sentences of an original, with who says them."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

import apache_beam as beam

from schemas import ids
from schemas.records import Claim, PlacedArticle, Reading, Revision
from transforms.models.base import Classifier
from transforms.models.load import load_classifier
from transforms.stories.text_changes import shown
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
    by itself: a score does not depend on the sentences around it. Of a revised article, the claims
    of the text before are found, too, to tell which were added and which dropped. Reprints and
    languages without a model get no claims, and `claims_note` says so. Nothing is rejected.

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
        yield read_article(placed, self._model, self._languages)


def read_article(placed: PlacedArticle, model: Classifier, languages: frozenset[str]) -> Reading:
    """An article with its claims, and with what became of those of the text before."""
    note = why_unread(placed, languages)
    claims = () if note else tuple(find_claims(placed, model))
    reading = Reading(placed=placed, claims=claims, claims_note=note)
    revision = placed.article.replaces
    return reading if revision is None else _compared(reading, revision, model, languages)


def _compared(
    reading: Reading, revision: Revision, model: Classifier, languages: frozenset[str]
) -> Reading:
    if revision.language not in languages:
        return dataclasses.replace(reading, replaced=revision)
    before = _claims_before(revision, model)
    now = {claim.claim_id: claim.text for claim in reading.claims}
    if not reading.claims_note:
        revision = dataclasses.replace(
            revision,
            claims_dropped=shown([text for name, text in before.items() if name not in now]),
            claims_added=shown([text for name, text in now.items() if name not in before]),
        )
    dropped = tuple(name for name in before if name not in now)
    return dataclasses.replace(reading, dropped=dropped, replaced=revision)


def replaced_texts(reading: Reading) -> tuple[Revision, ...]:
    """The text that an article's new one replaced, if it did."""
    return () if reading.replaced is None else (reading.replaced,)


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
    judged = _judged(article.body, article.language, model)
    sayings = attributions(article.body, [span for span, _ in judged])
    seen: set[str] = set()
    for (span, score), saying in zip(judged, sayings, strict=True):
        if score < model.info.threshold:
            continue
        claim = _claim(placed, span, score, saying, model)
        if claim.claim_id not in seen:
            seen.add(claim.claim_id)
            yield claim


def _claims_before(revision: Revision, model: Classifier) -> dict[str, str]:
    """Ids and sentences of the claims that a replaced text makes."""
    sentences = (
        revision.body[start:end]
        for (start, end), score in _judged(revision.body, revision.language, model)
        if score >= model.info.threshold
    )
    return {ids.claim_id(revision.article_id, sentence): sentence for sentence in sentences}


def _judged(body: str, language: str, model: Classifier) -> list[tuple[Span, float]]:
    """The sentences of a text, in order, with the probability that each is check-worthy."""
    spans = [span for span in split_sentences(body, language) if _long(body, span)]
    if not spans:
        return []
    scores = model.scores([body[start:end] for start, end in spans])
    return list(zip(spans, map(float, scores[:, model.labels.index("yes")]), strict=True))


def _long(body: str, span: Span) -> bool:
    words = _WORD.finditer(body, span.start, span.end)
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
