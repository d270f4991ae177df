"""What a sink says of a document that it has taken."""

import dataclasses
from typing import Literal


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A document that is durably where it belongs.

    Attributes:
        index: the index; of files, the family.
        version: external version, None where the server counts.
        result: `stale` where the index holds a newer version, or for `create` any, which stays;
            `noop` where there was nothing to change or to delete; `appended` in files.
    """

    index: str
    id: str
    version: int | None
    result: Literal["created", "updated", "deleted", "noop", "stale", "appended"]
