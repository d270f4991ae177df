"""Ends the polls of a stream in this process: a feed's own never end."""

import dataclasses

import pytest

from transforms import poll_fns
from transforms.endless_restrictions import Polling
from transforms.web.polling import Judged


def end_polls_at_404(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets a feed be polled no more when it has answered 404."""
    following = poll_fns._following

    def until_missing(judged: Judged) -> Polling:
        missing = judged.polled.status.http_status == 404
        return dataclasses.replace(following(judged), done=missing)

    monkeypatch.setattr(poll_fns, "_following", until_missing)
