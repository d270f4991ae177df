"""A classifier that judges a repeated text once."""

from __future__ import annotations

import collections
import hashlib
import threading
from collections.abc import Sequence

import numpy as np

from transforms.models.base import Classifier, Floats, ModelInfo, Text

# Some 300 bytes each.
_MOST = 50_000


class Remembering:
    """A `Classifier` with the scores of the last 50,000 different texts in memory, about 15 MB.

    News repeats itself: agency sentences, boilerplate, a claim that meets one passage in several
    articles. What it remembers is what the model said, so that scores stay the same.
    """

    def __init__(self, model: Classifier, most: int = _MOST) -> None:
        self._model = model
        self._most = most
        self._known: collections.OrderedDict[bytes, Floats] = collections.OrderedDict()
        self._lock = threading.Lock()

    @property
    def info(self) -> ModelInfo:
        """See `Classifier.info`."""
        return self._model.info

    @property
    def labels(self) -> tuple[str, ...]:
        """See `Classifier.labels`."""
        return self._model.labels

    def scores(self, texts: Sequence[Text]) -> Floats:
        """See `Classifier.scores`."""
        keys = [_key(text) for text in texts]
        rows = self._recalled(keys)
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in rows}
        if new:
            judged = dict(zip(new, self._model.scores(list(new.values())), strict=True))
            self._keep(judged)
            rows |= judged
        found = [rows[key] for key in keys]
        return np.stack(found) if found else np.empty((0, len(self.labels)), np.float32)

    def _recalled(self, keys: Sequence[bytes]) -> dict[bytes, Floats]:
        with self._lock:
            rows = {key: self._known[key] for key in keys if key in self._known}
            for key in rows:
                self._known.move_to_end(key)
        return rows

    def _keep(self, judged: dict[bytes, Floats]) -> None:
        with self._lock:
            # A copy: a row would hold the whole batch in memory.
            self._known.update((key, row.copy()) for key, row in judged.items())
            while len(self._known) > self._most:
                self._known.popitem(last=False)


def _key(text: Text) -> bytes:
    parts = (text,) if isinstance(text, str) else text
    lengths = ",".join(str(len(part)) for part in parts)
    whole = "".join((lengths, "\n", *parts)).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(whole, digest_size=16).digest()
