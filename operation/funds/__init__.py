"""Money for planning and operation: budget and use of a year (七（一）)."""
