"""Tables of cases: decisions, correspondence, notices, paper entries, bulk runs."""
