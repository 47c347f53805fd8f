"""Cancellation and revocation of a title: notice of intent, hearing, legal check, decision, service."""
