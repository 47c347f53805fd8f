"""Shared by all sections of the ledger: base model, base form, and the description of a section."""
