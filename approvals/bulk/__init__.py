"""Bulk actions on many cases, and import of historical titles and self-checks from lists."""
