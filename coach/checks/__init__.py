"""The kinds of checks: one file a kind."""
