"""Looking at lists of feeds as a restriction: which feeds came out before."""

import dataclasses

from apache_beam.io.iobase import RestrictionProgress, RestrictionTracker


@dataclasses.dataclass(frozen=True, slots=True)
class Known:
    """The restriction: all feeds but those with these names, which came out before."""

    names: tuple[str, ...] = ()
    done: bool = False


class KnownTracker(RestrictionTracker):
    """Claims one look at the lists; what remains is all later ones."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._following: Known | None = None
        self._ended = known.done

    def current_restriction(self) -> Known:
        return self._known

    def try_claim(self, position: Known) -> bool:
        """Claims the look after which the feeds of `position` are known."""
        if self._ended or self._following is not None:
            return False
        self._following = position
        return True

    def try_split(self, fraction_of_remainder: float) -> tuple[Known, Known] | None:
        """Leaves this call what it claimed, and gives all later looks away."""
        if self._ended:
            return None
        residual = self._following or self._known
        self._ended = True
        self._known = dataclasses.replace(self._known, done=True)
        return self._known, residual

    def check_done(self) -> bool:
        if not self._ended:
            raise ValueError("the lists' later changes were not deferred")
        return True

    def current_progress(self) -> RestrictionProgress:
        return RestrictionProgress(completed=float(self._ended), remaining=1.0 - self._ended)

    def is_bounded(self) -> bool:
        return self._known.done
