"""Comparison of two editions clause by clause, and the mapping of clauses from one to the other."""
