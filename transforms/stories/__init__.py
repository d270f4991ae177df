"""How articles become stories: fingerprints, similarity, reprints, the stories that are active."""
