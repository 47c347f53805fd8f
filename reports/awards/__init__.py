"""Recommendations for national awards."""
