"""Backups of database and files as one archive, their verification and restore (docs/operations.md)."""
