"""Packages `pipeline`, `transforms` and `schemas`; all else about them is in pyproject.toml."""

from setuptools import find_packages, setup

setup(packages=find_packages(include=["pipeline*", "transforms*", "schemas*"]))
