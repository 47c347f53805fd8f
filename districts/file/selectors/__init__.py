"""Districts visible to a person, lists with filters, parties, origins of values."""
