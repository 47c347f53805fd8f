"""Write events, sign-ups, attendance and ledger entries."""
