"""Sentences, passages, terms and languages of a text, without Beam."""
