"""Backups of database and files as one archive, their check and their restoring (docs/operations.md)."""
