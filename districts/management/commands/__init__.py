"""Commands: load_districts."""
