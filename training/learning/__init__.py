"""The training run: one script, and what it is configured from."""
