"""Every command and flag that the documentation names is one that the command knows."""

import argparse
import importlib
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.beam_flags import FLINK_FLAGS, FLINK_SWITCHES, beam_options
from pipeline.cli import COMMANDS

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
_BLOCK = re.compile(r"^[ ]*```[a-z]*\n(.*?)^[ ]*```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`(newsbeam [^`]+)`")
_FLAG = re.compile(r"(?<![\w-])--[a-z_]+")


def commands_of(page: Path) -> Iterator[list[str]]:
    """Yields the arguments of each `newsbeam ...` in code, its comment and pipes left out."""
    text = page.read_text(encoding="utf-8")
    blocks = "\n".join(block.replace("\\\n", " ") for block in _BLOCK.findall(text))
    for line in [*blocks.splitlines(), *_INLINE.findall(text)]:
        for part in line.split(" | "):
            words = shlex.split(part.strip(), comments=True) if "newsbeam " in part else []
            if words[:1] == ["newsbeam"] and words[1:2] != ["COMMAND"]:
                yield [word for word in words[1:] if word != "..."]


def parser_of(command: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(command, allow_abbrev=False, exit_on_error=False)
    importlib.import_module(f"pipeline.commands.{command}").add_flags(parser)
    return parser


EXAMPLES = [(page.name, words) for page in PAGES for words in commands_of(page)]


def test_the_documentation_shows_every_command() -> None:
    shown = {words[0] for _, words in EXAMPLES}
    assert len(EXAMPLES) > 10
    assert shown >= set(COMMANDS) - {"demo"}


@pytest.mark.parametrize(("page", "words"), EXAMPLES, ids=lambda value: str(value)[:80])
def test_commands_in_the_documentation_parse(page: str, words: list[str]) -> None:
    command, *arguments = words
    assert command in COMMANDS, page
    if not arguments:
        return
    _, rest = parser_of(command).parse_known_args(arguments)
    if command in ("setup", "check", "metrics", "classify", "evaluate"):
        assert rest == [], page
    else:
        beam_options(rest)


def test_every_flag_that_is_named_belongs_to_a_command() -> None:
    known = {flag for command in COMMANDS for flag in parser_of(command)._option_string_actions}
    named = {
        flag
        for page in PAGES
        for code in re.findall(r"`(--[^`]+)`", page.read_text(encoding="utf-8"))
        for flag in _FLAG.findall(code)
    }
    assert named
    flink = {f"--{name}" for name in (*FLINK_FLAGS, *FLINK_SWITCHES)}
    for flag in sorted(named - known - flink):
        beam_options([f"{flag}=1"])
