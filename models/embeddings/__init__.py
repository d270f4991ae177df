"""See README.md, the model card."""
