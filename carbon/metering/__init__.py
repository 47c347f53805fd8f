"""Meters of districts: readings, checks, monthly consumption, and amounts for an inventory (七（三）4)."""
