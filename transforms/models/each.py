"""Texts together as long as all can be read, one by one where one of them cannot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from transforms.models.base import Floats, Text, TextError

OneText = TypeVar("OneText", bound=Text)


def rows_of_each(
    run: Callable[[Sequence[OneText]], Floats], texts: Sequence[OneText]
) -> list[Floats | TextError]:
    """A row for each text, in order; the error in its place where a text cannot be read.

    A batch that fails is halved until the texts that fail are alone: a bad one costs a few calls
    more, and changes nothing for the others.

    Args:
        run: `Classifier.scores` or `Embedder.embed`.
    """
    try:
        return list(run(texts))
    except TextError as error:
        if len(texts) == 1:
            return [error]
    middle = len(texts) // 2
    return rows_of_each(run, texts[:middle]) + rows_of_each(run, texts[middle:])
