"""Requests during a case: extensions of a term, rectifications, and entries from paper."""
