"""Data of the policy pages: rules and settings in words, verdicts of all visible districts."""
