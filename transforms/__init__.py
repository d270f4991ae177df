"""One public PTransform a file; the plain functions that do its work stand beside it."""
