"""How the steps of the recipes begin: the flags that several of them have, and how they log."""

from __future__ import annotations

import argparse
import logging
import pathlib


def data_parser(about: str | None) -> argparse.ArgumentParser:
    """The flags of a step that reads labelled data and writes a folder."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--data", type=pathlib.Path, default=pathlib.Path("../shared/data"))
    parser.add_argument("--out", type=pathlib.Path, required=True)
    return parser


def prepare_parser(about: str | None) -> argparse.ArgumentParser:
    """The flags of a step that writes what a task learns from."""
    parser = data_parser(about)
    parser.add_argument("--seed", type=int, default=7)
    return parser


def export_parser(about: str | None) -> argparse.ArgumentParser:
    """The flags of a step that ships a checkpoint and measures it."""
    parser = data_parser(about)
    parser.add_argument("checkpoint", type=pathlib.Path)
    parser.add_argument("--test", action="store_true")
    parser.add_argument("--by_chance", action="store_true", help="see models.int8_graph.Rounding")
    return parser


def begin(parser: argparse.ArgumentParser) -> argparse.Namespace:
    """What the flags say; from here on the step logs each line as it is."""
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    return args
