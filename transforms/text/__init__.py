"""Reads texts, without Beam: charsets, sentences, speakers, numbers, passages, and what is said."""
