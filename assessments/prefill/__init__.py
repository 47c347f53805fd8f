"""Prefilling rows of a score table from other data of the portal, and the confirmation of prefilled values."""
