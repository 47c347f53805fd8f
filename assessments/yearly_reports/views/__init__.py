"""Pages of yearly reports."""
