"""Writing events, signing up, attendance, the ledger."""
