"""DetectClaims: the check-worthy sentences of an original, with who says them."""

import dataclasses
import functools
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import apache_beam as beam

from schemas import ids
from schemas.records import Article, Claim, PlacedArticle, Reading, Rejected, Revision
from transforms.models.base import Classifier, Text, TextError
from transforms.models.buffered import BufferedFn
from transforms.models.each import rows_of_each
from transforms.models.load import load_classifier
from transforms.models.unreadable import rejected_sentence
from transforms.stories.text_changes import shown
from transforms.text.asserted import asserted
from transforms.text.attribution import Attribution, attributions
from transforms.text.sentences import Span, split_sentences
from transforms.text.substance import own_sentences

# Of a model that names none itself.
DEFAULT_LANGUAGES = frozenset({"en"})
# Shorter ones are headings, captions and exclamations: nothing in them can be checked.
_MIN_WORDS = 4
_WORD = re.compile(r"\w+")
_STEP = "DetectClaims"
# Some 600 sentences of news, 80 batches: whichever core ends first waits for one of them at most.
_TOGETHER = 32


class Detected(NamedTuple):
    """All articles, and the sentences that the model could not read."""

    readings: beam.PCollection[Reading]
    rejected: beam.PCollection[Rejected]


class DetectClaims(beam.PTransform[beam.PCollection[PlacedArticle], Detected]):
    """One Reading for each PlacedArticle: the article and the claims found in its body.

    Bounded or unbounded; no state, no order; the article's timestamp and window. The sentences of
    up to 32 articles of a bundle are judged together, each by itself: a score does not depend on
    the sentences around it. Of a revised article, the claims of the text before are found, too, to
    tell which were added and which dropped. Reprints and languages without a model get no claims,
    and `claims_note` says so. A sentence that the model cannot read is rejected, its article goes
    on with the claims of the others. What a site puts around a text, such as links to read more, is
    not judged, nor a title that the body repeats on top, nor what a fact check prints in order to
    judge it, nor a note that the text was corrected.

    Args:
        model: None for the packaged model, else a Hugging Face checkpoint; needs newsbeam[torch].
        languages: ISO 639-1 codes of the languages that the model reads; None for those that it
            names itself (`ModelInfo.languages`), English where it names none.
    """

    def __init__(self, model: str | None = None, languages: frozenset[str] | None = None) -> None:
        super().__init__()
        self._model = model
        self._languages = languages

    def expand(self, placed: beam.PCollection[PlacedArticle]) -> Detected:
        """Returns one Reading for each article, and rejected sentences."""
        ends = placed | "ReadArticles" >> beam.ParDo(
            _ReadFn(self._model, self._languages)
        ).with_outputs("rejected", main="readings")
        return Detected(ends.readings, ends.rejected)


class _ReadFn(BufferedFn[PlacedArticle, Reading]):
    def __init__(self, name: str | None, languages: frozenset[str] | None) -> None:
        super().__init__(_TOGETHER)
        self._name = name
        self._languages = languages
        self._model: Classifier | None = None

    def setup(self) -> None:
        self._model = load_classifier("claims", self._name)
        if self._languages is None:
            self._languages = self._model.info.languages or DEFAULT_LANGUAGES

    def teardown(self) -> None:
        self._model = None

    def judge(self, elements: Sequence[PlacedArticle]) -> Iterator[list[Reading | Rejected]]:
        assert self._model is not None and self._languages is not None
        rehearse(elements, self._model, self._languages)
        for placed in elements:
            reading, rejected = read_article(placed, self._model, self._languages)
            yield [reading, *rejected]


def rehearse(placed: Sequence[PlacedArticle], model: Classifier, languages: frozenset[str]) -> None:
    """Has the sentences of several articles judged at once, for `model` to remember.

    One article has too few of them to fill batches and to keep every core busy to the end.
    """
    texts = [
        text.body[span.start : span.end]
        for each in placed
        for text in _texts(each, languages)
        for span in _sentences(text.title, text.body, text.language)[1]
    ]
    rows_of_each(model.scores, texts)


def _texts(placed: PlacedArticle, languages: frozenset[str]) -> Iterator[Article | Revision]:
    """The texts of an article in which claims are looked for."""
    article, before = placed.article, placed.article.replaces
    if not why_unread(placed, languages):
        yield article
    if before is not None and before.language in languages:
        yield before


