"""Which models a run asks."""

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """Hugging Face checkpoints that take the place of the packaged models; None keeps those."""

    claims: str | None = None
    stances: str | None = None
    embeddings: str | None = None
