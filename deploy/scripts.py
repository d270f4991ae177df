"""The command line of the start scripts: one action, and one line where it cannot be done."""

import argparse
import sys
from collections.abc import Callable, Mapping

from deploy.common import ServiceError


def run(description: str | None, actions: Mapping[str, Callable[[], None]]) -> int:
    """Does what the command line names, the first of the actions by default.

    Returns the exit status: 2 where a service cannot be had.
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("action", nargs="?", default=next(iter(actions)), choices=list(actions))
    try:
        actions[parser.parse_args().action]()
    except ServiceError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def said_of(stopped: bool) -> str:
    """Returns what to say of a service after `stop`, which tells whether there was one."""
    return "stopped" if stopped else "nothing to stop"
