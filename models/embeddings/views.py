"""What the embedding learns from: texts of one event, and of events that look like it.

Rumours differ so much in kind that any embedding tells them apart. So every second story is told
once more of the people and places of another, which stands beside it: what has all but the names in
common with a text is another event, and so is what has nothing but the names.
"""

from __future__ import annotations

import dataclasses
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence

from models.stories.labelled import Labelled
from models.stories.twins import names_by_story, names_held, renamed
from schemas.records import Article
from transforms.embed_articles import text_to_embed
from transforms.text.sentences import Span, split_sentences

_PAIRS, _EACH = 8, 3
# A larger story is drawn no more often than one of so many articles.
_MOST_WEIGHT = 20
# A view that holds fewer of its story's names would tell the same story under others.
_LEAST_NAMES = 3
_TITLED, _LATER, _SHORT = 0.5, 0.35, 0.1
_LATEST_SENTENCE, _LEAST_CHARS, _SUMMARY_CHARS = 12, 300, (150, 400)


class Views:
    """Texts as different outlets might tell them, drawn by chance.

    Args:
        labelled: articles with the story that each tells.
        headlines: of each article's key; a view has one of them, or none.
    """

    def __init__(
        self, labelled: Sequence[Labelled], headlines: Mapping[str, Sequence[str]], seed: int
    ) -> None:
        self._rng = random.Random(seed)
        self._headlines = headlines
        self._names = names_by_story(labelled)
        self._articles: dict[str, list[Article]] = defaultdict(list)
        self._spans: dict[str, list[Span]] = {}
        for article, story in labelled:
            self._articles[story].append(article)
            self._spans[article.article_id] = split_sentences(article.body, "en")
        self._stories = list(self._articles)
        self._weights = [min(len(self._articles[s]), _MOST_WEIGHT) for s in self._stories]

    def events(self) -> list[list[str]]:
        """Three texts or fewer of each event: pairs of stories, their twins, their sagas' others.

        Up to 24 events, and those of the sagas.
        """
        drawn = self._rng.choices(self._stories, self._weights, k=3 * _PAIRS)
        stories = list(dict.fromkeys(drawn))[: 2 * _PAIRS]
        events = [self._views(story) for story in self._with_next_events(stories)]
        for one, other in zip(stories[::2], stories[1::2], strict=False):
            names = dict(zip(self._names[other], self._names[one], strict=False))
            events.append(
                [
                    renamed(view, names)
                    for view in self._views(other)
                    if names_held(text_to_embed(view), names) >= _LEAST_NAMES
                ]
            )
        return [[text_to_embed(view) for view in event] for event in events if event]

    def sentences(self, count: int) -> list[str]:
        """So many sentences of any articles, the same ones perhaps twice."""
        found = []
        for story in self._rng.choices(self._stories, k=count):
            article = self._rng.choice(self._articles[story])
            start, end = self._rng.choice(self._spans[article.article_id])
            found.append(article.body[start:end])
        return found

    def _with_next_events(self, stories: Sequence[str]) -> list[str]:
        """The stories, and what else happens in their sagas."""
        sagas = {_saga(story) for story in stories}
        others = [s for s in self._stories if _saga(s) in sagas and s not in stories]
        return [*stories, *others]

    def _views(self, story: str) -> list[Article]:
        articles = self._articles[story]
        chosen = self._rng.sample(articles, min(_EACH, len(articles)))
        return [self._view(each) for each in (chosen if len(chosen) > 1 else chosen * 2)]

    def _view(self, article: Article) -> Article:
        headlines = self._headlines.get(article.key, ())
        titled = headlines and self._rng.random() < _TITLED
        title = self._rng.choice(headlines) if titled else ""
        return dataclasses.replace(article, title=title, body=self._part(article))

    def _part(self, article: Article) -> str:
        """The body, or what follows a later sentence, or no more than a feed's summary has."""
        body, chance = article.body, self._rng.random()
        if chance < _LATER:
            starts = [start for start, _ in self._spans[article.article_id][1:_LATEST_SENTENCE]]
            starts = [start for start in starts if start + _LEAST_CHARS < len(body)]
            return body[self._rng.choice(starts) :] if starts else body
        if chance < _LATER + _SHORT:
            return body[: self._rng.randint(*_SUMMARY_CHARS)]
        return body


def _saga(story: str) -> str:
    return story.split("/", maxsplit=1)[0]
