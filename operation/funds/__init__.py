"""Funds for planning and operation: budget and use in a year (七（一）)."""
