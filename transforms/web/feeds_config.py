"""How feeds are polled."""

import dataclasses

from transforms.web.http_config import FetchConfig
from transforms.web.poll_state import Intervals


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class FeedsConfig:
    """How feeds are polled.

    Attributes:
        once: poll each feed one time and end; a bounded source.
        list_check_s: how often the lists of feeds are looked at, in whole seconds.
        min_interval_s, max_interval_s: bounds of the pause between polls of a feed.
        fetch: how they are asked for.
    Raises:
        ValueError: a bound or pause makes no sense.
    """

    once: bool = False
    list_check_s: int = 30
    min_interval_s: float = 300.0
    max_interval_s: float = 21_600.0
    fetch: FetchConfig = dataclasses.field(default_factory=FetchConfig)

    def __post_init__(self) -> None:
        _ = self.intervals  # which are checked as they are made
        if self.list_check_s < 1:
            raise ValueError("list_check_s: lists are looked at once a second at most")

    @property
    def intervals(self) -> Intervals:
        """The bounds of the pause."""
        return Intervals(min_s=self.min_interval_s, max_s=self.max_interval_s)
