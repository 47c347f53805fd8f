"""Template tags of files."""
