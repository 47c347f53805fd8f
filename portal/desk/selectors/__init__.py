"""Data shown on the work desk."""
