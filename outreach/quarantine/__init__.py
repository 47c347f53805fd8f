"""Filings of the public that came beyond the bounds: what waits is let through or closed, one by one and in bulk."""
