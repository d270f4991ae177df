"""The recipe of the story weights: what makes two articles one story."""
