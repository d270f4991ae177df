r"""Combining marks, which are parts of a word and which `\w` leaves out."""

MARKS = r"\u0300-\u036f\u0900-\u0963\u0966-\u0dff"
"""For a class of a regular expression: accents, and all of the scripts of India but the danda."""
