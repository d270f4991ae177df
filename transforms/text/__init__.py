"""Charsets, languages, paragraphs, sentences, speakers and passages of a text, without Beam."""
