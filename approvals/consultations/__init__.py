"""Consultation of partner departments about a case, and their answers."""
