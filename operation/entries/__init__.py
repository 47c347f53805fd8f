"""Entries of the operation ledger, each of a section, a district and a year."""
