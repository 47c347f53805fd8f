"""Cancellation and revocation of a title: notice of intent, hearing, legal review, decision, service."""
