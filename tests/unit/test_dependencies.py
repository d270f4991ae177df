"""The wheel declares what it imports, and imports what it declares."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("pipeline", "transforms", "schemas")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def names_of(requirements: list[str]) -> set[str]:
    return {plain(re.split(r"[^\w.-]", one, maxsplit=1)[0]) for one in requirements}


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


DECLARED = names_of(PROJECT["dependencies"])
# zoneinfo reads it where the system has no such data, as slim images.
UNSEEN = {"tzdata"}
EXTRAS = {name for some in PROJECT["optional-dependencies"].values() for name in names_of(some)}


def imported_modules() -> Iterator[str]:
    """Top-level modules of others that some file of the wheel imports."""
    own = {
        *PACKAGES,
        *sys.stdlib_module_names,
        "deploy",
        "examples",
    }  # these, where there is a clone
    for path in (path for package in PACKAGES for path in (ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Import(names=names):
                    found = [one.name for one in names]
                case ast.ImportFrom(module=str(module)):
                    found = [module]
                case _:
                    found = []
            yield from ({name.split(".")[0] for name in found} - own)


def test_what_is_imported_is_declared_and_the_reverse() -> None:
    of_module = packages_distributions()
    used = {
        module: {plain(name) for name in of_module[module]} for module in set(imported_modules())
    }
    undeclared = [module for module, names in used.items() if not names & (DECLARED | EXTRAS)]
    assert undeclared == []
    assert DECLARED - set.union(*used.values()) == UNSEEN
