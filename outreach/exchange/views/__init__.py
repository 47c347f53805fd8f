"""Pages of events: for organisers, for participants with an account, for the public."""
