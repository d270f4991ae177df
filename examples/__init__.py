"""The examples: a small news world that the demo serves, and an archive that it reads."""
