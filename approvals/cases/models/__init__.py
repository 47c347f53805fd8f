"""Tables of cases, their decisions, exchanges, notices and bulk runs."""