def read_article(
    placed: PlacedArticle, model: Classifier, languages: frozenset[str]
) -> tuple[Reading, list[Rejected]]:
    """An article with its claims, and with what became of those of the text before.

    Beside it the sentences that the model cannot read.
    """
    article, note = placed.article, why_unread(placed, languages)
    judged = _NOTHING if note else _judged(article, model)
    claims = tuple(find_claims(placed, judged, model))
    reading = Reading(placed=placed, claims=claims, claims_note=note)
    if article.replaces is not None:
        reading = _compared(reading, article.replaces, model, languages)
    return reading, [
        rejected_sentence(_STEP, article, *span, error) for span, error in judged.unread
    ]


def _compared(
    reading: Reading, revision: Revision, model: Classifier, languages: frozenset[str]
) -> Reading:
    if revision.language not in languages:
        return dataclasses.replace(reading, replaced=revision)
    before = _claims_before(revision, model)
    now = {claim.claim_id: claim.text for claim in reading.claims}
    if not reading.claims_note:
        went = [text for name, text in before.items() if name not in now]
        came = [text for name, text in now.items() if name not in before]
        revision = dataclasses.replace(
            revision, claims_dropped=shown(went, came), claims_added=shown(came, went)
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


class ScoredSentences(NamedTuple):
    """The sentences of a text, in order.

    Attributes:
        sentences: all of them.
        scores: the probability that each is check-worthy, of those that are judged.
        unread: those that the model could not read, with the reason.
    """

    sentences: Sequence[Span]
    scores: Sequence[tuple[Span, float]]
    unread: Sequence[tuple[Span, TextError]]


_NOTHING = ScoredSentences((), (), ())


def find_claims(
    placed: PlacedArticle, judged: ScoredSentences, model: Classifier
) -> Iterator[Claim]:
    """The claims of one article in order of their place; a sentence that it repeats counts once."""
    claimed = [(span, score) for span, score in judged.scores if score >= model.info.threshold]
    if not claimed:
        return
    said = attributions(placed.article.body, judged.sentences)
    sayings = dict(zip(judged.sentences, said, strict=True))
    seen: set[str] = set()
    for span, score in claimed:
        claim = _claim(placed, span, score, sayings[span], model)
        if claim.claim_id not in seen:
            seen.add(claim.claim_id)
            yield claim


def _claims_before(revision: Revision, model: Classifier) -> dict[str, str]:
    """Ids and sentences of the claims that a replaced text makes."""
    sentences = (
        revision.body[start:end]
        for (start, end), score in _judged(revision, model).scores
        if score >= model.info.threshold
    )
    return {ids.claim_id(revision.article_id, sentence): sentence for sentence in sentences}


def _judged(text: Article | Revision, model: Classifier) -> ScoredSentences:
    sentences, spans = _sentences(text.title, text.body, text.language)
    texts: list[Text] = [text.body[start:end] for start, end in spans]
    rows = rows_of_each(model.scores, texts)
    yes = model.labels.index("yes")
    scores: list[tuple[Span, float]] = []
    unread: list[tuple[Span, TextError]] = []
    for span, row in zip(spans, rows, strict=True):
        if isinstance(row, TextError):
            unread.append((span, row))
        else:
            scores.append((span, float(row[yes])))
    return ScoredSentences(sentences, scores, unread)


# Texts are rehearsed together, then judged: an article may bring the text before as well.
@functools.lru_cache(maxsize=2 * _TOGETHER)
def _sentences(title: str, body: str, language: str) -> tuple[Sequence[Span], Sequence[Span]]:
    """All, and those to judge: a link to another article is no claim of this one.

    Nor is what it states in order to judge it, nor that it was corrected; nor the title where the
    body repeats it on top: not every outlet's text does.
    """
    sentences = split_sentences(body, language)
    said = [span for span in asserted(body, sentences) if _long(body, span)]
    own = own_sentences(body, said)
    if len(own) > 1 and _same(body[own[0].start : own[0].end], title):
        own = own[1:]
    return sentences, own


def _same(sentence: str, title: str) -> bool:
    return ids.normalised(sentence).rstrip(".") == ids.normalised(title).rstrip(".")


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
        uncertain=not model.info.is_sure(model.labels.index("yes"), score),
    )
