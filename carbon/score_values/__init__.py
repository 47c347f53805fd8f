"""Offer inventory results as values for score-table clauses that measure a carbon figure."""
