"""Queries for cases of any kind: progress, tasks, papers, dossier."""
