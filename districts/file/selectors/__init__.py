"""Districts visible to a user, lists with filters, parties, sources of values."""
