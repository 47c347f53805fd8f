"""Commands of score tables."""
