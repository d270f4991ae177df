"""Documents in local files: as JSON Lines, and kept aside."""
