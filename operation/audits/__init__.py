"""Energy audits of buildings and facilities."""
