"""What a user did wrong, said in one line."""


class UsageError(ValueError):
    """Wrong flags or configuration; the message says which, and how to mend it (exit status 2)."""
