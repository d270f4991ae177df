"""What one would write first: the same steps, article by article, in plain Python and torch.

transformers' `pipeline()` is called on CPU for each headline and lead, each sentence and each pair;
documents go out through `helpers.bulk`. Steps that are no model's are Newsbeam's own functions.

The checkpoints have the sizes of the packaged models and random weights: torch takes the same time
over them. What they answer is of no use, so the answers of the packaged models, rehearsed before in
a process that is not measured, stand in: both sides find the same claims.

From there on the plain side does less, which is in its favour. It links claims by their words and
embeds none (no `Likeness`), so that the pairs are not quite the same; it leaves stories that turn
out to be one apart; and it asks the model once for a pair, where `ClassifyStances` goes on to
single sentences.
"""

import argparse
import dataclasses
import datetime as dt
import itertools
import json
import pickle
import resource
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import elasticsearch
import elasticsearch.helpers
import numpy as np
import orjson
import transformers


def peak_mb() -> float:
    """The most memory that this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


# What one would not need without Newsbeam (Beam, ONNX Runtime) is told apart.
PIPELINE = transformers.pipeline  # imports torch
PLAIN_MB = peak_mb()

from schemas.documents import document_of  # noqa: E402
from schemas.index_names import index_name  # noqa: E402
from schemas.records import Article, Document, PlacedArticle, Reading  # noqa: E402
from transforms.classify_stances import stance_of  # noqa: E402
from transforms.detect_claims import DEFAULT_LANGUAGES, read_article, replaced_texts  # noqa: E402
from transforms.embed_articles import text_to_embed, without_boilerplate  # noqa: E402
from transforms.inputs.content import InputFile  # noqa: E402
from transforms.inputs.json_records import item_of_line  # noqa: E402
from transforms.models.base import Floats, ModelInfo, Text  # noqa: E402
from transforms.models.load import load_classifier, load_embedder  # noqa: E402
from transforms.record_outcomes import outcome_of_reading  # noqa: E402
from transforms.stories.active_stories import ActiveStories  # noqa: E402
from transforms.stories.describing import entry_of, merged, story_from  # noqa: E402
from transforms.stories.fingerprint import make_fingerprint  # noqa: E402
from transforms.stories.known_texts import Known, step  # noqa: E402
from transforms.stories.linking import LinkLimits, StoryClaims  # noqa: E402
from transforms.stories.tally import Event, counts_from, hear, rank  # noqa: E402
from transforms.web.articles import article_of  # noqa: E402

SHARED_MB = peak_mb() - PLAIN_MB
WEIGHTS = Path(__file__).parents[1] / "transforms" / "models" / "weights"
ANSWERS, REPORT = "answers.pickle", "report.json"
TASKS = {
    "embeddings": ("feature-extraction", transformers.AutoModel),
    "claims": ("text-classification", transformers.AutoModelForSequenceClassification),
    "stances": ("text-classification", transformers.AutoModelForSequenceClassification),
}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class OneByOne:
    """A `Classifier` that asks `judge` for one text after the other."""

    info: ModelInfo
    labels: tuple[str, ...]
    judge: Callable[[Text], Floats]

    def scores(self, texts: Iterable[Text]) -> Floats:
        """See `Classifier.scores`."""
        return np.stack([self.judge(text) for text in texts])


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """What a packaged model said to each text."""

    info: ModelInfo
    labels: tuple[str, ...]
    answers: dict[Text, Floats]


Models = Mapping[str, OneByOne]


def read(path: Path, count: int) -> Iterator[Article]:
    """The first `count` articles of a file of JSON Lines."""
    now = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
    file = InputFile(path=str(path), modified_at=now)
    with path.open("rb") as lines:
        for number, line in enumerate(itertools.islice(lines, count), start=1):
            article = article_of(item_of_line(line, number, file, now))
            if isinstance(article, Article):
                yield article


def records(articles: Iterable[Article], models: Models) -> Iterator[Any]:
    """Every record that becomes a document."""
    known: dict[str, Known] = {}
    active: dict[str, ActiveStories] = {}
    stories: dict[str, list[Reading]] = defaultdict(list)
    for article in sorted(articles, key=lambda each: (each.fetched_at, each.article_id)):
        known[article.article_id], text, revision, outcome = step(
            known.get(article.article_id), article
        )
        yield from (ended for ended in (revision, outcome) if ended is not None)
        if text is not None:
            placed = place(text, active, models)
            reading, _ = read_article(placed, models["claims"], DEFAULT_LANGUAGES)
            stories[reading.placed.placement.story_id].append(reading)
            yield reading.placed
            yield from replaced_texts(reading)
            yield outcome_of_reading(reading)
    for story_id, readings in stories.items():
        entries = merged(entry_of(each.placed, len(each.claims)) for each in readings)
        yield story_from(story_id, entries, entries[-1].as_of)
        yield from judge_story(readings, models["stances"])


def place(article: Article, active: dict[str, ActiveStories], models: Models) -> PlacedArticle:
    """Places an article in its story."""
    bare = without_boilerplate(article)
    [vector] = models["embeddings"].scores([text_to_embed(bare)])
    fingerprint = make_fingerprint(bare, vector)
    stories = active.setdefault(article.language, ActiveStories(article.language))
    placement = stories.place(fingerprint).placement
    return PlacedArticle(article=article, placement=placement, fingerprint=fingerprint)


def judge_story(readings: Iterable[Reading], model: OneByOne) -> Iterator[Any]:
    """The stances on a story's claims, and their counts."""
    story = StoryClaims(LinkLimits())
    events: dict[str, list[Event]] = defaultdict(list)
    for reading in readings:
        linked = story.link(reading)
        for claim in linked.claims:
            events[claim.claim_id].append(claim)
        for text in linked.new_texts:
            events[text.claim_id].append(text)
        for pair in linked.pairs:
            [scores] = model.scores([(pair.claim.text, pair.passage)])
            stance = stance_of(pair, scores, model.labels, model.info)
            if stance is not None:
                events[pair.claim.claim_id].append(stance)
    for each in events.values():
        tally, stances = hear(None, sorted(each, key=rank))
        if tally is not None:
            yield counts_from(tally)
        yield from stances


