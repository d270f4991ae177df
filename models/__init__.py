"""Recipes that train the weights in `transforms/models/weights`; not part of the wheel."""
