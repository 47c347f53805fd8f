"""Commands: check_policy, setup."""
