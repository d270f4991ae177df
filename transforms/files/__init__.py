"""The documents as JSON Lines in a folder."""