def action_of(document: Document, prefix: str) -> dict[str, Any]:
    """The document as `helpers.bulk` takes it."""
    return {
        "_index": index_name(prefix, document.family, document.month),
        "_id": document.id,
        "_source": orjson.loads(document.source),
        "version": document.version,
        "version_type": "external_gte",
    }


def rehearse(path: Path, count: int, folder: Path) -> None:
    """Leaves the packaged models' answers, and checkpoints of their sizes, in `folder`."""
    found: dict[str, Rehearsed] = {}

    def model_of(task: Any) -> OneByOne:
        packaged: Any = load_embedder() if task == "embeddings" else load_classifier(task)
        run = packaged.embed if task == "embeddings" else packaged.scores
        labels, answers = getattr(packaged, "labels", ()), dict[Text, Floats]()
        found[task] = Rehearsed(info=packaged.info, labels=labels, answers=answers)

        def judge(text: Text) -> Floats:
            answers[text] = run([text])[0]
            return answers[text]

        return OneByOne(info=packaged.info, labels=labels, judge=judge)

    for _ in records(read(path, count), {task: model_of(task) for task in TASKS}):
        pass
    (folder / ANSWERS).write_bytes(pickle.dumps(found))
    for task, (_, auto) in TASKS.items():
        config = transformers.AutoConfig.from_pretrained(WEIGHTS / task)
        auto.from_config(config).save_pretrained(folder / task)
        transformers.AutoTokenizer.from_pretrained(WEIGHTS / task).save_pretrained(folder / task)


def torch_model(task: str, rehearsed: Rehearsed, folder: Path, calls: Counter[str]) -> OneByOne:
    """A checkpoint of `rehearse` by way of `pipeline()`; what it answers is the rehearsed."""
    most = json.loads((WEIGHTS / task / "newsbeam.json").read_text())["max_tokens"]
    limits: dict[str, Any] = {"truncation": True, "max_length": most}
    if task == "embeddings":
        limits = {"tokenize_kwargs": limits}
    pipe: Any = PIPELINE(TASKS[task][0], model=str(folder / task), device="cpu")  # type: ignore[call-overload]

    def judge(text: Text) -> Floats:
        pipe(text if isinstance(text, str) else {"text": text[0], "text_pair": text[1]}, **limits)
        calls[task] += 1
        return rehearsed.answers[text]

    return OneByOne(info=rehearsed.info, labels=rehearsed.labels, judge=judge)


def run(path: Path, count: int, folder: Path, url: str, prefix: str) -> None:
    """Does the whole job, and leaves in `folder` how it went."""
    calls: Counter[str] = Counter()
    rehearsed: dict[str, Rehearsed] = pickle.loads((folder / ANSWERS).read_bytes())
    models = {task: torch_model(task, said, folder, calls) for task, said in rehearsed.items()}
    started = time.monotonic()
    with elasticsearch.Elasticsearch(url, request_timeout=60) as client:
        found = records(read(path, count), models)
        actions = (action_of(document_of(record), prefix) for record in found)
        elasticsearch.helpers.bulk(client, actions)
    work_s = time.monotonic() - started
    report = {"work_s": work_s, "shared_mb": SHARED_MB, "calls": calls}
    (folder / REPORT).write_text(json.dumps(report))


def main() -> None:
    """Rehearses, or runs where a cluster is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("articles", type=Path)
    parser.add_argument("count", type=int)
    parser.add_argument("folder", type=Path, help="checkpoints, answers and the report")
    parser.add_argument("--elasticsearch_url")
    parser.add_argument("--index_prefix")
    args = parser.parse_args()
    job = (args.articles, args.count, args.folder)
    if args.elasticsearch_url:
        run(*job, args.elasticsearch_url, args.index_prefix)
    else:
        rehearse(*job)


if __name__ == "__main__":
    main()
