"""Forms of indicators and of their yearly values."""
