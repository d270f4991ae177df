"""What a sink says of a document that it has taken."""

import dataclasses
from typing import Literal


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A document that is durably where it belongs.

    Attributes:
        family, id, version, key: the document's.
        result: `stale` where the index holds a newer version, which stays; `appended` in files.
    """

    family: str
    id: str
    version: int
    key: str
    result: Literal["created", "updated", "noop", "stale", "appended"]
