"""Flags on how feeds and pages are fetched."""

import argparse
import ipaddress
import math

from pipeline.errors import UsageError
from transforms.web.http_config import FetchConfig


def add_fetch_flags(parser: argparse.ArgumentParser) -> None:
    """Adds the flags of a polite and guarded client."""
    group = parser.add_argument_group("fetching")
    group.add_argument(
        "--contact", default="", metavar="URL", help="URL or mail address told to the servers"
    )
    group.add_argument(
        "--host_delay_s",
        type=float,
        default=1.0,
        metavar="S",
        help="between requests to one host (default 1)",
    )
    group.add_argument(
        "--allow_networks",
        nargs="+",
        default=[],
        metavar="CIDR",
        help="private networks that may be fetched from, e.g. 10.1.0.0/16 (default: none)",
    )


def fetch_of(args: argparse.Namespace) -> FetchConfig:
    """Returns how to fetch.

    Raises:
        UsageError: a network or a delay is none, a contact has a line break.
    """
    if not args.contact.isprintable():
        raise UsageError("--contact must be one line: a URL or mail address")
    for network in args.allow_networks:
        try:
            ipaddress.ip_network(network)
        except ValueError as error:
            raise UsageError(
                f"--allow_networks: {error}; it takes all up to the next flag: put feeds and "
                "inputs before it"
            ) from error
    if not 0 <= args.host_delay_s < math.inf:
        raise UsageError("--host_delay_s must be 0 or more, and finite")
    return FetchConfig(
        contact=args.contact,
        host_delay_s=args.host_delay_s,
        allow_networks=tuple(args.allow_networks),
    )
